package dev.tenon.graph.op.resample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResampleTest {
    private static final Tensor ROW = Tensor.of(new float[] {1, 2, 3, 4}, 4);

    private static Resize resize(
            Resize.Mode mode, Resize.Coordinates coordinates, boolean antialias) {
        return new Resize(
                antialias,
                null,
                coordinates,
                -0.75f,
                false,
                10,
                Resize.AspectRatio.STRETCH,
                mode,
                Resize.Nearest.ROUND_PREFER_FLOOR);
    }

    private static Tensor scales(float... scales) {
        return Tensor.of(scales, scales.length);
    }

    @Test
    void everyCoordinateModeIsMonotonousAndStaysInRange() {
        for (var mode : new Resize.Mode[] {Resize.Mode.NEAREST, Resize.Mode.LINEAR}) {
            for (var coordinates : Resize.Coordinates.values()) {
                for (float scale : new float[] {0.3f, 0.5f, 0.8f, 1, 1.7f, 4}) {
                    var op = resize(mode, coordinates, false);
                    var y = SingleOp.tensor(op, ROW, null, scales(scale)).toDoubles();
                    for (int i = 0; i < y.length; i++) {
                        assertTrue(
                                y[i] >= (i == 0 ? 1 : y[i - 1]) && (y[i] <= 4 || y[i] == 10),
                                op + " " + scale);
                    }
                }
            }
        }
    }

    @Test
    void constantsStayConstant() {
        var constant = Tensor.of(new float[] {7, 7, 7, 7, 7, 7}, 2, 3);
        for (var mode : Resize.Mode.values()) {
            for (boolean antialias : new boolean[] {false, true}) {
                var op = resize(mode, Resize.Coordinates.HALF_PIXEL, antialias);
                var y = SingleOp.tensor(op, constant, null, scales(2.5f, 0.7f));
                assertEquals("[5,2]", y.shape().toString());
                assertArrayEquals(new double[] {7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, y.toDoubles(), 1e-5);
            }
        }
    }

    @Test
    void cropsAndExtrapolates() {
        var op = resize(Resize.Mode.LINEAR, Resize.Coordinates.TF_CROP_AND_RESIZE, false);
        var roi = Tensor.of(new float[] {0.5f, 1.5f}, 2);
        var y = SingleOp.tensor(op, ROW, roi, null, Tensor.of(new long[] {3}, 1));
        assertArrayEquals(new double[] {2.5, 4, 10}, y.toDoubles(), 1e-6);
        assertThrows(GraphException.class, () -> SingleOp.tensor(op, ROW));
    }

    @Test
    void oneScaleKeepsTheAspectRatio() {
        var op =
                new Resize(
                        false,
                        Longs.of(-1, -2),
                        Resize.Coordinates.ASYMMETRIC,
                        -0.75f,
                        false,
                        0,
                        Resize.AspectRatio.NOT_LARGER,
                        Resize.Mode.NEAREST,
                        Resize.Nearest.FLOOR);
        var image = Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 1, 2, 4);
        var y = SingleOp.tensor(op, image, null, null, Tensor.of(new long[] {6, 4}, 2));
        assertEquals("[1,3,6]", y.shape().toString());
    }

    @Test
    void wholeScalesKeepShapesSymbolic() {
        var graph = Graph.builder("resize");
        var x = graph.input("x", Type.parse("f32[N,3,h,w]"));
        var scales = graph.constant(Tensor.of(new float[] {1, 1, 2, 0.5f}, 4));
        var op = resize(Resize.Mode.NEAREST, Resize.Coordinates.ASYMMETRIC, false);
        var y = graph.add(op, "resize", List.of(x, Value.NONE, scales), 1).getFirst();
        assertEquals("[N,3,2*h,floordiv(w, 2)]", y.tensorType().shape().toString());
    }

    @Test
    void anIdentityGridGivesTheImage() {
        var image = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 1, 2, 3);
        var theta = Tensor.of(new float[] {1, 0, 0, 0, 1, 0}, 1, 2, 3);
        var size = Tensor.of(new long[] {1, 1, 2, 3}, 4);
        for (boolean alignCorners : new boolean[] {false, true}) {
            var grid = SingleOp.tensor(new AffineGrid(alignCorners), theta, size);
            for (var mode : GridSample.Mode.values()) {
                for (var padding : GridSample.Padding.values()) {
                    var y =
                            SingleOp.tensor(
                                    new GridSample(alignCorners, mode, padding), image, grid);
                    assertArrayEquals(image.toDoubles(), y.toDoubles(), 1e-5, mode + " " + padding);
                }
            }
        }
    }

    @Test
    void gridsReachOutside() {
        var row = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 4);
        var grid = Tensor.of(new float[] {-2, 1.5f}, 1, 2, 1);
        assertArrayEquals(new double[] {0, 0}, sample(GridSample.Padding.ZEROS, row, grid));
        assertArrayEquals(new double[] {1, 4}, sample(GridSample.Padding.BORDER, row, grid));
        assertArrayEquals(
                new double[] {2.5, 3.5}, sample(GridSample.Padding.REFLECTION, row, grid));
    }

    private static double[] sample(GridSample.Padding padding, Tensor row, Tensor grid) {
        return SingleOp.tensor(new GridSample(false, GridSample.Mode.LINEAR, padding), row, grid)
                .toDoubles();
    }

    @Test
    void picksBoxes() {
        var boxes = Tensor.of(new float[] {0, 0, 2, 2, 2, 2, 0.1f, 0, 5, 5, 6, 6}, 1, 3, 4);
        var scores = Tensor.of(new float[] {0.5f, 0.9f, 0.2f}, 1, 1, 3);
        var op = new NonMaxSuppression(false);
        var most = Tensor.scalar(10L);
        var all = SingleOp.tensor(op, boxes, scores, most, Tensor.scalar(0.5f));
        assertArrayEquals(new long[] {0, 0, 1, 0, 0, 2}, all.toLongs());
        var good = SingleOp.tensor(op, boxes, scores, most, Tensor.scalar(1f), Tensor.scalar(0.2f));
        assertArrayEquals(new long[] {0, 0, 1, 0, 0, 0}, good.toLongs());
        assertEquals("[0,3]", SingleOp.tensor(op, boxes, scores).shape().toString());
    }

    @Test
    void poolsRegions() {
        var image = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3);
        var rois = Tensor.of(new float[] {0, 0, 0, 2, 2}, 1, 5);
        var pooled = SingleOp.tensor(new MaxRoiPool(Longs.of(1, 2), 1), image, rois);
        assertArrayEquals(new double[] {8, 9}, pooled.toDoubles());
        var align = new RoiAlign(RoiAlign.Coordinates.HALF_PIXEL, RoiAlign.Mode.AVG, 1, 1, 0, 1);
        var box = Tensor.of(new float[] {0, 0, 3, 3}, 1, 4);
        var mean = SingleOp.tensor(align, image, box, Tensor.of(new long[] {0}, 1));
        assertArrayEquals(new double[] {5}, mean.toDoubles(), 1e-6);
    }
}
