package dev.tenon.graph.op.quant;

import dev.tenon.base.DType;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The numbers that quantised elements stand for: `(x - zero point) · scale` (ONNX
/// `DequantizeLinear`).
///
/// Inputs: the quantised data, the scales, and optionally the zero points, which are 0 when left
/// out.
///
/// @param axis the axis that scales go along; of no meaning for one scale
/// @param blockSize how many elements of the axis share a scale; 0 for one scale a position
/// @param outputDtype null for that of the scales
public record DequantizeLinear(int axis, long blockSize, @Nullable DType outputDtype)
        implements Quant {
    public static final OpDef<DequantizeLinear> DEF =
            OpDef.of(DequantizeLinear.class)
                    .inputs(2, 3)
                    .infer(DequantizeLinear::infer)
                    .reference(DequantizeLinear::evaluate)
                    .flops((op, types) -> 2 * types.outputSize(0))
                    .onnx(
                            "DequantizeLinear",
                            13,
                            a ->
                                    new DequantizeLinear(
                                            a.axis("axis", 1),
                                            a.integer("block_size", 0),
                                            a.integer("output_dtype", 0) == 0
                                                    ? null
                                                    : a.dtype("output_dtype")))
                    .build();

    @Override
    public OpDef<DequantizeLinear> def() {
        return DEF;
    }

    private DType result(DType scale) {
        return outputDtype == null ? scale : outputDtype;
    }

    private static List<Type> infer(DequantizeLinear op, InferContext in) {
        var granularity = new Granularity(op.axis, op.blockSize);
        granularity.check(in, 0, 1);
        if (in.has(2)) {
            in.requireSameDtype(0, 2);
            granularity.check(in, 0, 2);
        }
        var dtype = op.result(in.dtype(1));
        if (!dtype.isFloat() || dtype.bits() <= 8) {
            throw in.error(
                    Problem.of("no dtype of numbers")
                            .expected("a float of 16 bits or more")
                            .got(dtype)
                            .advice("Set output_dtype"));
        }
        return List.of(Type.tensor(dtype, in.shape(0)));
    }

    private static List<Tensor> evaluate(DequantizeLinear op, EvalContext in) {
        var x = in.tensor(0);
        var scale = in.tensor(1);
        var zeroPoint = in.optionalTensor(2);
        var granularity = new Granularity(op.axis, op.blockSize);
        var scaleAt = granularity.positions(x.dims(), scale);
        var zeroAt = granularity.positions(x.dims(), zeroPoint == null ? scale : zeroPoint);
        var result = Tensor.zeros(op.result(scale.dtype()), x.dims());
        for (long i = 0; i < x.size(); i++) {
            double zero = zeroPoint == null ? 0 : zeroPoint.getDouble(zeroAt.applyAsLong(i));
            result.setDouble(i, (x.getDouble(i) - zero) * scale.getDouble(scaleAt.applyAsLong(i)));
        }
        return List.of(result);
    }
}
