package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// The outside world failed: a file cannot be read or written, a download did not arrive.
public final class ResourceException extends TenonException {
    private static final long serialVersionUID = 1L;

    public ResourceException(Problem problem) {
        this(problem, null);
    }

    public ResourceException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    public ResourceException(String what) {
        this(Problem.of(what), null);
    }

    @Override
    public ResourceException at(String op, String node) {
        return new ResourceException(
                problem().at(op, node), getCause() == null ? this : getCause());
    }
}
