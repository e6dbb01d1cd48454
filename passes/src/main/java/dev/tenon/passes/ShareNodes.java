package dev.tenon.passes;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.generate.Constant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/// Computes once what several nodes compute from the same inputs (common subexpressions).
final class ShareNodes implements Pass {
    /// @param inputs in an order of its own where the operator does not mind
    private record Key(Op op, List<Value> inputs) {
        static Key of(Node node) {
            var inputs = node.inputs();
            if (node.op() instanceof Binary op && commutes(op)) {
                inputs = inputs.stream().sorted(Comparator.comparing(Value::name)).toList();
            }
            return new Key(node.op(), inputs);
        }

        private static boolean commutes(Binary op) {
            return switch (op) {
                case ADD, MUL, AND, OR, XOR, BITWISE_AND, BITWISE_OR, BITWISE_XOR, EQUAL -> true;
                default -> false;
            };
        }
    }

    @Override
    public String name() {
        return "share-nodes";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        var editor = new Editor(graph);
        var seen = new HashMap<Key, Node>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = editor.at(i);
            if (node == null
                    || node.op() instanceof Constant
                    || !Determinism.isDeterministic(node.op())) {
                continue;
            }
            var first = seen.putIfAbsent(Key.of(node), node);
            if (first != null && gives(first, node) && context.permit().getAsBoolean()) {
                var patch = editor.patch().replace(node, first.outputs()).build();
                context.apply(patch, editor, name(), name(), node);
            }
        }
        return editor.finish();
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
