package dev.tenon.formats.onnx;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.proto.ValueInfoProto;
import dev.tenon.graph.Graph;
import java.util.List;

/// Compares the types that a file declares for its results with those that follow from its nodes.
///
/// A declaration is a claim, not a proof: what cannot be inferred stays unknown until a run, so
/// that no code relies on it. A claim that is certainly wrong is an error. Symbols are not
/// compared, since files use their names freely.
final class DeclaredTypes {
    private DeclaredTypes() {}

    /// @throws GraphException when a result has another element type, rank or extent than declared
    static void check(Graph graph, List<ValueInfoProto> declared) {
        for (int i = 0; i < declared.size(); i++) {
            var proto = declared.get(i).type();
            if (proto == null || proto.value() == null) {
                continue;
            }
            var type = Types.type(proto, declared.get(i).name());
            var inferred = graph.outputs().get(i).value().type();
            if (contradict(type, inferred)) {
                throw new GraphException(
                        Problem.of("an output is declared with a wrong type")
                                .node(declared.get(i).name())
                                .expected(inferred + ", which follows from the nodes")
                                .got(type)
                                .advice("Correct the declaration, or leave its shape out"));
            }
        }
    }

    private static boolean contradict(Type a, Type b) {
        return switch (a) {
            case Type.OfTensor(var dtype, var shape) ->
                    !(b instanceof Type.OfTensor(var other, var otherShape))
                            || dtype != other
                            || contradict(shape, otherShape);
            case Type.OfSequence(var element) ->
                    !(b instanceof Type.OfSequence(var other)) || contradict(element, other);
            case Type.OfOptional(var element) ->
                    !(b instanceof Type.OfOptional(var other)) || contradict(element, other);
            case Type.OfMap(var key, var value) ->
                    !(b instanceof Type.OfMap(var otherKey, var otherValue))
                            || key != otherKey
                            || contradict(value, otherValue);
        };
    }

    private static boolean contradict(Shape a, Shape b) {
        if (!a.isRanked() || !b.isRanked()) {
            return false;
        }
        if (a.rank() != b.rank()) {
            return true;
        }
        for (int i = 0; i < a.rank(); i++) {
            var x = a.dim(i).known();
            var y = b.dim(i).known();
            if (x.isPresent() && y.isPresent() && x.getAsLong() != y.getAsLong()) {
                return true;
            }
        }
        return false;
    }
}
