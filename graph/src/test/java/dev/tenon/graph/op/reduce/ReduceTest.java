package dev.tenon.graph.op.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Tensor;
import dev.tenon.graph.SingleOp;
import org.junit.jupiter.api.Test;

class ReduceTest {
    private static final Tensor DATA = Tensor.of(new float[] {1, -2, 3, 4, -5, 6}, 2, 3);

    @Test
    void foldsAlongGivenAxes() {
        var sum =
                SingleOp.tensor(
                        new Fold.ReduceSum(false, false), DATA, Tensor.of(new long[] {-1}, 1));
        assertArrayEquals(new double[] {2, 5}, sum.toDoubles());
        assertArrayEquals(new long[] {2}, sum.dims());
        var max =
                SingleOp.tensor(
                        new Fold.ReduceMax(true, false), DATA, Tensor.of(new long[] {0}, 1));
        assertArrayEquals(new double[] {4, -2, 6}, max.toDoubles());
        assertArrayEquals(new long[] {1, 3}, max.dims());
    }

    @Test
    void foldsAllAxesWithoutAny() {
        assertArrayEquals(
                new double[] {91},
                SingleOp.tensor(new Fold.ReduceSumSquare(false, false), DATA, null).toDoubles());
        assertArrayEquals(
                new double[] {21},
                SingleOp.tensor(new Fold.ReduceL1(true, false), DATA, Tensor.of(new long[0], 0))
                        .toDoubles());
    }

    @Test
    void noopFoldsEachElementAlone() {
        var squares =
                SingleOp.tensor(
                        new Fold.ReduceSumSquare(true, true), DATA, Tensor.of(new long[0], 0));
        assertArrayEquals(new double[] {1, 4, 9, 16, 25, 36}, squares.toDoubles());
    }

    @Test
    void foldOfNothingIsNeutral() {
        var none = Tensor.zeros(DType.FLOAT32, 2, 0);
        var axes = Tensor.of(new long[] {1}, 1);
        assertArrayEquals(
                new double[] {1, 1},
                SingleOp.tensor(new Fold.ReduceProd(false, false), none, axes).toDoubles());
        double least = Double.NEGATIVE_INFINITY;
        assertArrayEquals(
                new double[] {least, least},
                SingleOp.tensor(new Fold.ReduceMax(false, false), none, axes).toDoubles());
        assertArrayEquals(
                new double[] {least, least},
                SingleOp.tensor(new Fold.ReduceLogSumExp(false, false), none, axes).toDoubles());
    }

    @Test
    void logSumExpDoesNotOverflow() {
        var large = Tensor.of(new float[] {1000, 1000}, 2);
        var result = SingleOp.tensor(new Fold.ReduceLogSumExp(false, false), large);
        assertEquals(1000 + Math.log(2), result.getDouble(0), 1e-4);
    }

    @Test
    void integersWrapAndUnsignedCompareAsUnsigned() {
        var big = Tensor.of(new int[] {Integer.MAX_VALUE, 1}, 2);
        assertEquals(
                Integer.MIN_VALUE,
                SingleOp.tensor(new Fold.ReduceSum(false, false), big).getLong(0));
        var unsigned = Tensor.of(new long[] {-1, 1}, 2).reinterpret(DType.UINT64);
        assertEquals(-1, SingleOp.tensor(new Fold.ReduceMax(false, false), unsigned).getLong(0));
    }

    @Test
    void positionOfTheExtreme() {
        var ties = Tensor.of(new float[] {2, 2, 1, 1, 3, 3}, 2, 3);
        assertArrayEquals(
                new long[] {0, 1},
                SingleOp.tensor(new ArgExtreme.ArgMax(1, false, false), ties).toLongs());
        assertArrayEquals(
                new long[] {1, 2},
                SingleOp.tensor(new ArgExtreme.ArgMax(-1, true, true), ties).toLongs());
        assertArrayEquals(
                new long[] {1, 0, 0},
                SingleOp.tensor(new ArgExtreme.ArgMin(0, false, false), ties).toLongs());
    }

    @Test
    void runningSums() {
        var axis = Tensor.of(new int[] {1}, 1).reshape();
        assertArrayEquals(
                new double[] {1, -1, 2, 4, -1, 5},
                SingleOp.tensor(new Cumulative.CumSum(false, false), DATA, axis).toDoubles());
        assertArrayEquals(
                new double[] {-6, 3, 1, -30, 6, 1},
                SingleOp.tensor(new Cumulative.CumProd(true, true), DATA, axis).toDoubles());
    }

    @Test
    void largestElementsInOrder() {
        var results = SingleOp.run(new TopK(-1, true, true), 2, DATA, Tensor.of(new long[] {2}, 1));
        assertArrayEquals(new double[] {3, 1, 6, 4}, ((Tensor) results.get(0)).toDoubles());
        assertArrayEquals(new long[] {2, 0, 2, 0}, ((Tensor) results.get(1)).toLongs());
    }

    @Test
    void kBeyondTheAxisIsRefused() {
        var k = Tensor.of(new long[] {4}, 1);
        assertThrows(InputException.class, () -> SingleOp.run(new TopK(1, true, true), 2, DATA, k));
    }
}
