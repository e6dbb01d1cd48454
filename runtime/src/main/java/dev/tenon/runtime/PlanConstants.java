package dev.tenon.runtime;

import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Inference;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Elementwise;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.generate.Generate;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.quant.Quant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes when a plan is made what does not depend on the inputs, so that kernels see constant
/// weights.
///
/// Unlike the passes it does not mind that the graph grows, for a plan is never written to a file.
final class PlanConstants {
    /// Larger results are computed at each run.
    private static final long MAX_BYTES = 1L << 30;

    private final Map<Value, Value> known = new IdentityHashMap<>();

    private PlanConstants() {}

    /// The graph with as many nodes in the same order, some of them constants now.
    static Graph fold(Graph graph) {
        return new PlanConstants().run(graph);
    }

    private Graph run(Graph graph) {
        var nodes = new ArrayList<Node>();
        for (var node : graph.nodes()) {
            var inputs = node.inputs().stream().map(v -> known.getOrDefault(v, v)).toList();
            var current = inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
            var constant = folded(current);
            if (constant == null) {
                nodes.add(current);
            } else {
                known.put(node.outputs().getFirst(), constant.outputs().getFirst());
                nodes.add(constant);
            }
        }
        if (known.isEmpty()) {
            return graph;
        }
        var outputs =
                graph.outputs().stream()
                        .map(
                                o ->
                                        new Graph.Output(
                                                o.name(), known.getOrDefault(o.value(), o.value())))
                        .toList();
        return Graph.of(graph.name(), graph.inputs(), nodes, outputs, graph.metadata());
    }

    /// The constant that a node comes to; null where it is none.
    private static @Nullable Node folded(Node node) {
        if (node.outputs().size() != 1 || node.op() instanceof Constant) {
            return null;
        }
        var known = node.outputs().getFirst().known();
        if (known.isPresent()) {
            return constant(node, known.get());
        }
        boolean folds =
                switch (node.op()) {
                    case Generate _, Elementwise _, Move _, Quant _ -> !Subgraphs.in(node.op());
                    default -> false;
                };
        if (!folds || node.inputs().stream().anyMatch(v -> v.isPresent() && v.constant() == null)) {
            return null;
        }
        var result = evaluate(node);
        return result == null ? null : constant(node, result);
    }

    private static Node constant(Node node, Tensor tensor) {
        return Inference.node(
                new Constant(tensor),
                node.name(),
                List.of(),
                List.of(node.outputs().getFirst().name()));
    }

    /// Null where the operator fails on its constants, which is for the run to tell: it may stand
    /// in a branch that is never taken.
    private static @Nullable Tensor evaluate(Node node) {
        try {
            return new Interpreter(0).evaluate(node).getFirst() instanceof Tensor tensor
                            && tensor.byteSize() <= MAX_BYTES
                    ? tensor
                    : null;
        } catch (TenonException e) {
            return null;
        }
    }
}
