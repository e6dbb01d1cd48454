package dev.tenon.graph.op.move;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// The upper or lower triangle of matrices, the rest 0 (ONNX `Trilu`).
///
/// Inputs: matrices in the last two axes, and optionally the number of the diagonal up to which
/// they are kept: 0 (also if left out) for the main one, positive above it.
public record Trilu(boolean upper) implements Move {
    public static final OpDef<Trilu> DEF =
            OpDef.of(Trilu.class)
                    .inputs(1, 2)
                    .infer(
                            (op, in) -> {
                                in.requireRank(0, 2, Integer.MAX_VALUE);
                                return List.of(in.tensor(0));
                            })
                    .reference(Trilu::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Trilu", 14, a -> new Trilu(a.flag("upper", true)))
                    .build();

    @Override
    public OpDef<Trilu> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(Trilu op, EvalContext in) {
        var data = in.tensor(0);
        var diagonal = in.optionalTensor(1);
        long k = diagonal == null ? 0 : diagonal.getLong(0);
        long rows = data.dim(-2);
        long columns = data.dim(-1);
        var result = Tensor.zeros(data.dtype(), data.dims());
        for (long i = 0; i < data.size(); i++) {
            long row = i / columns % rows;
            long distance = i % columns - row;
            if (op.upper ? distance >= k : distance <= k) {
                result.copyElement(i, data, i);
            }
        }
        return List.of(result);
    }
}
