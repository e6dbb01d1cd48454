package dev.tenon.graph.op.fused;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.graph.Op;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.control.Control;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.random.Random;

/// Which operators can be computed within another.
final class Bodies {
    private Bodies() {}

    /// @throws GraphException for operators with subgraphs or of sequences, for those that draw
    ///   random numbers, and for constants
    static void check(Op body) {
        if (Subgraphs.in(body)
                || body instanceof Control
                || body instanceof Random
                || body instanceof Constant) {
            throw new GraphException(
                    Problem.of("an operator that cannot be within another")
                            .expected("one that computes tensors from tensors")
                            .got(body.def().name()));
        }
    }
}
