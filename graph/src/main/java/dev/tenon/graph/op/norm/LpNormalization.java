package dev.tenon.graph.op.norm;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.OpDef;
import java.util.Arrays;

/// Divides each line along an axis by its norm (ONNX `LpNormalization`); a line of zeros stays
/// zero.
///
/// @param p 1 for the sum of magnitudes, 2 for the Euclidean length
public record LpNormalization(int axis, int p) implements Norm {
    public static final OpDef<LpNormalization> DEF =
            OpDef.of(LpNormalization.class)
                    .infer((op, in) -> Softmaxes.infer(op.axis, in))
                    .reference((op, in) -> Softmaxes.evaluate(op.axis, in, op::normalize))
                    .flops((op, types) -> 3 * types.inputSize(0))
                    .onnx("LpNormalization", 1, LpNormalization::read)
                    .build();

    @Override
    public OpDef<LpNormalization> def() {
        return DEF;
    }

    private static LpNormalization read(Attributes a) {
        long p = a.integer("p", 2);
        if (p != 1 && p != 2) {
            throw new FormatException(Problem.of("unknown norm").expected("p of 1 or 2").got(p));
        }
        return new LpNormalization(a.axis("axis", -1), (int) p);
    }

    private double[] normalize(double[] line) {
        double norm =
                p == 1
                        ? Arrays.stream(line).map(Math::abs).sum()
                        : Math.sqrt(Arrays.stream(line).map(v -> v * v).sum());
        return norm == 0 ? line : Arrays.stream(line).map(v -> v / norm).toArray();
    }
}
