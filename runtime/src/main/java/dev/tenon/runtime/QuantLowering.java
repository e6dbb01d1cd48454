package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.quant.DequantizeLinear;
import dev.tenon.graph.op.quant.DynamicQuantizeLinear;
import dev.tenon.graph.op.quant.MatMulInteger;
import dev.tenon.graph.op.quant.Quant;
import dev.tenon.graph.op.quant.QuantizeLinear;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.quant.IntegerGemm;
import dev.tenon.kernels.quant.Quantization;

/// Binds quantised operators to kernels.
final class QuantLowering {
    private static final String QUANTIZE = "quantize-java";
    private static final float STEPS = 255;

    private QuantLowering() {}

    static Lowered lower(Node node, Quant op) {
        return switch (op) {
            case DynamicQuantizeLinear _ -> new Lowered(QUANTIZE, QuantLowering::dynamic);
            case MatMulInteger _ -> matMul(node);
            case QuantizeLinear q
                    when q.blockSize() == 0
                            && q.precision() == null
                            && Lowering.isFloat(node, 0, 1)
                            && isByte(node.outputs().getFirst().tensorType().dtype()) ->
                    quantize(node, q);
            case DequantizeLinear d
                    when d.blockSize() == 0
                            && Lowering.isFloat(node, 1)
                            && isByte(node.input(0).tensorType().dtype())
                            && node.output().tensorType().dtype() == DType.FLOAT32 ->
                    dequantize(d);
            default -> Lowering.reference(node, "no kernel for this operator or its element types");
        };
    }

    private static boolean isByte(DType dtype) {
        return dtype == DType.UINT8 || dtype == DType.INT8;
    }

    private static Work dynamic(Frame frame) {
        var x = frame.tensor(0);
        var y = frame.output(0, DType.UINT8, x.dims());
        var scales = frame.output(1, DType.FLOAT32);
        var zero = frame.output(2, DType.UINT8);
        var lines = Lines.between(x.dims(), 0, 0);
        var range = new Quantization.Range(x.segment(), x.size());
        return Work.sequence(
                range,
                _ -> choose(range.least(), range.greatest(), scales, zero),
                Quantization.quantize(x.segment(), scales, zero, y, lines));
    }

    /// Chooses the scale and the zero point for a range.
    private static void choose(float least, float greatest, Tensor scales, Tensor zero) {
        float scale = least == greatest ? 1 : (greatest - least) / STEPS;
        double middle = Math.rint(-least / scale);
        zero.setLong(0, Double.isNaN(middle) ? 0 : (long) Math.clamp(middle, 0, STEPS));
        scales.setDouble(0, scale);
    }

    private static Lowered quantize(Node node, QuantizeLinear op) {
        var dtype = node.output().tensorType().dtype();
        return new Lowered(
                QUANTIZE,
                frame -> {
                    var x = frame.tensor(0);
                    var lines = lines(x, frame.tensor(1), op.axis());
                    var y = frame.output(0, dtype, x.dims());
                    var scale = frame.tensor(1);
                    var zero = frame.optional(2);
                    return Quantization.quantize(x.segment(), scale, zero, y, lines);
                });
    }

    private static Lowered dequantize(DequantizeLinear op) {
        return new Lowered(
                QUANTIZE,
                frame -> {
                    var x = frame.tensor(0);
                    var lines = lines(x, frame.tensor(1), op.axis());
                    var y = frame.output(0, DType.FLOAT32, x.dims());
                    var scale = frame.tensor(1);
                    var zero = frame.optional(2);
                    return Quantization.dequantize(x, scale, zero, y.segment(), lines);
                });
    }

    /// The axis that scales go along; none for one scale.
    private static Lines lines(Tensor x, Tensor scale, int axis) {
        if (scale.size() == 1) {
            return Lines.between(x.dims(), 0, 0);
        }
        var lines = Lines.along(x.dims(), Nd.axis(axis, x.rank()));
        if (lines.length() != scale.size()) {
            throw new InputException(
                    Problem.of("not one scale a position of the axis")
                            .expected(lines.length())
                            .got(scale.size()));
        }
        return lines;
    }

    private static Lowered matMul(Node node) {
        var b = node.input(1).constant();
        var zero = node.input(3).isPresent() ? node.input(3).constant() : null;
        if (b == null || b.rank() != 2 || node.input(3).isPresent() && zero == null) {
            return Lowering.reference(
                    node, "the right-hand matrix is not constant, or not one matrix");
        }
        return Lowering.choose(
                node,
                IntegerGemm.FAMILY,
                new IntegerGemm.Query(b, zero),
                kernel ->
                        frame -> {
                            var a = frame.tensor(0);
                            var aZero = frame.optional(2);
                            boolean fits =
                                    a.rank() >= 2
                                            && (aZero == null
                                                    || aZero.size() == 1
                                                    || a.rank() == 2);
                            if (!fits) {
                                return Lowering.reference(node, frame);
                            }
                            if (a.dim(-1) != b.dim(0)) {
                                throw new InputException(
                                        Problem.of("the matrices do not fit")
                                                .expected(b.dim(0) + " columns")
                                                .got(a.type()));
                            }
                            var dims = a.dims();
                            dims[dims.length - 1] = b.dim(1);
                            var out = frame.output(0, DType.INT32, dims);
                            return kernel.prepare(a, aZero, out.segment(), frame.room());
                        });
    }
}
