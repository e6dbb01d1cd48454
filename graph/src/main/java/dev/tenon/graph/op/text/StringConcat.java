package dev.tenon.graph.op.text;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Strings one after the other, element by element, with broadcasting (ONNX `StringConcat`).
public record StringConcat() implements Text {
    public static final OpDef<StringConcat> DEF =
            OpDef.of(StringConcat.class)
                    .inputs(2)
                    .infer(
                            (_, in) -> {
                                in.requireDtype(0, DType.STRING);
                                in.requireDtype(1, DType.STRING);
                                return List.of(
                                        Type.tensor(
                                                DType.STRING, in.shape(0).broadcast(in.shape(1))));
                            })
                    .reference((_, in) -> List.of(evaluate(in)))
                    .noGradient("strings have none")
                    .flops((_, _) -> 0)
                    .onnx("StringConcat", 20, _ -> new StringConcat())
                    .build();

    @Override
    public OpDef<StringConcat> def() {
        return DEF;
    }

    private static Tensor evaluate(EvalContext in) {
        var left = in.tensor(0);
        var right = in.tensor(1);
        var dims = Nd.broadcast(left.dims(), right.dims());
        var result = Tensor.zeros(DType.STRING, dims);
        var strides =
                new long[][] {
                    Nd.broadcastStrides(left.dims(), dims), Nd.broadcastStrides(right.dims(), dims)
                };
        Nd.walk(
                dims,
                strides,
                (index, at) ->
                        result.setString(
                                index, left.getString(at[0]).concat(right.getString(at[1]))));
        return result;
    }
}
