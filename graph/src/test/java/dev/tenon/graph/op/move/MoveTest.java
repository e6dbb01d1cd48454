package dev.tenon.graph.op.move;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Op;
import dev.tenon.graph.SingleOp;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MoveTest {
    private static Tensor longs(long... elements) {
        return Tensor.of(elements, elements.length);
    }

    /// `0, 1, 2, …` in a shape.
    private static Tensor iota(long... dims) {
        return Tensor.of(LongStream.range(0, Tensor.size(dims)).toArray(), dims);
    }

    private static void assertGives(
            long[] dims, long[] elements, Op op, @Nullable Tensor... inputs) {
        var result = SingleOp.tensor(op, inputs);
        assertArrayEquals(dims, result.dims());
        assertArrayEquals(elements, result.toLongs());
    }

    @Test
    void reshapes() {
        assertGives(
                new long[] {2, 3}, iota(6).toLongs(), new Reshape(false), iota(6), longs(2, -1));
        assertGives(
                new long[] {2, 3},
                iota(6).toLongs(),
                new Reshape(false),
                iota(2, 3, 1),
                longs(0, 3));
        assertGives(new long[] {3, 0}, new long[0], new Reshape(true), iota(0, 3), longs(3, 0));
        assertThrows(
                TenonException.class,
                () -> SingleOp.tensor(new Reshape(false), iota(6), longs(4, -1)));
        assertThrows(
                TenonException.class,
                () -> SingleOp.tensor(new Reshape(false), iota(6), longs(-1, -1)));
        assertGives(new long[] {2, 12}, iota(24).toLongs(), new Flatten(-2), iota(2, 3, 4));
        assertGives(new long[] {3}, iota(3).toLongs(), new Squeeze(), iota(1, 3, 1), null);
        assertGives(new long[] {1, 3}, iota(3).toLongs(), new Squeeze(), iota(1, 3, 1), longs(-1));
        assertGives(
                new long[] {1, 3, 1}, iota(3).toLongs(), new Unsqueeze(), iota(3), longs(-1, 0));
        assertThrows(
                InputException.class, () -> SingleOp.tensor(new Squeeze(), iota(2, 3), longs(0)));
        assertThrows(
                GraphException.class, () -> SingleOp.tensor(new Unsqueeze(), iota(3), longs(0, 0)));
    }

    @Test
    void tellsShapes() {
        assertGives(new long[] {2}, new long[] {3, 4}, new ShapeOf(-2, null), iota(2, 3, 4));
        assertGives(new long[] {0}, new long[0], new ShapeOf(2, 1), iota(2, 3, 4));
        assertGives(new long[0], new long[] {24}, new Size(), iota(2, 3, 4));
    }

    @Test
    void slicesAsIfElementsWerePickedOneByOne() {
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            int extent = random.nextInt(6);
            long start = random.nextInt(-8, 9);
            long end =
                    random.nextInt(10) == 0
                            ? (random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE)
                            : random.nextInt(-8, 9);
            long step = random.nextBoolean() ? random.nextInt(1, 4) : random.nextInt(-3, 0);
            var expected = LongStream.builder();
            long last = end < 0 && end > -extent - 1 ? end + extent : end;
            for (long at = first(start, extent, step);
                    at >= 0 && at < extent && (step > 0 ? at < last : at > Math.max(last, -1));
                    at += step) {
                expected.add(at);
            }
            var result =
                    SingleOp.tensor(
                            new Slice(),
                            iota(extent),
                            longs(start),
                            longs(end),
                            longs(0),
                            longs(step));
            assertArrayEquals(
                    expected.build().toArray(),
                    result.toLongs(),
                    extent + "[" + start + ":" + end + ":" + step + "]");
        }
    }

    private static long first(long start, int extent, long step) {
        long counted = start < 0 ? start + extent : start;
        return step > 0 ? Math.max(counted, 0) : Math.min(Math.max(counted, 0), extent - 1);
    }

    @Test
    void joinsAndSplits() {
        assertGives(
                new long[] {2, 3},
                new long[] {0, 1, 0, 2, 3, 1},
                new Concat(-1),
                iota(2, 2),
                iota(2, 1));
        assertThrows(
                TenonException.class, () -> SingleOp.tensor(new Concat(0), iota(2, 2), iota(2, 1)));
        var parts = SingleOp.run(new Split(0, 4), 4, iota(5));
        assertArrayEquals(new long[] {4}, ((Tensor) parts.get(2)).toLongs());
        assertArrayEquals(new long[0], ((Tensor) parts.get(3)).toLongs());
        var given = SingleOp.run(new Split(1, null), 2, iota(2, 3), longs(1, 2));
        assertArrayEquals(new long[] {1, 2, 4, 5}, ((Tensor) given.get(1)).toLongs());
        assertThrows(
                GraphException.class,
                () -> SingleOp.run(new Split(0, null), 2, iota(5), longs(1, 2)));
    }

    @Test
    void picks() {
        assertGives(
                new long[] {2, 1, 2},
                new long[] {2, 0, 5, 3},
                new Gather(1),
                iota(2, 3),
                Tensor.of(new long[] {-1, 0}, 1, 2));
        assertThrows(InputException.class, () -> SingleOp.tensor(new Gather(0), iota(3), longs(3)));
        assertGives(
                new long[] {1, 2},
                new long[] {3, 1},
                new GatherElements(0),
                iota(2, 3),
                Tensor.of(new long[] {1, 0}, 1, 2));
        assertGives(
                new long[] {2, 2},
                new long[] {2, 3, 4, 5},
                new GatherND(1),
                iota(2, 2, 2),
                Tensor.of(new long[] {1, 0}, 2, 1));
        assertGives(
                new long[] {2},
                new long[] {1, 5},
                new Compress(null),
                iota(2, 3),
                Tensor.of(new boolean[] {false, true, false, false, false, true}, 6));
        assertGives(
                new long[] {2, 1},
                new long[] {1, 4},
                new Compress(1),
                iota(2, 3),
                Tensor.of(new boolean[] {false, true}, 2));
        assertGives(
                new long[] {2, 3},
                new long[] {0, 1, 1, 1, 0, 1},
                new NonZero(),
                Tensor.of(new long[] {0, 5, 6, 7}, 2, 2));
        assertGives(new long[] {0, 1}, new long[0], new NonZero(), Tensor.scalar(3L));
    }

    @Test
    void scatters() {
        var data = Tensor.of(new long[] {1, 2, 3}, 3);
        assertGives(
                new long[] {3},
                new long[] {1, 2, 33},
                new ScatterElements(0, ScatterReduction.ADD),
                data,
                longs(-1, 2),
                longs(10, 20));
        assertGives(
                new long[] {3},
                new long[] {1, 9, 3},
                new ScatterND(ScatterReduction.MAX),
                data,
                Tensor.of(new long[] {1, 1}, 2, 1),
                longs(9, 4));
        assertArrayEquals(new long[] {1, 2, 3}, data.toLongs());
        assertThrows(
                InputException.class,
                () -> SingleOp.tensor(new GatherElements(0), iota(2, 2), iota(1, 3)));
        assertThrows(
                InputException.class,
                () ->
                        SingleOp.tensor(
                                new ScatterND(ScatterReduction.NONE), data, iota(1, 1), iota(2)));
        var unsigned = Tensor.of(DType.UINT8, Tensor.of(new byte[] {(byte) 200}, 1).segment(), 1);
        var small = Tensor.of(DType.UINT8, Tensor.of(new byte[] {100}, 1).segment(), 1);
        assertGives(
                new long[] {1},
                new long[] {200},
                new ScatterElements(0, ScatterReduction.MAX),
                unsigned,
                longs(0),
                small);
    }

    @Test
    void repeatsAndPads() {
        assertGives(
                new long[] {2, 4},
                new long[] {0, 1, 0, 1, 0, 1, 0, 1},
                new Tile(),
                iota(1, 2),
                longs(2, 2));
        assertGives(new long[] {2, 2}, new long[] {0, 0, 1, 1}, new Expand(), iota(2, 1), longs(2));
        var pads = longs(3, 4);
        assertGives(
                new long[] {10},
                new long[] {1, 2, 1, 0, 1, 2, 1, 0, 1, 2},
                new Pad(Pad.Mode.REFLECT),
                iota(3),
                pads);
        assertGives(
                new long[] {10},
                new long[] {0, 1, 2, 0, 1, 2, 0, 1, 2, 0},
                new Pad(Pad.Mode.WRAP),
                iota(3),
                pads);
        assertGives(
                new long[] {10},
                new long[] {0, 0, 0, 0, 1, 2, 2, 2, 2, 2},
                new Pad(Pad.Mode.EDGE),
                iota(3),
                pads);
        assertGives(
                new long[] {2, 3},
                new long[] {1, 7, 7, 3, 7, 7},
                new Pad(Pad.Mode.CONSTANT),
                iota(2, 2),
                longs(-1, 2),
                Tensor.scalar(7L),
                longs(-1));
        assertGives(
                new long[] {4},
                new long[] {0, 0, 1, 0},
                new CenterCropPad(null),
                iota(2),
                longs(4));
        assertGives(new long[] {2}, new long[] {1, 2}, new CenterCropPad(null), iota(5), longs(2));
    }

    @Test
    void movesBlocks() {
        var deep = iota(1, 8, 1, 1);
        assertGives(
                new long[] {1, 2, 2, 2},
                new long[] {0, 2, 4, 6, 1, 3, 5, 7},
                new DepthToSpace(2, DepthToSpace.Mode.DCR),
                deep);
        assertGives(
                new long[] {1, 2, 2, 2},
                iota(8).toLongs(),
                new DepthToSpace(2, DepthToSpace.Mode.CRD),
                deep);
        var wide = SingleOp.tensor(new DepthToSpace(2, DepthToSpace.Mode.DCR), iota(2, 8, 3, 2));
        assertTrue(SingleOp.tensor(new SpaceToDepth(2), wide).contentEquals(iota(2, 8, 3, 2)));
        assertThrows(
                GraphException.class, () -> SingleOp.tensor(new SpaceToDepth(2), iota(1, 1, 3, 2)));
        assertGives(
                new long[] {3, 2}, new long[] {0, 3, 1, 4, 2, 5}, new Transpose(1, 0), iota(2, 3));
        assertThrows(GraphException.class, () -> SingleOp.tensor(new Transpose(0, 0), iota(2, 3)));
        assertGives(
                new long[] {2, 2},
                new long[] {0, 1, 0, 0},
                new Trilu(true),
                iota(2, 2),
                Tensor.scalar(1L));
        assertGives(
                new long[] {3, 2},
                new long[] {2, 1, 0, 3, 4, 5},
                new ReverseSequence(1, 0),
                iota(3, 2),
                longs(2, 1));
    }

    @Test
    void findsDifferentElements() {
        var data = Tensor.of(new float[] {2, 1, -0f, 1, 0}, 5);
        var sorted = SingleOp.run(new Unique(null, true), 4, data);
        assertArrayEquals(new double[] {-0.0, 1, 2}, ((Tensor) sorted.getFirst()).toDoubles());
        assertArrayEquals(new long[] {2, 1, 0}, ((Tensor) sorted.get(1)).toLongs());
        assertArrayEquals(new long[] {2, 1, 0, 1, 0}, ((Tensor) sorted.get(2)).toLongs());
        assertArrayEquals(new long[] {2, 2, 1}, ((Tensor) sorted.get(3)).toLongs());
        var columns =
                SingleOp.run(
                        new Unique(1, false), 1, Tensor.of(new long[] {5, 4, 5, 1, 0, 1}, 2, 3));
        assertEquals("[2,2]", ((Tensor) columns.getFirst()).shape().toString());
        assertArrayEquals(new long[] {5, 4, 1, 0}, ((Tensor) columns.getFirst()).toLongs());
    }
}
