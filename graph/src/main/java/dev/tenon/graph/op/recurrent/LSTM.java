package dev.tenon.graph.op.recurrent;

import dev.tenon.base.Floats;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A long short-term memory (ONNX `LSTM`): the gates input, output, forget and cell, in this order.
///
/// Inputs and outputs as [Recurrent] describes, and further: an initial cell state `[D, B, H]` and
/// peephole weights `[D, 3 · H]` for the gates input, output and forget, which may be left out; the
/// cell state at the end as the third output.
///
/// @param inputForget whether the forget gate is 1 minus the input gate
public record LSTM(
        @Nullable Floats activationAlpha,
        @Nullable Floats activationBeta,
        @Nullable List<String> activations,
        @Nullable Float clip,
        Direction direction,
        @Nullable Integer hiddenSize,
        boolean inputForget,
        int layout)
        implements Recurrent {
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int FORGET = 2;
    private static final int CELL = 3;

    public static final OpDef<LSTM> DEF =
            OpDef.of(LSTM.class)
                    .inputs(3, 8)
                    .outputs(0, 3)
                    .infer(Sequences::infer)
                    .reference((op, in) -> Sequences.evaluate(op, in, op::cell))
                    .flops((_, types) -> Sequences.flops(types))
                    .onnx(
                            "LSTM",
                            14,
                            a ->
                                    new LSTM(
                                            Recurrent.numbers(a, "activation_alpha"),
                                            Recurrent.numbers(a, "activation_beta"),
                                            a.optionalTexts("activations"),
                                            a.optionalNumber("clip"),
                                            a.choice("direction", Direction.FORWARD),
                                            a.has("hidden_size")
                                                    ? (Integer) a.axis("hidden_size", 0)
                                                    : null,
                                            a.flag("input_forget", false),
                                            a.axis("layout", 0)))
                    .build();

    @Override
    public OpDef<LSTM> def() {
        return DEF;
    }

    @Override
    public int gates() {
        return 4;
    }

    @Override
    public List<String> usualActivations() {
        return List.of("Sigmoid", "Tanh", "Tanh");
    }

    private Cell cell(Gates gates, List<CellFunction> functions, double[] peepholes) {
        var f = functions.get(0);
        var g = functions.get(1);
        var output = functions.get(2);
        return (x, h, c) -> {
            var sums =
                    new double[][] {
                        gates.sums(INPUT, x, h),
                        gates.sums(OUTPUT, x, h),
                        gates.sums(FORGET, x, h),
                        gates.sums(CELL, x, h)
                    };
            for (int unit = 0; unit < h.length; unit++) {
                double in =
                        f.apply(
                                sums[INPUT][unit]
                                        + through(peepholes[INPUT * h.length + unit], c[unit]));
                double kept =
                        inputForget
                                ? 1 - in
                                : f.apply(
                                        sums[FORGET][unit]
                                                + through(
                                                        peepholes[FORGET * h.length + unit],
                                                        c[unit]));
                c[unit] = kept * c[unit] + in * g.apply(sums[CELL][unit]);
                double out =
                        f.apply(
                                sums[OUTPUT][unit]
                                        + through(peepholes[OUTPUT * h.length + unit], c[unit]));
                h[unit] = out * output.apply(c[unit]);
            }
        };
    }

    /// What comes through a peephole; nothing, of infinities too, where there is none.
    private static double through(double peephole, double state) {
        return peephole == 0 ? 0 : peephole * state;
    }
}
