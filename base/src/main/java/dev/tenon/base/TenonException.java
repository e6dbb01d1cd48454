package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// The root of every error that Tenon raises on purpose.
///
/// The message is built from a [Problem], so that each error says where it happened (op and node),
/// what was expected, what came instead, and what to do about it.
public abstract sealed class TenonException extends RuntimeException
        permits FormatException,
                GraphException,
                InputException,
                LimitException,
                ResourceException,
                UnsupportedException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    TenonException(Problem problem, @Nullable Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    /// What went wrong, part by part.
    public final Problem problem() {
        return problem;
    }

    /// The same kind of error with the place filled in where it was not known before.
    public abstract TenonException at(String op, String node);
}
