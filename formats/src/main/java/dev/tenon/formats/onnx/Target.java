package dev.tenon.formats.onnx;

import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.fused.Fused;

/// Who reads a model that is written.
public enum Target {
    /// Any runtime: operators of ONNX only.
    ONNX,
    /// Tenon: also operators of its own, in the operator set `dev.tenon`.
    TENON;

    /// @throws UnsupportedException when there is an operator that the target does not have
    void check(Graph graph) {
        if (this == TENON) {
            return;
        }
        for (var node : graph.nodes()) {
            if (node.op() instanceof Fused) {
                throw new UnsupportedException(
                        Problem.of("only Tenon has this operator")
                                .at(node.op().def().name(), node.name())
                                .expected("operators of ONNX")
                                .advice(
                                        "Optimise at a milder level such as aggressive, or write"
                                                + " the model for Tenon (--target tenon)"));
            }
            Subgraphs.of(node.op()).values().forEach(this::check);
        }
    }
}
