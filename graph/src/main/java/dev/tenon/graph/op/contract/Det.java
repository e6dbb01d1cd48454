package dev.tenon.graph.op.contract;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.Arrays;
import java.util.List;

/// The determinants of square matrices (ONNX `Det`): `[…, M, M]` to `[…]`.
public record Det() implements Contract {
    public static final OpDef<Det> DEF =
            OpDef.of(Det.class)
                    .infer(Det::infer)
                    .reference((_, in) -> List.of(evaluate(in)))
                    .flops(
                            (_, types) ->
                                    types.inputs().get(0) instanceof Type.OfTensor(var _, var shape)
                                                    && shape.isKnown()
                                            ? types.inputSize(0)
                                                    * shape.dim(-1).known().orElse(0)
                                                    * 2
                                                    / 3
                                            : 0)
                    .onnx("Det", 11, _ -> new Det())
                    .build();

    @Override
    public OpDef<Det> def() {
        return DEF;
    }

    private static List<Type> infer(Det op, InferContext in) {
        var shape = in.shape(0);
        if (!shape.isRanked()) {
            return List.of(Type.tensor(in.dtype(0), Shape.unranked()));
        }
        in.requireRank(0, 2, Integer.MAX_VALUE);
        in.same(shape.dim(-2), shape.dim(-1));
        List<Dim> batch = shape.dims().subList(0, shape.rank() - 2);
        return List.of(Type.tensor(in.dtype(0), Shape.of(batch)));
    }

    private static Tensor evaluate(EvalContext in) {
        var x = in.tensor(0);
        int order = Math.toIntExact(x.dim(-1));
        var result = Tensor.zeros(x.dtype(), Arrays.copyOf(x.dims(), x.rank() - 2));
        for (long i = 0; i < result.size(); i++) {
            var matrix = new double[order][order];
            for (int row = 0; row < order; row++) {
                for (int column = 0; column < order; column++) {
                    matrix[row][column] = x.getDouble((i * order + row) * order + column);
                }
            }
            result.setDouble(i, determinant(matrix));
        }
        return result;
    }

    /// By elimination with the largest pivot of each column; the matrix is overwritten.
    private static double determinant(double[][] matrix) {
        double product = 1;
        for (int k = 0; k < matrix.length; k++) {
            int pivot = k;
            for (int row = k + 1; row < matrix.length; row++) {
                if (Math.abs(matrix[row][k]) > Math.abs(matrix[pivot][k])) {
                    pivot = row;
                }
            }
            if (pivot != k) {
                var swapped = matrix[pivot];
                matrix[pivot] = matrix[k];
                matrix[k] = swapped;
                product = -product;
            }
            if (matrix[k][k] == 0) {
                return 0;
            }
            product *= matrix[k][k];
            for (int row = k + 1; row < matrix.length; row++) {
                double factor = matrix[row][k] / matrix[k][k];
                for (int column = k; column < matrix.length; column++) {
                    matrix[row][column] -= factor * matrix[k][column];
                }
            }
        }
        return product;
    }
}
