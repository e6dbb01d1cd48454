package dev.tenon.graph.op.contract;

import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.MatrixProduct;
import java.util.ArrayList;
import java.util.List;

/// Products of matrices, batches of them broadcast (ONNX `MatMul`, after NumPy's `matmul`).
///
/// Inputs: `[…, M, K]` and `[…, K, N]`; a vector `[K]` on the left counts as one row, on the right
/// as one column, and the output lacks that axis. Output: `[…, M, N]`.
public record MatMul() implements Contract {
    public static final OpDef<MatMul> DEF =
            OpDef.of(MatMul.class)
                    .inputs(2)
                    .infer(MatMul::infer)
                    .reference((_, in) -> List.of(multiply(in)))
                    .flops((_, types) -> flops(types))
                    .onnx("MatMul", 13, _ -> new MatMul())
                    .build();

    @Override
    public OpDef<MatMul> def() {
        return DEF;
    }

    /// The shape of the product of two inputs of a node.
    public static Shape shape(InferContext in, int left, int right) {
        var a = in.shape(left);
        var b = in.shape(right);
        if (!a.isRanked() || !b.isRanked()) {
            return Shape.unranked();
        }
        if (a.rank() == 0 || b.rank() == 0) {
            throw in.error(
                    Problem.of("a scalar is no matrix")
                            .expected("rank 1 or more")
                            .got(a + " and " + b));
        }
        var rows = a.rank() == 1 ? a.dim(0) : a.dim(-1);
        in.same(rows, b.rank() == 1 ? b.dim(0) : b.dim(-2));
        var dims = new ArrayList<Dim>();
        dims.addAll(batch(a).broadcast(batch(b)).dims());
        if (a.rank() > 1) {
            dims.add(a.dim(-2));
        }
        if (b.rank() > 1) {
            dims.add(b.dim(-1));
        }
        return Shape.of(dims);
    }

    private static Shape batch(Shape shape) {
        return Shape.of(shape.dims().subList(0, Math.max(0, shape.rank() - 2)));
    }

    private static List<Type> infer(MatMul op, InferContext in) {
        in.requireSameDtype(0, 1);
        return List.of(Type.tensor(in.dtype(0), shape(in, 0, 1)));
    }

    /// A multiply-add for each element of the first output and each of the first input's last axis.
    public static double flops(OpDef.NodeTypes types) {
        return types.inputs().get(0) instanceof Type.OfTensor(var _, var a) && a.isKnown()
                ? 2 * types.outputSize(0) * a.dim(-1).known().orElse(0)
                : 0;
    }

    private static Tensor multiply(EvalContext in) {
        var product = new MatrixProduct(in.tensor(0).dims(), in.tensor(1).dims());
        var result = Tensor.zeros(in.tensor(0).dtype(), product.dims());
        if (result.dtype().isFloat()) {
            var sums = product.multiply(in.tensor(0).toDoubles(), in.tensor(1).toDoubles());
            for (int i = 0; i < sums.length; i++) {
                result.setDouble(i, sums[i]);
            }
        } else {
            var sums = product.multiply(in.tensor(0).toLongs(), in.tensor(1).toLongs());
            for (int i = 0; i < sums.length; i++) {
                result.setLong(i, sums[i]);
            }
        }
        return result;
    }
}
