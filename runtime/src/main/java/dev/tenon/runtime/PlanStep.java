package dev.tenon.runtime;

import dev.tenon.kernels.Refusal;
import java.util.ArrayList;
import java.util.List;

/// One step of a model's plan, for people and tools.
///
/// @param graph the name of the graph or subgraph it belongs to; subgraphs are planned when they
///   first run
/// @param op the operator
/// @param node the node's name
/// @param kernel who computes it
/// @param refusals the kernels that would have been preferred, and why they refused
public record PlanStep(
        String graph, String op, String node, String kernel, List<Refusal> refusals) {
    public PlanStep {
        refusals = List.copyOf(refusals);
    }

    static List<PlanStep> of(Plan plan) {
        var steps = new ArrayList<PlanStep>();
        collect(plan, steps);
        return steps;
    }

    private static void collect(Plan plan, List<PlanStep> into) {
        for (var step : plan.steps()) {
            into.add(
                    new PlanStep(
                            plan.graph().name(),
                            step.node().op().def().name(),
                            step.node().name(),
                            step.lowered().kernel(),
                            step.lowered().refusals()));
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
