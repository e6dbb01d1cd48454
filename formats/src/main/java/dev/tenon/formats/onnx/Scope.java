package dev.tenon.formats.onnx;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The names that nodes of one graph, or of one function's body, can refer to.
///
/// Constants are put into the graph when they are first read, so that a graph does not depend on whether
/// a file holds them as initialisers or as nodes. Values of an enclosing graph become captures; its
/// constants are put into the subgraph instead.
final class Scope {
    private final GraphBuilder builder;
    private final @Nullable Scope enclosing;
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Supplier<Tensor>> constants = new HashMap<>();
    private final SequencedMap<Value, Value> captures = new LinkedHashMap<>();
    private final String prefix;

    private Scope(GraphBuilder builder, @Nullable Scope enclosing, String prefix) {
        this.builder = builder;
        this.enclosing = enclosing;
        this.prefix = prefix;
    }

    static Scope main(GraphBuilder builder) {
        return new Scope(builder, null, "");
    }

    /// The scope of a subgraph of its own.
    Scope subgraph(GraphBuilder subgraph) {
        return new Scope(subgraph, this, "");
    }

    /// The scope of a function's body that is inlined into this graph; it sees nothing from outside.
    Scope function(String call) {
        return new Scope(builder, null, prefix + call + "/");
    }

    GraphBuilder builder() {
        return builder;
    }

    /// The name that a value or node of this scope has in the graph.
    String graphName(String name) {
        return name.isEmpty() ? "" : prefix + name;
    }

    /// What was taken from the enclosing scope: its value to this graph's input.
    SequencedMap<Value, Value> captures() {
        return captures;
    }

    /// @throws FormatException when the name is taken in this scope
    void define(String name, Value value) {
        if (values.put(name, value) != null || constants.containsKey(name)) {
            throw new FormatException(Problem.of("a value is defined twice")
                    .node(name)
                    .advice("Names must be unique in a graph (ONNX IR, single static assignment)"));
        }
    }

    /// Defines a constant that enters the graph when it is first read.
    void define(String name, Supplier<Tensor> constant) {
        if (values.containsKey(name) || constants.put(name, constant) != null) {
            throw new FormatException(Problem.of("a value is defined twice")
                    .node(name)
                    .advice("Names must be unique in a graph (ONNX IR, single static assignment)"));
        }
    }

    boolean defines(String name) {
        return values.containsKey(name) || constants.containsKey(name);
    }

    boolean sees(String name) {
        return defines(name) || enclosing != null && enclosing.sees(name);
    }

    /// The value of a name; null when nothing has this name.
    @Nullable Value find(String name) {
        var value = values.get(name);
        if (value != null) {
            return value;
        }
        var constant = constants.get(name);
        if (constant != null) {
            return materialise(name, constant.get());
        }
        return enclosing == null ? null : capture(name, enclosing);
    }

    private Value materialise(String name, Tensor tensor) {
        var value = builder.constant(builder.freshValueName(graphName(name)), tensor);
        values.put(name, value);
        return value;
    }

    private @Nullable Value capture(String name, Scope from) {
        var constant = from.constant(name);
        if (constant != null) {
            return materialise(name, constant);
        }
        var outer = from.find(name);
        if (outer == null) {
            return null;
        }
        var inner = captures.get(outer);
        if (inner == null) {
            inner = builder.input(builder.freshValueName(outer.name()), outer.type());
            captures.put(outer, inner);
        }
        values.put(name, inner);
        return inner;
    }

    /// The tensor of a name that is a constant here or in an enclosing scope.
    private @Nullable Tensor constant(String name) {
        var value = values.get(name);
        if (value != null) {
            return value.constant();
        }
        var constant = constants.get(name);
        if (constant != null) {
            return constant.get();
        }
        return enclosing == null ? null : enclosing.constant(name);
    }
}
