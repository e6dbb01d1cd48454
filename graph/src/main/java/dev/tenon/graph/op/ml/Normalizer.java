package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.Arrays;
import java.util.List;

/// Divides each sample by its norm (ONNX `Normalizer`); where that is 0, the sample stays as it is.
///
/// The input is `[C]` or `[N, C]`; the output is `float32`.
public record Normalizer(Norm norm) implements Ml {
    /// What a sample is divided by.
    public enum Norm {
        /// Its largest element.
        MAX,
        /// The sum of its magnitudes.
        L1,
        /// Its Euclidean length.
        L2;

        double of(double[] sample) {
            var elements = Arrays.stream(sample);
            return switch (this) {
                case MAX -> elements.max().orElse(0);
                case L1 -> elements.map(Math::abs).sum();
                case L2 -> Math.sqrt(elements.map(v -> v * v).sum());
            };
        }
    }

    public static final OpDef<Normalizer> DEF =
            OpDef.of(Normalizer.class)
                    .infer(
                            (_, in) -> {
                                in.requireRank(0, 1, 2);
                                return List.of(Type.tensor(DType.FLOAT32, in.shape(0)));
                            })
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .flops((_, types) -> 3 * types.inputSize(0))
                    .onnx(DOMAIN, "Normalizer", 1, a -> new Normalizer(a.choice("norm", Norm.MAX)))
                    .build();

    @Override
    public OpDef<Normalizer> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        var samples = new Samples(data);
        return samples.map(
                        DType.FLOAT32,
                        samples.width(),
                        sample -> {
                            double divisor = norm.of(sample);
                            return divisor == 0
                                    ? sample
                                    : Arrays.stream(sample).map(v -> v / divisor).toArray();
                        })
                .reshape(data.dims());
    }
}
