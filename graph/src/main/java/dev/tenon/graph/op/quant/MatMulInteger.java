package dev.tenon.graph.op.quant;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.MatrixProduct;
import dev.tenon.graph.op.contract.MatMul;
import java.util.List;

/// Products of matrices of quantised integers, in `i32` (ONNX `MatMulInteger`).
///
/// Inputs: the matrices as of [MatMul], and optionally their zero points: one number, or for the
/// left one a number a row, for the right one a number a column.
public record MatMulInteger() implements Quant {
    public static final OpDef<MatMulInteger> DEF =
            OpDef.of(MatMulInteger.class)
                    .inputs(2, 4)
                    .infer(MatMulInteger::infer)
                    .reference(MatMulInteger::evaluate)
                    .noGradient("integers are no continuous numbers")
                    .flops((op, types) -> MatMul.flops(types))
                    .onnx("MatMulInteger", 10, a -> new MatMulInteger())
                    .build();

    @Override
    public OpDef<MatMulInteger> def() {
        return DEF;
    }

    private static List<Type> infer(MatMulInteger op, InferContext in) {
        for (int i = 0; i < 2; i++) {
            in.requireDtype(i, DType.INT8, DType.UINT8);
            if (in.has(i + 2)) {
                in.requireSameDtype(i, i + 2);
            }
        }
        return List.of(Type.tensor(DType.INT32, MatMul.shape(in, 0, 1)));
    }

    private static List<Tensor> evaluate(MatMulInteger op, EvalContext in) {
        var a = in.tensor(0);
        var b = in.tensor(1);
        var product = new MatrixProduct(a.dims(), b.dims());
        var sums =
                product.multiply(
                        PerAxis.centred(a, in.optionalTensor(2), a.rank() - 2),
                        PerAxis.centred(b, in.optionalTensor(3), b.rank() - 1));
        var result = Tensor.zeros(DType.INT32, product.dims());
        for (int i = 0; i < sums.length; i++) {
            result.setDouble(i, sums[i]);
        }
        return List.of(result);
    }
}
