package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Converts the elements to another dtype (ONNX `Cast`).
///
/// @param saturate whether numbers too large for a float of 8 bits become its largest one, rather
///   than infinity or NaN
/// @param roundMode for `f8e8m0`
public record Cast(DType to, boolean saturate, RoundMode roundMode) implements Conversion {
    public static final OpDef<Cast> DEF =
            OpDef.of(Cast.class)
                    .infer((op, in) -> List.of(Type.tensor(op.to, in.shape(0))))
                    .content((op, in) -> DimFormula.in(op.to, in.content(0)))
                    .reference((op, in) -> List.of(op.converter().convert(in.tensor(0))))
                    .onnx(
                            "Cast",
                            9,
                            a ->
                                    new Cast(
                                            a.dtype("to"),
                                            a.flag("saturate", true),
                                            a.choice("round_mode", RoundMode.UP)))
                    .build();

    /// The conversion with the defaults of ONNX.
    public Cast(DType to) {
        this(to, true, RoundMode.UP);
    }

    private Converter converter() {
        return new Converter(to, saturate, roundMode);
    }

    @Override
    public OpDef<Cast> def() {
        return DEF;
    }
}
