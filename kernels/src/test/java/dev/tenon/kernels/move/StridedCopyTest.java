package dev.tenon.kernels.move;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.move.StridedCopy.Place;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StridedCopyTest {
    private static final DType[] TYPES = {
        DType.UINT8, DType.INT16, DType.FLOAT32, DType.INT64, DType.COMPLEX128
    };

    @Test
    void transposesAnyAxesOfAnyWidth() {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++) {
            var dtype = TYPES[random.nextInt(TYPES.length)];
            int rank = 1 + random.nextInt(4);
            var dims = random.ints(rank, 1, rank < 3 ? 70 : 9).asLongStream().toArray();
            var order = IntStream.range(0, rank).toArray();
            for (int i = rank - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int other = order[j];
                order[j] = order[i];
                order[i] = other;
            }
            check(random, dtype, dims, order);
        }
    }

    private static void check(Random random, DType dtype, long[] dims, int[] order) {
        var x = Tensor.zeros(dtype, dims);
        for (long i = 0; i < x.byteSize(); i++) {
            x.segment().set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        var strides = StridedCopy.rowMajor(dims);
        var to = IntStream.of(order).mapToLong(axis -> dims[axis]).toArray();
        var from = IntStream.of(order).mapToLong(axis -> strides[axis]).toArray();
        var y = Tensor.zeros(dtype, to);
        int width = dtype.bits() / 8;
        StridedCopy.copy(
                new Place(x.segment(), 0, from),
                Place.dense(y.segment(), to),
                to,
                width,
                Workers.CALLER);
        for (long i = 0; i < y.size(); i++) {
            long rest = i;
            long source = 0;
            for (int axis = to.length - 1; axis >= 0; axis--) {
                source += rest % to[axis] * from[axis];
                rest /= to[axis];
            }
            long mismatch =
                    y.segment()
                            .asSlice(i * width, width)
                            .mismatch(x.segment().asSlice(source * width, width));
            assertEquals(-1, mismatch);
        }
    }

    @Test
    void repeatsReversesAndSkips() {
        var x = Tensor.of(new int[] {1, 2, 3, 4}, 4);
        var y = Tensor.zeros(DType.INT32, 2, 2);
        StridedCopy.copy(
                new Place(x.segment(), 3, new long[] {0, -2}),
                Place.dense(y.segment(), y.dims()),
                y.dims(),
                4,
                Workers.CALLER);
        assertEquals("i32[2,2]{4, 2, 4, 2}", y.toString());
        StridedCopy.copy(
                Place.dense(x.segment(), new long[] {0}),
                Place.dense(y.segment(), new long[] {0}),
                new long[] {0},
                4,
                Workers.CALLER);
        assertEquals("i32[2,2]{4, 2, 4, 2}", y.toString());
    }
}
