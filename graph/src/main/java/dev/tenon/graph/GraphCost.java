package dev.tenon.graph;

import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.control.If;
import dev.tenon.graph.op.control.Loop;
import dev.tenon.graph.op.control.Scan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a graph holds, and what one run of it costs.
///
/// Extents that are not known count as nothing; [#unknown] names the values concerned. Bind the
/// symbols first ([Specialiser#bind]) for the cost at some size.
///
/// @param parameters elements of all constants, those of subgraphs included, each tensor once
/// @param parameterBytes their bytes
/// @param flops floating-point operations of one run: an `If` counts as its dearer branch, a loop
///   as often as its number of iterations where that is known, else once
/// @param peakBytes the most bytes of inputs and results that are needed at one time, when nodes
///   run in their order and a value is given up after its last reader; constants do not count
/// @param nodes the cost of each node of the graph itself, in order
/// @param unknown the tensors whose extents are not all known
public record GraphCost(
        long parameters,
        long parameterBytes,
        double flops,
        long peakBytes,
        List<NodeCost> nodes,
        List<String> unknown) {
    /// The cost of a node.
    ///
    /// @param flops floating-point operations, those of subgraphs included
    /// @param outputBytes bytes of its outputs
    public record NodeCost(Node node, double flops, long outputBytes) {}

    public static GraphCost of(Graph graph) {
        var count = new Count();
        var run = count.run(graph, graph.inputs());
        return new GraphCost(
                count.parameters,
                count.parameterBytes,
                run.flops,
                run.peakBytes,
                run.nodes,
                List.copyOf(count.unknown));
    }

    /// One run of a graph.
    private record Run(double flops, long peakBytes, List<NodeCost> nodes) {}

    private static final class Count {
        private final Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<String> unknown = new LinkedHashSet<>();
        private long parameters;
        private long parameterBytes;

        /// @param inputs those that are made for this run; captures are not
        Run run(Graph graph, List<Value> inputs) {
            var deaths = deaths(graph);
            long live = inputs.stream().mapToLong(this::bytes).sum();
            long peak = live;
            double flops = 0;
            var owned = new HashSet<>(inputs);
            var costs = new ArrayList<NodeCost>();
            for (var node : graph.nodes()) {
                var inner = Subgraphs.in(node.op()) ? subgraphs(node) : null;
                double nodeFlops = inner == null ? OpDef.flops(node) : inner.flops;
                long outputBytes = node.outputs().stream().mapToLong(this::bytes).sum();
                owned.addAll(node.outputs());
                live += outputBytes;
                peak = Math.max(peak, live + (inner == null ? 0 : inner.peakBytes));
                for (var value : deaths.getOrDefault(node, List.of())) {
                    live -= owned.contains(value) ? bytes(value) : 0;
                }
                flops += nodeFlops;
                costs.add(new NodeCost(node, nodeFlops, outputBytes));
            }
            return new Run(flops, peak, costs);
        }

        /// All subgraphs of a node: as often as they are run, and the one that needs most memory.
        private Run subgraphs(Node node) {
            double sum = 0;
            double most = 0;
            long peak = 0;
            int captures = Subgraphs.captures(node);
            for (var graph : Subgraphs.of(node.op()).values()) {
                var run = run(graph, graph.inputs().subList(0, graph.inputs().size() - captures));
                sum += run.flops;
                most = Math.max(most, run.flops);
                peak = Math.max(peak, run.peakBytes);
            }
            return new Run(
                    node.op() instanceof If ? most : sum * iterations(node), peak, List.of());
        }

        private static double iterations(Node node) {
            var count = node.op() instanceof Loop ? node.input(0).constant() : null;
            if (count != null) {
                return count.getLong(0);
            }
            if (node.op() instanceof Scan scan) {
                int first = node.inputs().size() - scan.captures() - scan.numScanInputs();
                if (node.input(first).type() instanceof Type.OfTensor(_, var shape)
                        && shape.isRanked()) {
                    return shape.dim(scan.scanInputAxes().getInt(0)).known().orElse(1);
                }
            }
            return 1;
        }

        /// The values that are given up after each node: those that it reads last, and its outputs
        /// that nobody reads.
        private static Map<Node, List<Value>> deaths(Graph graph) {
            var kept = new HashSet<Value>();
            graph.outputs().forEach(o -> kept.add(o.value()));
            var last = new LinkedHashMap<Value, Node>();
            for (var node : graph.nodes()) {
                node.inputs().forEach(i -> last.put(i, node));
                node.outputs().forEach(o -> last.put(o, node));
            }
            var deaths = new HashMap<Node, List<Value>>();
            last.forEach(
                    (value, node) -> {
                        if (!kept.contains(value)) {
                            deaths.computeIfAbsent(node, n -> new ArrayList<>()).add(value);
                        }
                    });
            return deaths;
        }

        /// The bytes of a value that is made during the run.
        private long bytes(Value value) {
            if (value.constant() != null) {
                count(value.constant());
                return 0;
            }
            if (!value.isPresent()
                    || !(value.type() instanceof Type.OfTensor(var dtype, var shape))) {
                return 0;
            }
            var size = shape.knownSize();
            if (size.isEmpty()) {
                unknown.add(value.name());
                return 0;
            }
            return dtype.bytes(size.getAsLong());
        }

        private void count(@Nullable Tensor tensor) {
            if (tensor != null && seen.add(tensor)) {
                parameters += tensor.size();
                parameterBytes += tensor.byteSize();
            }
        }
    }
}
