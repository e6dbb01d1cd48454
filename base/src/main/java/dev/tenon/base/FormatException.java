package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// A file, stream or text does not follow its format: truncated, malformed, or against its
/// specification.
public final class FormatException extends TenonException {
    private static final long serialVersionUID = 1L;

    public FormatException(Problem problem) {
        this(problem, null);
    }

    public FormatException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    public FormatException(String what) {
        this(Problem.of(what), null);
    }

    @Override
    public FormatException at(String op, String node) {
        return new FormatException(problem().at(op, node), getCause() == null ? this : getCause());
    }
}
