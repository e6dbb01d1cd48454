package dev.tenon.graph.op.recurrent;

import dev.tenon.base.Floats;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A recurrent layer of one gate (ONNX `RNN`): `h = f(x · Wᵀ + h · Rᵀ + biases)`. Inputs and
/// outputs as [Recurrent] describes.
public record RNN(
        @Nullable Floats activationAlpha,
        @Nullable Floats activationBeta,
        @Nullable List<String> activations,
        @Nullable Float clip,
        Direction direction,
        @Nullable Integer hiddenSize,
        int layout)
        implements Recurrent {
    public static final OpDef<RNN> DEF =
            OpDef.of(RNN.class)
                    .inputs(3, 6)
                    .outputs(0, 2)
                    .infer(Sequences::infer)
                    .reference((op, in) -> Sequences.evaluate(op, in, op::cell))
                    .flops((_, types) -> Sequences.flops(types))
                    .onnx(
                            "RNN",
                            14,
                            a ->
                                    new RNN(
                                            Recurrent.numbers(a, "activation_alpha"),
                                            Recurrent.numbers(a, "activation_beta"),
                                            a.optionalTexts("activations"),
                                            a.optionalNumber("clip"),
                                            a.choice("direction", Direction.FORWARD),
                                            a.has("hidden_size")
                                                    ? (Integer) a.axis("hidden_size", 0)
                                                    : null,
                                            a.axis("layout", 0)))
                    .build();

    @Override
    public OpDef<RNN> def() {
        return DEF;
    }

    @Override
    public int gates() {
        return 1;
    }

    @Override
    public List<String> usualActivations() {
        return List.of("Tanh");
    }

    private Cell cell(Gates gates, List<CellFunction> functions, double[] peepholes) {
        return (x, h, _) -> {
            var sums = gates.sums(0, x, h);
            for (int unit = 0; unit < h.length; unit++) {
                h[unit] = functions.getFirst().apply(sums[unit]);
            }
        };
    }
}
