package dev.tenon.passes;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.generate.Constant;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Keeps one of several constants that are the same.
final class ShareConstants implements Pass {
    /// How many bytes stand for a tensor when candidates are looked for. They lie together, so that
    /// a page or two of a mapped file are read.
    private static final int SAMPLE = 512;

    /// With how many tensors that look the same one is compared.
    private static final int CANDIDATES = 8;

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
        Map<Type, Map<Integer, List<Node>>> seen = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = editor.at(i);
            if (node != null
                    && node.op() instanceof Constant(var tensor)
                    && types.getOrDefault(tensor.type(), 0) > 1) {
                var alike =
                        seen.computeIfAbsent(tensor.type(), t -> new HashMap<>())
                                .computeIfAbsent(sample(tensor), h -> new ArrayList<>());
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

    /// A hash of some bytes in the middle, where weights differ more often than at their ends.
    private static int sample(Tensor tensor) {
        if (tensor.dtype() == DType.STRING) {
            return tensor.size() == 0 ? 0 : tensor.getString(tensor.size() / 2).hashCode();
        }
        long bytes = Math.min(SAMPLE, tensor.byteSize());
        var middle = tensor.segment().asSlice((tensor.byteSize() - bytes) / 2, bytes);
        return Arrays.hashCode(middle.toArray(ValueLayout.JAVA_BYTE));
    }
}
