package dev.tenon.graph.op.norm;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Local response normalisation across channels (ONNX `LRN`): `x / (bias + alpha / size · s) ^
/// beta`, where s is the sum of squares over `size` neighbouring channels at the same place.
///
/// The data is `[N, C, …]`. The neighbours of channel c are `c - floor((size - 1) / 2)` to `c +
/// ceil((size - 1) / 2)`, as far as they exist.
public record LRN(float alpha, float beta, float bias, int size) implements Norm {
    public static final OpDef<LRN> DEF =
            OpDef.of(LRN.class)
                    .infer(
                            (op, in) -> {
                                in.requireRank(0, 2, Integer.MAX_VALUE);
                                return List.of(in.tensor(0));
                            })
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((op, types) -> (2.0 * op.size + 4) * types.inputSize(0))
                    .onnx(
                            "LRN",
                            1,
                            a ->
                                    new LRN(
                                            a.number("alpha", 1e-4f),
                                            a.number("beta", 0.75f),
                                            a.number("bias", 1),
                                            Math.toIntExact(a.integer("size"))))
                    .build();

    @Override
    public OpDef<LRN> def() {
        return DEF;
    }

    private Tensor evaluate(EvalContext in) {
        return Softmaxes.alongAxis(in.tensor(0), 1, this::normalize);
    }

    private double[] normalize(double[] channels) {
        var result = new double[channels.length];
        for (int c = 0; c < channels.length; c++) {
            double squares = 0;
            int last = Math.min(channels.length - 1, c + size / 2);
            for (int i = Math.max(0, c - (size - 1) / 2); i <= last; i++) {
                squares += channels[i] * channels[i];
            }
            result[c] = channels[c] / Math.pow(bias + alpha / size * squares, beta);
        }
        return result;
    }
}
