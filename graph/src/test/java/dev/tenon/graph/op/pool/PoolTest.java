package dev.tenon.graph.op.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.op.AutoPad;
import org.junit.jupiter.api.Test;

class PoolTest {
    private static final Tensor ROW = Tensor.of(new float[] {1, -4, 3, 2, 5}, 1, 1, 5);

    private static AveragePool average(
            boolean ceil, boolean countPad, Longs dilations, Longs pads) {
        return new AveragePool(
                AutoPad.NOTSET, ceil, countPad, dilations, Longs.of(2), pads, Longs.of(2));
    }

    private static MaxPool max(Longs kernel, Longs pads, int storageOrder, Longs strides) {
        return new MaxPool(AutoPad.NOTSET, false, null, kernel, pads, storageOrder, strides);
    }

    @Test
    void averagesCountPaddingOrNot() {
        var pads = Longs.of(1, 0);
        assertArrayEquals(
                new double[] {1, -0.5, 3.5},
                SingleOp.tensor(average(false, false, null, pads), ROW).toDoubles());
        assertArrayEquals(
                new double[] {0.5, -0.5, 3.5},
                SingleOp.tensor(average(false, true, null, pads), ROW).toDoubles());
    }

    @Test
    void lastWindowsMayBePartlyInside() {
        assertArrayEquals(
                new double[] {-1.5, 2.5, 5},
                SingleOp.tensor(average(true, true, null, null), ROW).toDoubles());
        assertArrayEquals(
                new double[] {2, 4},
                SingleOp.tensor(average(true, false, Longs.of(2), null), ROW).toDoubles());
    }

    @Test
    void largestElementsHavePositions() {
        var image = Tensor.of(new float[] {1, 2, 9, 9, 4, Float.NaN}, 1, 1, 2, 3);
        var rowMajor = SingleOp.run(max(Longs.of(2, 2), null, 0, null), 2, image);
        assertArrayEquals(new double[] {9, Double.NaN}, ((Tensor) rowMajor.getFirst()).toDoubles());
        assertArrayEquals(new long[] {3, 5}, ((Tensor) rowMajor.get(1)).toLongs());
        var columnMajor = SingleOp.run(max(Longs.of(2, 2), null, 1, null), 2, image);
        assertArrayEquals(new long[] {1, 5}, ((Tensor) columnMajor.get(1)).toLongs());
    }

    @Test
    void unpoolsWhatWasPooled() {
        var pooled = SingleOp.run(max(Longs.of(2), null, 0, Longs.of(2)), 2, ROW);
        var unpool = new MaxUnpool(Longs.of(2), null, Longs.of(2));
        var back = SingleOp.tensor(unpool, pooled.get(0), pooled.get(1));
        assertArrayEquals(new double[] {1, 0, 3, 0}, back.toDoubles());
        var larger =
                SingleOp.tensor(
                        unpool, pooled.get(0), pooled.get(1), Tensor.of(new long[] {1, 1, 5}, 3));
        assertArrayEquals(new double[] {1, 0, 3, 0, 0}, larger.toDoubles());
        var outside = Tensor.of(new long[] {0, 4}, 1, 1, 2);
        assertThrows(InputException.class, () -> SingleOp.tensor(unpool, pooled.get(0), outside));
    }

    @Test
    void poolsWholeChannels() {
        var x = Tensor.of(new float[] {3, -4, 0, 0}, 1, 2, 2);
        assertArrayEquals(
                new double[] {-0.5, 0}, SingleOp.tensor(new GlobalAveragePool(), x).toDoubles());
        assertArrayEquals(new double[] {3, 0}, SingleOp.tensor(new GlobalMaxPool(), x).toDoubles());
        assertArrayEquals(
                new double[] {5, 0}, SingleOp.tensor(new GlobalLpPool(2), x).toDoubles(), 1e-6);
        var norms = new LpPool(AutoPad.VALID, false, null, Longs.of(2), 1, null, null);
        assertArrayEquals(new double[] {7, 0}, SingleOp.tensor(norms, x).toDoubles(), 1e-6);
    }

    @Test
    void refusesWindowsThatDoNotFit() {
        assertThrows(
                GraphException.class,
                () -> SingleOp.tensor(max(Longs.of(2, 2), null, 0, null), ROW));
        assertThrows(
                GraphException.class, () -> SingleOp.tensor(max(Longs.of(7), null, 0, null), ROW));
    }
}
