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
/// Constants are put into the graph when they are first read, so that a graph does not depend on
/// whether a file holds them as initialisers or as nodes. Values of an enclosing graph become
/// captures; its constants are put into the subgraph instead.
final class Scope {
    private final GraphBuilder builder;
    private final @Nullable Scope enclosing;
    private final @Nullable Call call;
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Supplier<Tensor>> constants = new HashMap<>();
    private final SequencedMap<Value, Value> captures = new LinkedHashMap<>();

    /// The call of a function.
    ///
    /// @param caller the scope that the call stands in
    /// @param prefix stands before the names of the function's own values
    /// @param arguments the caller's names by the names of the function's inputs
    /// @param results the names in the caller's graph by the names of the function's outputs
    private record Call(
            Scope caller,
            String prefix,
            Map<String, String> arguments,
            Map<String, String> results) {}

    private Scope(GraphBuilder builder, @Nullable Scope enclosing, @Nullable Call call) {
        this.builder = builder;
        this.enclosing = enclosing;
        this.call = call;
    }

    static Scope main(GraphBuilder builder) {
        return new Scope(builder, null, null);
    }

    /// The scope of a subgraph of its own.
    Scope subgraph(GraphBuilder subgraph) {
        return new Scope(subgraph, this, null);
    }

    /// The scope of a function's body that is inlined into this graph; it sees its arguments and
    /// nothing else from outside.
    ///
    /// @param name of the call
    /// @param arguments this scope's names by the names of the function's inputs; empty where left
    ///   out
    /// @param results this scope's names by the names of the function's outputs
    Scope function(String name, Map<String, String> arguments, Map<String, String> results) {
        var names = new HashMap<String, String>();
        results.forEach((inner, outer) -> names.put(inner, graphName(outer)));
        var prefix = graphName(name) + "/";
        return new Scope(builder, null, new Call(this, prefix, Map.copyOf(arguments), names));
    }

    GraphBuilder builder() {
        return builder;
    }

    /// The name that a value or node of this scope has in the graph.
    String graphName(String name) {
        return name.isEmpty() || call == null
                ? name
                : call.results.getOrDefault(name, call.prefix + name);
    }

    /// What was taken from the enclosing scope: its value to this graph's input.
    SequencedMap<Value, Value> captures() {
        return captures;
    }

    /// @throws FormatException when the name is taken in this scope
    void define(String name, Value value) {
        claim(name);
        values.put(name, value);
    }

    /// Defines a constant that enters the graph when it is first read.
    void define(String name, Supplier<Tensor> constant) {
        claim(name);
        constants.put(name, constant);
    }

    private void claim(String name) {
        if (name.isEmpty()) {
            throw new FormatException("a value has no name");
        }
        if (defines(name)) {
            throw new FormatException(
                    Problem.of("a value is defined twice")
                            .node(name)
                            .advice(
                                    "Names must be unique in a graph (ONNX IR, single static"
                                            + " assignment)"));
        }
    }

    /// Whether a name is one of this graph or this function, and not of an enclosing graph.
    boolean defines(String name) {
        return values.containsKey(name)
                || constants.containsKey(name)
                || call != null && call.arguments.containsKey(name);
    }

    boolean sees(String name) {
        return defines(name) || enclosing != null && enclosing.sees(name);
    }

    /// A name like the given one that neither this graph nor an enclosing one has.
    String unseenName(String like) {
        var name = like;
        for (int suffix = 1; sees(name); suffix++) {
            name = like + "_" + suffix;
        }
        return name;
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
        if (call != null && call.arguments.containsKey(name)) {
            return argument(name, call);
        }
        return enclosing == null ? null : capture(name, enclosing);
    }

    private Value argument(String name, Call function) {
        var outer = function.arguments.get(name);
        var value = outer == null || outer.isEmpty() ? Value.NONE : function.caller.find(outer);
        if (value == null) {
            throw new IllegalStateException("an argument was not checked: " + outer);
        }
        values.put(name, value);
        return value;
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
        if (outer == null || !outer.isPresent()) {
            return outer;
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
        if (call != null && call.arguments.containsKey(name)) {
            return call.caller.constant(call.arguments.getOrDefault(name, ""));
        }
        return enclosing == null ? null : enclosing.constant(name);
    }
}
