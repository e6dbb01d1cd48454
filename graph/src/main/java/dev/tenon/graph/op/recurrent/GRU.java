package dev.tenon.graph.op.recurrent;

import dev.tenon.base.Floats;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A gated recurrent unit (ONNX `GRU`): the gates update, reset and hidden, in this order. Inputs
/// and outputs as [Recurrent] describes.
///
/// @param linearBeforeReset whether the hidden gate multiplies by the reset gate after the product
///   with the weights rather than before it
public record GRU(
        @Nullable Floats activationAlpha,
        @Nullable Floats activationBeta,
        @Nullable List<String> activations,
        @Nullable Float clip,
        Direction direction,
        @Nullable Integer hiddenSize,
        int layout,
        boolean linearBeforeReset)
        implements Recurrent {
    private static final int UPDATE = 0;
    private static final int RESET = 1;
    private static final int HIDDEN = 2;

    public static final OpDef<GRU> DEF =
            OpDef.of(GRU.class)
                    .inputs(3, 6)
                    .outputs(0, 2)
                    .infer(Sequences::infer)
                    .reference((op, in) -> Sequences.evaluate(op, in, op::cell))
                    .flops((_, types) -> Sequences.flops(types))
                    .onnx(
                            "GRU",
                            14,
                            a ->
                                    new GRU(
                                            Recurrent.numbers(a, "activation_alpha"),
                                            Recurrent.numbers(a, "activation_beta"),
                                            a.optionalTexts("activations"),
                                            a.optionalNumber("clip"),
                                            a.choice("direction", Direction.FORWARD),
                                            a.has("hidden_size")
                                                    ? (Integer) a.axis("hidden_size", 0)
                                                    : null,
                                            a.axis("layout", 0),
                                            a.flag("linear_before_reset", false)))
                    .build();

    @Override
    public OpDef<GRU> def() {
        return DEF;
    }

    @Override
    public int gates() {
        return 3;
    }

    @Override
    public List<String> usualActivations() {
        return List.of("Sigmoid", "Tanh");
    }

    private Cell cell(Gates gates, List<CellFunction> functions, double[] peepholes) {
        var f = functions.get(0);
        var g = functions.get(1);
        return (x, h, _) -> {
            var update = gates.sums(UPDATE, x, h);
            var reset = gates.sums(RESET, x, h);
            var kept = new double[h.length];
            for (int unit = 0; unit < h.length; unit++) {
                update[unit] = f.apply(update[unit]);
                reset[unit] = f.apply(reset[unit]);
                kept[unit] = reset[unit] * h[unit];
            }
            var hidden = new double[h.length];
            for (int unit = 0; unit < h.length; unit++) {
                double state =
                        linearBeforeReset
                                ? reset[unit] * gates.fromState(HIDDEN, unit, h)
                                : gates.fromState(HIDDEN, unit, kept);
                hidden[unit] = g.apply(gates.fromInput(HIDDEN, unit, x) + state);
            }
            for (int unit = 0; unit < h.length; unit++) {
                h[unit] = (1 - update[unit]) * hidden[unit] + update[unit] * h[unit];
            }
        };
    }
}
