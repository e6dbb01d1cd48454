package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// A caller passed a value that the model or the API cannot take: wrong name, dtype, rank or shape.
public final class InputException extends TenonException {
    private static final long serialVersionUID = 1L;

    public InputException(Problem problem) {
        this(problem, null);
    }

    public InputException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    public InputException(String what) {
        this(Problem.of(what), null);
    }

    @Override
    public InputException at(String op, String node) {
        return new InputException(problem().at(op, node), getCause() == null ? this : getCause());
    }
}
