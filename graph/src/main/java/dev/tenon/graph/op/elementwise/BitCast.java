package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Problem;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Reads the elements' bits as another dtype of the same width (ONNX `BitCast`).
public record BitCast(DType to) implements Conversion {
    public static final OpDef<BitCast> DEF =
            OpDef.of(BitCast.class)
                    .infer(BitCast::infer)
                    .reference((op, in) -> List.of(in.tensor(0).reinterpret(op.to)))
                    .noGradient("bits are no numbers")
                    .flops((op, types) -> 0)
                    .onnx("BitCast", 26, a -> new BitCast(a.dtype("to")))
                    .build();

    @Override
    public OpDef<BitCast> def() {
        return DEF;
    }

    private static List<Type> infer(BitCast op, InferContext in) {
        var from = in.dtype(0);
        if (from == DType.STRING || op.to == DType.STRING || from.bits() != op.to.bits()) {
            throw in.error(
                    Problem.of("the dtypes differ in width")
                            .expected(op.to.bits() + " bits for " + op.to)
                            .got(from.bits() + " bits of " + from));
        }
        return List.of(Type.tensor(op.to, in.shape(0)));
    }
}
