package dev.tenon.kernels.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.move.StridedCopy.Place;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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

    @Test
    void copiesBlocksOfNativeMemoryOfAnyExtentsBetweenGuards() {
        for (int seed = 0; seed < 1500; seed++) {
            var random = new Random(seed);
            int rank = 1 + random.nextInt(3);
            int[] most = {4, 16, 40, 130};
            var dims = new long[rank];
            for (int i = 0; i < rank; i++) {
                dims[i] = 1 + random.nextInt(most[random.nextInt(rank < 3 ? 4 : 3)]);
            }
            var order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
            if (random.nextBoolean()) {
                Collections.shuffle(order, random);
            }
            boolean dense = random.nextBoolean();
            try (var guarded = new GuardedMemory()) {
                checkBlock(random, dims, order, dense ? 1 : 3, guarded);
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + " " + Arrays.toString(dims) + order, e);
            }
        }
    }

    @Test
    void transposesAwkwardExtentsBetweenGuards() {
        var random = new Random(3);
        int[] extents = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50};
        for (int rows : extents) {
            for (int columns : extents) {
                for (int margin : new int[] {1, 3}) {
                    try (var guarded = new GuardedMemory()) {
                        var dims = new long[] {rows, columns};
                        checkBlock(random, dims, List.of(1, 0), margin, guarded);
                    } catch (AssertionError | RuntimeException e) {
                        fail(rows + "×" + columns, e);
                    }
                }
            }
        }
    }

    @Test
    void copiesRowsOfAnyBytesBetweenGuards() {
        for (int bytes = 4; bytes <= 300; bytes++) {
            try (var guarded = new GuardedMemory()) {
                int rows = 3;
                int from = bytes + bytes % 5;
                var x = guarded.floats(Math.ceilDiv(rows * from, 4), bytes % 2 == 0);
                var y = guarded.floats(Math.ceilDiv(rows * bytes, 4), bytes % 3 == 0);
                for (int i = 0; i < x.byteSize(); i++) {
                    x.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7 + 1));
                }
                var dims = new long[] {rows, bytes};
                StridedCopy.copy(
                        new Place(x, 0, new long[] {from, 1}),
                        new Place(y, 0, new long[] {bytes, 1}),
                        dims,
                        1,
                        Workers.CALLER);
                for (int row = 0; row < rows; row++) {
                    var copied = y.asSlice((long) row * bytes, bytes);
                    assertEquals(-1, copied.mismatch(x.asSlice((long) row * from, bytes)));
                }
            }
        }
    }

    /// A block of a larger tensor, permuted, into a block of another.
    private static void checkBlock(
            Random random, long[] dims, List<Integer> order, int margin, GuardedMemory guarded) {
        int rank = dims.length;
        var all = Arrays.stream(dims).map(d -> d + random.nextInt(margin)).toArray();
        var large = order.stream().mapToLong(i -> dims[i] + random.nextInt(margin)).toArray();
        var to = order.stream().mapToLong(i -> dims[i]).toArray();
        var strides = StridedCopy.rowMajor(all);
        var from = order.stream().mapToLong(i -> strides[i]).toArray();
        long inputs = Arrays.stream(all).reduce(1, Math::multiplyExact);
        long outputs = Arrays.stream(large).reduce(1, Math::multiplyExact);
        var x = guarded.floats(inputs, random.nextBoolean());
        var y = guarded.floats(outputs, random.nextBoolean());
        for (int i = 0; i < inputs; i++) {
            Memory.set(x, i, i + 1);
        }
        long offset = inputs - 1;
        for (int i = 0; i < rank; i++) {
            offset -= (dims[i] - 1) * strides[i];
        }
        if (random.nextInt(4) == 0) {
            int axis = random.nextInt(rank);
            offset += (to[axis] - 1) * from[axis];
            from[axis] = -from[axis];
        }
        StridedCopy.copy(
                new Place(x, offset, from),
                new Place(y, 0, StridedCopy.rowMajor(large)),
                to,
                4,
                (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run));
        for (long i = 0; i < outputs; i++) {
            long rest = i;
            long source = offset;
            boolean inside = true;
            for (int axis = rank - 1; axis >= 0; axis--) {
                long at = rest % large[axis];
                source += at * from[axis];
                inside &= at < to[axis];
                rest /= large[axis];
            }
            int expected = inside ? Memory.getInt(x, source) : 0;
            assertEquals(expected, Memory.getInt(y, i), "element " + i);
        }
    }

    private static void check(Random random, DType dtype, long[] dims, int[] order) {
        var x = Tensor.zeros(dtype, dims);
        for (long i = 0; i < x.byteSize(); i++) {
            x.segment().set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
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
