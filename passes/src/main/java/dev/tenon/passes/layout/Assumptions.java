package dev.tenon.passes.layout;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.TenonException;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Specialiser;
import java.util.ArrayList;
import java.util.stream.IntStream;

/// What costs are reckoned with where a graph leaves extents open: one image, as wide and high as
/// many networks take them.
final class Assumptions {
    private static final int EXTENT = 224;

    private Assumptions() {}

    /// The graph with extents of its inputs that are not known assumed: 1 for the first axis, 224
    /// for others; the graph itself where it does not take these. Its nodes are at the same places.
    static Graph applied(Graph graph) {
        var types = new ArrayList<Type>();
        for (var input : graph.inputs()) {
            types.add(
                    input.type() instanceof Type.OfTensor(var dtype, var shape) && shape.isRanked()
                            ? Type.tensor(dtype, assumed(shape))
                            : input.type());
        }
        try {
            return Specialiser.withInputs(graph, types);
        } catch (TenonException _) {
            return graph;
        }
    }

    private static Shape assumed(Shape shape) {
        return Shape.of(
                IntStream.range(0, shape.rank()).mapToObj(i -> assumed(shape.dim(i), i)).toList());
    }

    private static Dim assumed(Dim dim, int axis) {
        return dim.isKnown() ? dim : Dim.of(axis == 0 ? 1 : EXTENT);
    }
}
