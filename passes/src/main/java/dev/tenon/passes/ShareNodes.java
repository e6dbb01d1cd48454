package dev.tenon.passes;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import java.util.HashMap;
import java.util.List;

/// Computes once what several nodes compute from the same inputs (common subexpressions).
final class ShareNodes implements Pass {
    private record Key(Op op, List<Value> inputs) {}

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
            var first = seen.putIfAbsent(new Key(node.op(), node.inputs()), node);
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
