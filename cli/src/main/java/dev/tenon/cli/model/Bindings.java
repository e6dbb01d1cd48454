package dev.tenon.cli.model;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Specialiser;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/// Extents that a person gave for the inputs of a model.
public final class Bindings {
    private Bindings() {}

    /// The graph with the inputs' shapes and symbols replaced.
    ///
    /// @param shapes such as `x` → `1x3x224x224`; a scalar's is empty
    /// @param symbols such as `batch` → 8
    /// @throws InputException when there is no such input or symbol, or a shape is malformed or
    ///   does not fit
    public static Graph apply(Graph graph, Map<String, String> shapes, Map<String, Long> symbols) {
        var known = new LinkedHashMap<String, Dim>();
        symbols.forEach((name, extent) -> known.put(name, Dim.of(extent)));
        var free = symbols(graph);
        for (var name : symbols.keySet()) {
            if (!free.contains(name)) {
                throw new InputException(
                        Problem.of("the model has no symbol of this name")
                                .expected(
                                        free.isEmpty()
                                                ? "none, since all extents are known"
                                                : "one of " + free)
                                .got(name));
            }
        }
        checkNames(graph, shapes.keySet());
        var bound = known.isEmpty() ? graph : Specialiser.bind(graph, known);
        if (shapes.isEmpty()) {
            return bound;
        }
        var types = new ArrayList<Type>();
        for (var input : bound.inputs()) {
            var shape = shapes.get(input.name());
            types.add(
                    shape == null
                            ? input.type()
                            : new Type.OfTensor(input.tensorType().dtype(), parse(shape)));
        }
        return Specialiser.withInputs(bound, types);
    }

    /// @throws InputException when a name is none of an input
    public static void checkNames(Graph graph, Iterable<String> names) {
        var inputs = graph.inputs().stream().map(Value::name).toList();
        for (var name : names) {
            if (!inputs.contains(name)) {
                throw new InputException(
                        Problem.of("the model has no input of this name")
                                .expected("one of " + inputs)
                                .got(name));
            }
        }
    }

    /// The symbols in the types of a graph's inputs, in order.
    public static SequencedSet<String> symbols(Graph graph) {
        var symbols = new LinkedHashSet<String>();
        for (var input : graph.inputs()) {
            if (input.type() instanceof Type.OfTensor(_, var shape) && shape.isRanked()) {
                shape.dims().forEach(d -> symbols.addAll(d.symbols()));
            }
        }
        return symbols;
    }

    /// Such as `1x3x224x224`, with `x` or `,` between extents.
    private static Shape parse(String text) {
        var dims = new ArrayList<Dim>();
        for (var part : text.isBlank() ? new String[0] : text.split("[x,]", -1)) {
            try {
                dims.add(Dim.of(Long.parseLong(part.strip())));
            } catch (NumberFormatException e) {
                throw new InputException(
                        Problem.of("malformed shape").expected("such as 1x3x224x224").got(text), e);
            }
        }
        return Shape.of(dims);
    }
}
