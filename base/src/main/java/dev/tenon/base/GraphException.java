package dev.tenon.base;

import org.jspecify.annotations.Nullable;

/// A graph is not well formed: wrong types, shapes, attributes or structure of a node.
public final class GraphException extends TenonException {
    private static final long serialVersionUID = 1L;

    public GraphException(Problem problem) {
        this(problem, null);
    }

    public GraphException(Problem problem, @Nullable Throwable cause) {
        super(problem, cause);
    }

    public GraphException(String what) {
        this(Problem.of(what), null);
    }

    @Override
    public GraphException at(String op, String node) {
        return new GraphException(problem().at(op, node), getCause() == null ? this : getCause());
    }
}
