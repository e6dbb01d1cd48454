package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// A budget was reached: size, depth, memory, iterations. Nothing was allocated beyond it.
public final class LimitException extends TenonException {
    private static final long serialVersionUID = 1L;

    public LimitException(Problem problem) {
        this(problem, null);
    }

    public LimitException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    public LimitException(String what) {
        this(Problem.of(what), null);
    }

    @Override
    public LimitException at(String op, String node) {
        return new LimitException(problem().at(op, node), getCause() == null ? this : getCause());
    }
}
