package dev.tenon.runtime;

import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.fused.InLayout;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.kernels.Refusal;
import java.util.ArrayList;
import java.util.List;

/// One step of a model's plan, for people and tools.
///
/// @param graph the name of the graph or subgraph it belongs to; subgraphs are planned when they
///   first run
/// @param op the operator; of several that are computed at once, the main one
/// @param node the node's name
/// @param kernel who computes it
/// @param refusals the kernels that would have been preferred, and why they refused
/// @param flops floating-point operations; 0 where they depend on extents that only a run knows,
///   and where they are those of subgraphs
public record PlanStep(
        String graph, String op, String node, String kernel, List<Refusal> refusals, double flops) {
    public PlanStep {
        refusals = List.copyOf(refusals);
    }

    static List<PlanStep> of(Plan plan) {
        var steps = new ArrayList<PlanStep>();
        collect(plan, steps);
        return steps;
    }

    /// @param flops of the step, however they are known
    static PlanStep of(Plan plan, Step step, double flops) {
        var node = step.node();
        return new PlanStep(
                plan.graph().name(),
                name(node.op()),
                node.name(),
                step.lowered().kernel(),
                step.lowered().refusals(),
                flops);
    }

    /// Of the operator that others are done with.
    private static String name(Op op) {
        return switch (op) {
            case InLayout layout -> name(layout.body());
            case WithEpilogue fused -> name(fused.body());
            default -> op.def().name();
        };
    }

    private static void collect(Plan plan, List<PlanStep> into) {
        for (var step : plan.steps()) {
            var node = step.node();
            into.add(of(plan, step, Subgraphs.in(node.op()) ? 0 : OpDef.flops(node)));
        }
        plan.subplans().forEach(p -> collect(p.general(), into));
    }

    /// Whether the operator's slow reference implementation is used.
    public boolean isReference() {
        return kernel.equals(Lowering.REFERENCE);
    }

    @Override
    public String toString() {
        var text = op + " '" + node + "': " + kernel;
        return refusals.isEmpty() ? text : text + " " + refusals;
    }
}
