package dev.tenon.passes;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes once what several nodes compute from the same inputs (common subexpressions).
final class ShareNodes implements Pass {
    private static boolean commutes(Binary op) {
        return switch (op) {
            case ADD, MUL, AND, OR, XOR, BITWISE_AND, BITWISE_OR, BITWISE_XOR, EQUAL -> true;
            default -> false;
        };
    }

    /// The inputs, in an order of its own where the operator does not mind.
    private static List<Value> inputs(Node node) {
        var inputs = node.inputs();
        return node.op() instanceof Binary op && commutes(op)
                ? inputs.stream().sorted(Comparator.comparing(Value::name)).toList()
                : inputs;
    }

    @Override
    public String name() {
        return "share-nodes";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        var editor = new Editor(graph);
        Map<List<Value>, List<Node>> seen = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = editor.at(i);
            if (node == null
                    || node.op() instanceof Constant
                    || !Determinism.isDeterministic(node.op())) {
                continue;
            }
            var first = firstLike(node, seen);
            if (first != null && gives(first, node) && context.permit().getAsBoolean()) {
                var patch = editor.patch().replace(node, first.outputs()).build();
                context.apply(patch, editor, name(), name(), node);
            }
        }
        return editor.finish();
    }

    /// The first node that computes the same from the same inputs; null where this is the first.
    ///
    /// @param seen the first ones, by their inputs
    private static @Nullable Node firstLike(Node node, Map<List<Value>, List<Node>> seen) {
        var alike = seen.computeIfAbsent(inputs(node), inputs -> new ArrayList<>(1));
        for (var other : alike) {
            if (other.op().equals(node.op())) {
                return other;
            }
        }
        alike.add(node);
        return null;
    }

    /// Whether the first node gives every output that the second does.
    private static boolean gives(Node first, Node second) {
        for (int i = 0; i < second.outputs().size(); i++) {
            if (second.outputs().get(i).isPresent()
                    && (i >= first.outputs().size() || !first.outputs().get(i).isPresent())) {
                return false;
            }
        }
        return true;
    }
}
