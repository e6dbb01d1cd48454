package dev.tenon.graph.op.quant;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Quantises to `u8` with the scale and zero point that its range, 0 included, asks for (ONNX
/// `DynamicQuantizeLinear`).
///
/// Outputs: the quantised data, the scale, the zero point. Where all data are 0, the scale is 1.
public record DynamicQuantizeLinear() implements Quant {
    private static final float STEPS = 255;
    private static final QuantizeLinear QUANTIZE = new QuantizeLinear(0, 0, null, null, true);

    public static final OpDef<DynamicQuantizeLinear> DEF =
            OpDef.of(DynamicQuantizeLinear.class)
                    .outputs(3, 3)
                    .infer(DynamicQuantizeLinear::infer)
                    .reference(DynamicQuantizeLinear::evaluate)
                    .flops((op, types) -> 5 * types.outputSize(0))
                    .onnx("DynamicQuantizeLinear", 11, a -> new DynamicQuantizeLinear())
                    .build();

    @Override
    public OpDef<DynamicQuantizeLinear> def() {
        return DEF;
    }

    private static List<Type> infer(DynamicQuantizeLinear op, InferContext in) {
        in.requireDtype(0, DType.FLOAT32);
        return List.of(
                Type.tensor(DType.UINT8, in.shape(0)),
                Type.scalar(DType.FLOAT32),
                Type.scalar(DType.UINT8));
    }

    private static List<Tensor> evaluate(DynamicQuantizeLinear op, EvalContext in) {
        float least = 0;
        float greatest = 0;
        for (float x : in.tensor(0).toFloats()) {
            least = Math.min(least, x);
            greatest = Math.max(greatest, x);
        }
        float scale = least == greatest ? 1 : (greatest - least) / STEPS;
        var zeroPoint = Tensor.zeros(DType.UINT8);
        Saturation.store(zeroPoint, 0, -least / scale, 0, true);
        var scales = Tensor.of(new float[] {scale});
        return List.of(QUANTIZE.quantize(in.tensor(0), scales, zeroPoint), scales, zeroPoint);
    }
}
