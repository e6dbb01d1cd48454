package dev.tenon.formats.onnx;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
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
            if (dev.tenon.graph.Types.contradictInNumbers(type, inferred)) {
                throw new GraphException(
                        Problem.of("an output is declared with a wrong type")
                                .node(declared.get(i).name())
                                .expected(inferred + ", which follows from the nodes")
                                .got(type)
                                .advice("Correct the declaration, or leave its shape out"));
            }
        }
    }
}
