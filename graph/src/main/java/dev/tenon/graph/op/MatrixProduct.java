package dev.tenon.graph.op;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.util.Arrays;

/// The product of two stacks of matrices of known extents, as NumPy's `matmul` defines it.
public final class MatrixProduct {
    private final long[] dims;
    private final long[] batch;
    private final long[][] batchStrides;
    private final int rows;
    private final int inner;
    private final int columns;

    /// @throws InputException when the extents do not fit
    public MatrixProduct(long[] left, long[] right) {
        if (left.length == 0 || right.length == 0) {
            throw new InputException(
                    Problem.of("a scalar is no matrix")
                            .got(Arrays.toString(left) + " and " + Arrays.toString(right)));
        }
        var a = left.length == 1 ? new long[] {1, left[0]} : left;
        var b = right.length == 1 ? new long[] {right[0], 1} : right;
        if (a[a.length - 1] != b[b.length - 2]) {
            throw new InputException(
                    Problem.of("the inner extents of a matrix product differ")
                            .expected(a[a.length - 1])
                            .got(b[b.length - 2]));
        }
        rows = Math.toIntExact(a[a.length - 2]);
        inner = Math.toIntExact(a[a.length - 1]);
        columns = Math.toIntExact(b[b.length - 1]);
        var batchA = Arrays.copyOf(a, a.length - 2);
        var batchB = Arrays.copyOf(b, b.length - 2);
        batch = Nd.broadcast(batchA, batchB);
        batchStrides =
                new long[][] {
                    Nd.broadcastStrides(batchA, batch), Nd.broadcastStrides(batchB, batch)
                };
        dims = dims(left.length > 1, right.length > 1);
    }

    private long[] dims(boolean withRows, boolean withColumns) {
        var result =
                Arrays.copyOf(batch, batch.length + (withRows ? 1 : 0) + (withColumns ? 1 : 0));
        if (withRows) {
            result[batch.length] = rows;
        }
        if (withColumns) {
            result[result.length - 1] = columns;
        }
        return result;
    }

    /// The extents of the product.
    public long[] dims() {
        return dims.clone();
    }

    /// The elements of the product.
    public double[] multiply(double[] a, double[] b) {
        var result = new double[Math.toIntExact(Tensor.size(dims))];
        Nd.walk(
                batch,
                batchStrides,
                (index, offsets) -> {
                    int left = (int) offsets[0] * rows * inner;
                    int right = (int) offsets[1] * inner * columns;
                    int to = (int) index * rows * columns;
                    for (int row = 0; row < rows; row++) {
                        for (int k = 0; k < inner; k++) {
                            double factor = a[left + row * inner + k];
                            for (int column = 0; column < columns; column++) {
                                result[to + row * columns + column] +=
                                        factor * b[right + k * columns + column];
                            }
                        }
                    }
                });
        return result;
    }

    /// The elements of the product modulo 2⁶⁴.
    public long[] multiply(long[] a, long[] b) {
        var result = new long[Math.toIntExact(Tensor.size(dims))];
        Nd.walk(
                batch,
                batchStrides,
                (index, offsets) -> {
                    int left = (int) offsets[0] * rows * inner;
                    int right = (int) offsets[1] * inner * columns;
                    int to = (int) index * rows * columns;
                    for (int row = 0; row < rows; row++) {
                        for (int k = 0; k < inner; k++) {
                            long factor = a[left + row * inner + k];
                            for (int column = 0; column < columns; column++) {
                                result[to + row * columns + column] +=
                                        factor * b[right + k * columns + column];
                            }
                        }
                    }
                });
        return result;
    }
}
