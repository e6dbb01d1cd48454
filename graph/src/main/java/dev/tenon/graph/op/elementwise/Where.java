package dev.tenon.graph.op.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// The second input's element where the first input is true, else the third's (ONNX `Where`). Any
/// dtype.
public record Where() implements Formula {
    public static final OpDef<Where> DEF =
            Formulas.define(OpDef.of(Where.class))
                    .inputs(3)
                    .reference((op, in) -> List.of(evaluate(in)))
                    .onnx("Where", 9, a -> new Where())
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        return Scalar.select(Scalar.arg(0), Scalar.arg(1), Scalar.arg(2));
    }

    @Override
    public Domain domain() {
        return Domain.ANY;
    }

    @Override
    public int firstOperand() {
        return 1;
    }

    @Override
    public OpDef<Where> def() {
        return DEF;
    }

    /// Elements are copied, so that every dtype and every bit is kept.
    private static Tensor evaluate(EvalContext in) {
        var condition = in.tensor(0);
        var then = in.tensor(1);
        var otherwise = in.tensor(2);
        var dims = Nd.broadcast(condition.dims(), then.dims(), otherwise.dims());
        var result = Tensor.zeros(then.dtype(), dims);
        long[][] strides = {
            Nd.broadcastStrides(condition.dims(), dims),
            Nd.broadcastStrides(then.dims(), dims),
            Nd.broadcastStrides(otherwise.dims(), dims)
        };
        Nd.walk(
                dims,
                strides,
                (index, offsets) -> {
                    boolean chosen = condition.getBoolean(offsets[0]);
                    result.copyElement(index, chosen ? then : otherwise, offsets[chosen ? 1 : 2]);
                });
        return result;
    }
}
