package dev.tenon.passes;

import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Keeps one of several constants that are the same.
final class ShareConstants implements Pass {
    /// How many elements stand for a tensor when candidates are looked for.
    private static final int SAMPLES = 64;

    /// With how many tensors that look the same one is compared.
    private static final int CANDIDATES = 8;

    /// Type and a hash of some elements.
    private record Key(Type type, int sample) {}

    @Override
    public String name() {
        return "share-constants";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        var types = new HashMap<Type, Integer>();
        for (var node : graph.nodes()) {
            if (node.op() instanceof Constant(var tensor)) {
                types.merge(tensor.type(), 1, Integer::sum);
            }
        }
        if (types.values().stream().allMatch(n -> n == 1)) {
            return graph;
        }
        var editor = new Editor(graph);
        Map<Key, List<Node>> seen = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = editor.at(i);
            if (node != null
                    && node.op() instanceof Constant(var tensor)
                    && types.getOrDefault(tensor.type(), 0) > 1) {
                var alike =
                        seen.computeIfAbsent(
                                new Key(tensor.type(), sample(tensor)), k -> new ArrayList<>());
                var first =
                        alike.stream()
                                .filter(
                                        n ->
                                                n.op() instanceof Constant(var other)
                                                        && other.contentEquals(tensor))
                                .findFirst();
                if (first.isPresent() && context.permit().getAsBoolean()) {
                    var patch = editor.patch().replace(node, first.get().outputs()).build();
                    context.apply(patch, editor, name(), name(), node);
                } else if (alike.size() < CANDIDATES) {
                    alike.add(node);
                }
            }
        }
        return editor.finish();
    }

    private static int sample(Tensor tensor) {
        int hash = 1;
        long step = Math.max(1, tensor.size() / SAMPLES);
        for (long i = 0; i < tensor.size(); i += step) {
            hash = 31 * hash + hash(tensor, i);
        }
        return hash;
    }

    private static int hash(Tensor tensor, long index) {
        return switch (tensor.dtype().kind()) {
            case STRING -> tensor.getString(index).hashCode();
            case COMPLEX -> tensor.element(index).hashCode();
            case FLOAT -> Double.hashCode(tensor.getDouble(index));
            case SIGNED, UNSIGNED, BOOL -> Long.hashCode(tensor.getLong(index));
        };
    }
}
