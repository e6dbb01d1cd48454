package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// A valid request that this version of Tenon cannot serve: an operator, a type, a variant of
/// either.
public final class UnsupportedException extends TenonException {
    private static final long serialVersionUID = 1L;

    public UnsupportedException(Problem problem) {
        this(problem, null);
    }

    public UnsupportedException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    public UnsupportedException(String what) {
        this(Problem.of(what), null);
    }

    @Override
    public UnsupportedException at(String op, String node) {
        return new UnsupportedException(
                problem().at(op, node), getCause() == null ? this : getCause());
    }
}
