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

/// Divides by a scale, rounds, and adds a zero point, within the range of the result (ONNX
/// `QuantizeLinear`).
///
/// Inputs: the data, the scales, and optionally the zero points, which are 0 when left out.
///
/// @param axis the axis that scales go along; of no meaning for one scale
/// @param blockSize how many elements of the axis share a scale; 0 for one scale a position
/// @param outputDtype null for that of the zero points, or `u8` without these
/// @param precision in which the division is done; null for the scales' dtype
/// @param saturate whether numbers too large for a float of 8 bits become its largest one, rather
///   than infinity or NaN
public record QuantizeLinear(
        int axis,
        long blockSize,
        @Nullable DType outputDtype,
        @Nullable DType precision,
        boolean saturate)
        implements Quant {
    public static final OpDef<QuantizeLinear> DEF =
            OpDef.of(QuantizeLinear.class)
                    .inputs(2, 3)
                    .infer(QuantizeLinear::infer)
                    .reference(QuantizeLinear::evaluate)
                    .flops((op, types) -> 3 * types.outputSize(0))
                    .onnx(
                            "QuantizeLinear",
                            13,
                            a ->
                                    new QuantizeLinear(
                                            a.axis("axis", 1),
                                            a.integer("block_size", 0),
                                            a.integer("output_dtype", 0) == 0
                                                    ? null
                                                    : a.dtype("output_dtype"),
                                            a.integer("precision", 0) == 0
                                                    ? null
                                                    : a.dtype("precision"),
                                            a.flag("saturate", true)))
                    .build();

    @Override
    public OpDef<QuantizeLinear> def() {
        return DEF;
    }

    private static List<Type> infer(QuantizeLinear op, InferContext in) {
        var granularity = new Granularity(op.axis, op.blockSize);
        granularity.check(in, 0, 1);
        if (in.has(2)) {
            granularity.check(in, 0, 2);
        }
        var given = in.has(2) ? in.dtype(2) : null;
        if (given != null && op.outputDtype != null && given != op.outputDtype) {
            throw in.error(
                    Problem.of("the zero points are not of the output's dtype")
                            .expected(op.outputDtype)
                            .got(given));
        }
        var dtype = op.result(given);
        if (!(dtype.isInteger() && dtype.bits() <= 16 || dtype.isFloat() && dtype.bits() <= 8)
                || dtype == DType.FLOAT8E8M0) {
            throw in.error(
                    Problem.of("no dtype to quantise to")
                            .expected("integers of 16 bits or fewer, or floats of 8 bits or fewer")
                            .got(dtype));
        }
        return List.of(Type.tensor(dtype, in.shape(0)));
    }

    private DType result(@Nullable DType zeroPoint) {
        return zeroPoint != null ? zeroPoint : outputDtype != null ? outputDtype : DType.UINT8;
    }

    private DType precision(DType scale) {
        return precision != null
                ? precision
                : scale.isFloat() && scale.bits() > 8 ? scale : DType.FLOAT32;
    }

    private static List<Tensor> evaluate(QuantizeLinear op, EvalContext in) {
        return List.of(op.quantize(in.tensor(0), in.tensor(1), in.optionalTensor(2)));
    }

    Tensor quantize(Tensor x, Tensor scale, @Nullable Tensor zeroPoint) {
        var granularity = new Granularity(axis, blockSize);
        var dtype = precision(scale.dtype());
        var result = Tensor.zeros(result(zeroPoint == null ? null : zeroPoint.dtype()), x.dims());
        var scaleAt = granularity.positions(x.dims(), scale);
        var zeroAt = granularity.positions(x.dims(), zeroPoint == null ? scale : zeroPoint);
        for (long i = 0; i < x.size(); i++) {
            double divisor = dtype.round(scale.getDouble(scaleAt.applyAsLong(i)));
            double quotient = dtype.round(dtype.round(x.getDouble(i)) / divisor);
            double zero = zeroPoint == null ? 0 : zeroPoint.getDouble(zeroAt.applyAsLong(i));
            Saturation.store(result, i, quotient, zero, saturate);
        }
        return result;
    }
}
