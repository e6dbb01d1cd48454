package dev.tenon.graph.op.convolution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Op;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
    private static final double TOLERANCE = 1e-9;
    private final SplittableRandom random = new SplittableRandom(7);

    private Tensor noise(long... dims) {
        var tensor = Tensor.zeros(DType.FLOAT64, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, random.nextDouble() * 2 - 1);
        }
        return tensor;
    }

    private static double dot(Tensor a, Tensor b) {
        assertEquals(a.shape(), b.shape());
        double sum = 0;
        for (long i = 0; i < a.size(); i++) {
            sum += a.getDouble(i) * b.getDouble(i);
        }
        return sum;
    }

    private static String inferred(Op op, String... types) {
        var builder = Graph.builder("test");
        var inputs = new Value[types.length];
        for (int i = 0; i < types.length; i++) {
            inputs[i] = builder.input("x" + i, Type.parse(types[i]));
        }
        return builder.add(op, inputs).type().toString();
    }

    private static Conv conv(
            AutoPad autoPad, int group, @Nullable Longs pads, @Nullable Longs strides) {
        return new Conv(autoPad, null, group, null, pads, strides);
    }

    @Test
    void infersSymbolicExtents() {
        var strided = conv(AutoPad.NOTSET, 1, Longs.of(1L, 1, 1, 1), Longs.of(2L, 2));
        assertEquals(
                "f32[N,8,floordiv(h-1, 2)+1,floordiv(w-1, 2)+1]",
                inferred(strided, "f32[N,3,h,w]", "f32[8,3,3,3]"));
        assertEquals(
                "f32[N,8,ceildiv(h, 2),ceildiv(w, 2)]",
                inferred(
                        conv(AutoPad.SAME_UPPER, 1, null, Longs.of(2L, 2)),
                        "f32[N,3,h,w]",
                        "f32[8,3,3,3]"));
        assertEquals(
                "f32[?Conv,8,?Conv.2]",
                inferred(conv(AutoPad.NOTSET, 1, null, null), "f32[...]", "f32[8,3,3]"));
        assertEquals("f32[...]", inferred(strided, "f32[...]", "f32[...]"));
        var doubled =
                new ConvTranspose(
                        AutoPad.NOTSET,
                        null,
                        2,
                        null,
                        Longs.of(1L, 1),
                        null,
                        Longs.of(1L, 1, 1, 1),
                        Longs.of(2L, 2));
        assertEquals("f32[N,16,2*h,2*w]", inferred(doubled, "f32[N,4,h,w]", "f32[4,8,3,3]"));
    }

    @Test
    void refusesChannelsThatDoNotFit() {
        var op = conv(AutoPad.NOTSET, 2, null, null);
        assertThrows(GraphException.class, () -> inferred(op, "f32[1,3,8,8]", "f32[4,2,3,3]"));
        assertThrows(GraphException.class, () -> inferred(op, "f32[1,4,8,8]", "f32[3,2,3,3]"));
        assertThrows(
                GraphException.class, () -> inferred(op, "f32[1,4,8,8]", "f32[4,2,3,3]", "f32[5]"));
    }

    @Test
    void groupsSeeTheirOwnChannelsOnly() {
        var x = Tensor.of(new float[] {1, 2, 3, 10, 20, 30}, 1, 2, 3);
        var w = Tensor.of(new float[] {1, 1, 1, -1}, 2, 1, 2);
        var y =
                SingleOp.tensor(
                        conv(AutoPad.NOTSET, 2, null, null),
                        x,
                        w,
                        Tensor.of(new float[] {0, 0.5f}, 2));
        assertArrayEquals(new double[] {3, 5, -9.5, -9.5}, y.toDoubles());
    }

    @Test
    void transposedConvolutionIsTheAdjoint() {
        var strides = Longs.of(2L, 1);
        var dilations = Longs.of(1L, 2);
        var pads = Longs.of(1L, 0, 2, 1);
        var x = noise(2, 4, 7, 8);
        var w = noise(6, 2, 3, 2);
        var y = SingleOp.tensor(new Conv(AutoPad.NOTSET, dilations, 2, null, pads, strides), x, w);
        var spread = noise(y.dims());
        long rest = (x.dim(2) + 3 - 3) % 2;
        var back =
                SingleOp.tensor(
                        new ConvTranspose(
                                AutoPad.NOTSET,
                                dilations,
                                2,
                                Longs.of(3L, 2),
                                Longs.of(rest, 0),
                                null,
                                pads,
                                strides),
                        spread,
                        w);
        assertEquals(dot(y, spread), dot(x, back), TOLERANCE);
    }

    @Test
    void outputShapeOfTransposedConvolutionSharesThePaddingOut() {
        var x = Tensor.of(new float[] {1, 1}, 1, 1, 2);
        var w = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 4);
        var full = new double[] {1, 2, 4, 6, 3, 4};
        var natural =
                new ConvTranspose(AutoPad.NOTSET, null, 1, null, null, null, null, Longs.of(2L));
        assertArrayEquals(full, SingleOp.tensor(natural, x, w).toDoubles());
        var upper =
                new ConvTranspose(
                        AutoPad.SAME_UPPER, null, 1, null, null, Longs.of(3L), null, Longs.of(2L));
        assertArrayEquals(new double[] {2, 4, 6}, SingleOp.tensor(upper, x, w).toDoubles());
        var lower =
                new ConvTranspose(
                        AutoPad.SAME_LOWER, null, 1, null, null, Longs.of(3L), null, Longs.of(2L));
        assertArrayEquals(new double[] {4, 6, 3}, SingleOp.tensor(lower, x, w).toDoubles());
    }

    @Test
    void unmovedTapsAreAPlainConvolution() {
        var strides = Longs.of(1L, 2);
        var pads = Longs.of(1L, 0, 0, 1);
        var x = noise(2, 4, 5, 6);
        var w = noise(2, 2, 2, 3);
        var plain = SingleOp.tensor(conv(AutoPad.NOTSET, 2, pads, strides), x, w);
        var offsets = Tensor.zeros(DType.FLOAT64, 2, 2 * 6 * 2, plain.dim(2), plain.dim(3));
        var deformed =
                SingleOp.tensor(new DeformConv(null, 2, null, 2, pads, strides), x, w, offsets);
        assertArrayEquals(plain.toDoubles(), deformed.toDoubles(), TOLERANCE);
    }

    @Test
    void offsetsReadBetweenElements() {
        var x = Tensor.of(new float[] {0, 10, 20, 30}, 1, 1, 2, 2);
        var w = Tensor.of(new float[] {1}, 1, 1, 1, 1);
        var offsets = Tensor.of(new float[] {0.5f, 0, 0, 0.5f, 0.25f, 0, 0, 0.5f}, 1, 2, 2, 2);
        var y = SingleOp.tensor(new DeformConv(null, 1, null, 1, null, null), x, w, offsets);
        assertArrayEquals(new double[] {12.5, 10, 20, 7.5}, y.toDoubles());
    }

    @Test
    void columnsAddUpWhereBlocksOverlap() {
        var columns = Tensor.of(new int[] {1, 1, 1, 1, 1, 1}, 1, 2, 3);
        var image =
                SingleOp.tensor(
                        new Col2Im(null, null, null),
                        columns,
                        Tensor.ofLongs(4),
                        Tensor.ofLongs(2));
        assertArrayEquals(new long[] {1, 2, 2, 1}, image.toLongs());
    }

    @Test
    void emptyBatchGivesEmptyOutput() {
        var y =
                SingleOp.tensor(
                        conv(AutoPad.NOTSET, 1, null, null), noise(0, 2, 4), noise(3, 2, 2));
        assertArrayEquals(new long[] {0, 3, 3}, y.dims());
    }
}
