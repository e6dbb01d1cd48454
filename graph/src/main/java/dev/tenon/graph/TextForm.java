package dev.tenon.graph;

import dev.tenon.base.FormatException;
import dev.tenon.base.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/// Graphs as text: for people, for golden tests, and to be read back.
///
/// ```
/// graph main(%x: f32[N,4]) -> (y: %sum) {
///   metadata "producer" = "example"
///   %w: f32[4,8] = Constant #1a2b3c4d5e6f7a8b
///   %b: f32[2] = Constant {0.5, -1.0}
///   %sum: f32[N,8] = MatMul(%x, %w) @layer1/matmul
///   %top: f32[N,2], _ = TopK(%sum, %k) {axis=-1, largest=true, sorted=true}
/// }
/// ```
///
/// A line is a node: its outputs with their types, the operator, the inputs, the attributes (the
/// components of the operator's record, those that are null left out), and after `@` the node's
/// name where it is not its first output's. `_` stands where an input or output is left out. Names
/// are quoted where they are not made of letters, digits and `_./+$?-`. An output whose name is its
/// value's stands as the value alone. Constants of more than 16 elements stand as the first digits
/// of the SHA-256 of their type and elements. A subgraph is an attribute and stands indented.
public final class TextForm {
    private TextForm() {}

    /// The text of any graph, well-formed or not.
    public static String print(Graph graph) {
        return new TextPrinter().print(graph);
    }

    /// Parses a graph without large constants.
    ///
    /// @throws FormatException as the other `parse`
    public static Graph parse(String text) {
        return parse(text, Map.of());
    }

    /// Parses what [#print] prints. The types of the nodes' outputs are inferred again, and must
    /// not contradict those that are written.
    ///
    /// @param constants the large constants by their hashes, as [#constants] gives them
    /// @throws FormatException when the text is malformed or a constant is missing; it names the
    ///   line
    /// @throws dev.tenon.base.GraphException when a node does not fit its operator
    public static Graph parse(String text, Map<String, Tensor> constants) {
        return new TextParser(text, constants).parse();
    }

    /// The text of an operator with its attributes, such as `LeakyRelu {alpha=0.1}`.
    public static String print(Op op) {
        return new TextPrinter().print(op);
    }

    /// Parses what [#print(Op)] prints of an operator without large constants.
    ///
    /// @throws FormatException when the text is malformed
    public static Op parseOp(String text) {
        return new TextParser(text, Map.of()).parseOp();
    }

    /// The tensors of a graph and its subgraphs that the text form shows as a hash, by their
    /// hashes.
    public static Map<String, Tensor> constants(Graph graph) {
        var constants = new LinkedHashMap<String, Tensor>();
        collect(graph, constants);
        return constants;
    }

    private static void collect(Graph graph, Map<String, Tensor> into) {
        for (var node : graph.nodes()) {
            for (var component : Ops.components(node.op().def())) {
                switch (RecordAttributes.get(node.op(), component)) {
                    case Tensor tensor when !TensorText.isInline(tensor) ->
                            into.putIfAbsent(TensorText.hash(tensor), tensor);
                    case Graph subgraph -> collect(subgraph, into);
                    case null, default -> {}
                }
            }
        }
    }
}
