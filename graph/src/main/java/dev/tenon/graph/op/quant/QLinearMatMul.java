package dev.tenon.graph.op.quant;

import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.MatrixProduct;
import dev.tenon.graph.op.contract.MatMul;
import java.util.List;

/// Products of quantised matrices, quantised again (ONNX `QLinearMatMul`).
///
/// Inputs: the left matrix, its scale and zero point; the right matrix, its scale and zero point;
/// the scale and zero point of the result. These are one number, or for the left matrix and the
/// result a number a row, for the right matrix a number a column.
public record QLinearMatMul() implements Quant {
    public static final OpDef<QLinearMatMul> DEF =
            OpDef.of(QLinearMatMul.class)
                    .inputs(8)
                    .infer(QLinearMatMul::infer)
                    .reference(QLinearMatMul::evaluate)
                    .noGradient("integers are no continuous numbers")
                    .flops((op, types) -> MatMul.flops(types))
                    .onnx("QLinearMatMul", 10, a -> new QLinearMatMul())
                    .build();

    @Override
    public OpDef<QLinearMatMul> def() {
        return DEF;
    }

    private static List<Type> infer(QLinearMatMul op, InferContext in) {
        in.requireSameDtype(0, 2);
        in.requireSameDtype(3, 5);
        return List.of(Type.tensor(in.dtype(7), MatMul.shape(in, 0, 3)));
    }

    private static List<Tensor> evaluate(QLinearMatMul op, EvalContext in) {
        var a = in.tensor(0);
        var b = in.tensor(3);
        var product = new MatrixProduct(a.dims(), b.dims());
        var dims = product.dims();
        var sums =
                product.multiply(
                        PerAxis.centred(a, in.tensor(2), a.rank() - 2),
                        PerAxis.centred(b, in.tensor(5), b.rank() - 1));
        var scales = PerAxis.spread(in.tensor(1), dims, dims.length - 2);
        var others = PerAxis.spread(in.tensor(4), dims, dims.length - 1);
        for (int i = 0; i < scales.length; i++) {
            scales[i] *= others[i];
        }
        return List.of(
                PerAxis.quantise(sums, scales, in.tensor(6), in.tensor(7), dims, dims.length - 2));
    }
}
