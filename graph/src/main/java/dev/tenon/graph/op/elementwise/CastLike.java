package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Converts the elements of the first input to the dtype of the second (ONNX `CastLike`).
///
/// @param saturate as of [Cast]
/// @param roundMode as of [Cast]
public record CastLike(boolean saturate, RoundMode roundMode) implements Conversion {
    public static final OpDef<CastLike> DEF =
            OpDef.of(CastLike.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(1), in.shape(0))))
                    .content((op, in) -> DimFormula.in(in.dtype(1), in.content(0)))
                    .reference(
                            (op, in) ->
                                    List.of(
                                            op.converter(in.tensor(1).dtype())
                                                    .convert(in.tensor(0))))
                    .onnx(
                            "CastLike",
                            15,
                            a ->
                                    new CastLike(
                                            a.flag("saturate", true),
                                            a.choice("round_mode", RoundMode.UP)))
                    .build();

    private Converter converter(DType to) {
        return new Converter(to, saturate, roundMode);
    }

    @Override
    public OpDef<CastLike> def() {
        return DEF;
    }
}
