package dev.tenon.graph.op.move;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Reverses the beginning of each sequence of a batch (ONNX `ReverseSequence`).
///
/// Inputs: the data, and how many steps of each sequence are reversed; the others stay.
///
/// @param batchAxis which of the first two axes counts sequences
/// @param timeAxis the other one, which counts steps
public record ReverseSequence(int batchAxis, int timeAxis) implements Move {
    public static final OpDef<ReverseSequence> DEF =
            OpDef.of(ReverseSequence.class)
                    .inputs(2)
                    .infer(
                            (op, in) -> {
                                in.requireRank(0, 2, Integer.MAX_VALUE);
                                in.requireRank(1, 1, 1);
                                return List.of(in.tensor(0));
                            })
                    .reference(ReverseSequence::evaluate)
                    .flops((op, types) -> 0)
                    .onnx(
                            "ReverseSequence",
                            10,
                            a ->
                                    new ReverseSequence(
                                            a.axis("batch_axis", 1), a.axis("time_axis", 0)))
                    .build();

    @Override
    public OpDef<ReverseSequence> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(ReverseSequence op, EvalContext in) {
        var data = in.tensor(0);
        var lengths = in.tensor(1);
        var strides = Nd.strides(data.dims());
        var result = Tensor.zeros(data.dtype(), data.dims());
        Nd.walk(
                data.dims(),
                at -> {
                    long length = lengths.getLong(at[op.batchAxis]);
                    if (length < 0 || length > data.dim(op.timeAxis)) {
                        throw new InputException(
                                Problem.of("sequence length out of range")
                                        .expected("0 to " + data.dim(op.timeAxis))
                                        .got(length));
                    }
                    long time = at[op.timeAxis];
                    long to = Nd.offset(at, strides);
                    long from =
                            time < length
                                    ? to + (length - 1 - 2 * time) * strides[op.timeAxis]
                                    : to;
                    result.copyElement(to, data, from);
                });
        return List.of(result);
    }
}
