package dev.tenon.graph.op.norm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.SingleOp;
import org.junit.jupiter.api.Test;

class NormTest {
    private static final double TOLERANCE = 1e-6;
    private static final Tensor ROWS = Tensor.of(new float[] {1, 3, 5, -1, 0, 1}, 2, 3);

    private static Tensor vector(float... elements) {
        return Tensor.of(elements, elements.length);
    }

    @Test
    void softmaxOfLargeNumbersIsFinite() {
        var result = SingleOp.tensor(new Softmax(-1), vector(1000, 1000, Float.NEGATIVE_INFINITY));
        assertArrayEquals(new double[] {0.5, 0.5, 0}, result.toDoubles());
        var logs = SingleOp.tensor(new LogSoftmax(0), vector(1000, 1000));
        assertArrayEquals(new double[] {-Math.log(2), -Math.log(2)}, logs.toDoubles(), TOLERANCE);
    }

    @Test
    void hardmaxMarksTheFirstLargest() {
        assertArrayEquals(
                new double[] {0, 1, 0},
                SingleOp.tensor(new Hardmax(0), vector(1, 2, 2)).toDoubles());
    }

    @Test
    void emptyLinesStayEmpty() {
        assertEquals(0, SingleOp.tensor(new Softmax(1), Tensor.zeros(DType.FLOAT32, 2, 0)).size());
    }

    @Test
    void batchNormalizationBlendsItsStatistics() {
        var data = Tensor.of(new float[] {0, 2, 4, 6}, 2, 2);
        var inputs = new Tensor[] {data, vector(1, 2), vector(0, 1), vector(1, 1), vector(4, 4)};
        var inference = SingleOp.tensor(new BatchNormalization(0, 0.9f, false), inputs);
        assertArrayEquals(new double[] {-0.5, 2, 1.5, 6}, inference.toDoubles(), TOLERANCE);
        var training = SingleOp.run(new BatchNormalization(0, 0.5f, true), 3, inputs);
        assertArrayEquals(
                new double[] {-1, -1, 1, 3}, ((Tensor) training.get(0)).toDoubles(), TOLERANCE);
        assertArrayEquals(
                new double[] {1.5, 2.5}, ((Tensor) training.get(1)).toDoubles(), TOLERANCE);
        assertArrayEquals(new double[] {4, 4}, ((Tensor) training.get(2)).toDoubles(), TOLERANCE);
    }

    @Test
    void layerNormalizationGivesItsStatistics() {
        var results =
                SingleOp.run(
                        new LayerNormalization(-1, 0, DType.FLOAT32),
                        3,
                        ROWS,
                        vector(1, 1, 2),
                        vector(0, 1, 0));
        double unit = Math.sqrt(1.5);
        assertArrayEquals(
                new double[] {-unit, 1, 2 * unit, -unit, 1, 2 * unit},
                ((Tensor) results.get(0)).toDoubles(),
                TOLERANCE);
        assertArrayEquals(new double[] {3, 0}, ((Tensor) results.get(1)).toDoubles());
        assertArrayEquals(new long[] {2, 1}, ((Tensor) results.get(1)).dims());
        assertArrayEquals(
                new double[] {unit / 2, unit}, ((Tensor) results.get(2)).toDoubles(), TOLERANCE);
    }

    @Test
    void groupsOfOneChannelAreInstances() {
        var data = Tensor.of(new float[] {1, 3, 5, 9, -1, 1, 0, 4}, 2, 2, 2);
        var group =
                SingleOp.tensor(
                        new GroupNormalization(0, 2, DType.FLOAT32),
                        data,
                        vector(1, 2),
                        vector(0, 1));
        var instance =
                SingleOp.tensor(new InstanceNormalization(0), data, vector(1, 2), vector(0, 1));
        assertArrayEquals(new double[] {-1, 1, -1, 3, -1, 1, -1, 3}, group.toDoubles(), TOLERANCE);
        assertArrayEquals(group.toDoubles(), instance.toDoubles());
        assertThrows(
                GraphException.class,
                () ->
                        SingleOp.tensor(
                                new GroupNormalization(0, 3, DType.FLOAT32),
                                data,
                                vector(1, 2),
                                vector(0, 1)));
    }

    @Test
    void rootMeanSquare() {
        var result =
                SingleOp.tensor(
                        new RMSNormalization(0, 0, DType.FLOAT32), vector(3, 4), vector(1, 2));
        double root = Math.sqrt(12.5);
        assertArrayEquals(new double[] {3 / root, 8 / root}, result.toDoubles(), TOLERANCE);
    }

    @Test
    void normalizesOverAnyAxes() {
        var result = SingleOp.tensor(new MeanVarianceNormalization(Longs.of(0L)), ROWS);
        assertArrayEquals(new double[] {1, 1, 1, -1, -1, -1}, result.toDoubles(), TOLERANCE);
    }

    @Test
    void linesOfZerosStayZero() {
        var data = Tensor.of(new float[] {3, 4, 0, 0}, 2, 2);
        assertArrayEquals(
                new double[] {0.6, 0.8, 0, 0},
                SingleOp.tensor(new LpNormalization(-1, 2), data).toDoubles(),
                TOLERANCE);
    }

    @Test
    void localResponseSeesMoreChannelsAbove() {
        var data = Tensor.of(new float[] {1, 2, 3}, 1, 3);
        var result = SingleOp.tensor(new LRN(2, 1, 1, 2), data);
        assertArrayEquals(
                new double[] {1.0 / 6, 2.0 / 14, 3.0 / 10}, result.toDoubles(), TOLERANCE);
    }

    @Test
    void ignoredTargetsDoNotCount() {
        var logs = Tensor.of(new float[] {-1, -2, -3, -4}, 2, 2);
        var targets = Tensor.of(new long[] {1, 7}, 2);
        var mean =
                SingleOp.tensor(
                        new NegativeLogLikelihoodLoss(7L, Reduction.MEAN),
                        logs,
                        targets,
                        vector(1, 3));
        assertEquals(2, mean.getDouble(0));
        var each =
                SingleOp.tensor(new NegativeLogLikelihoodLoss(7L, Reduction.NONE), logs, targets);
        assertArrayEquals(new double[] {2, 0}, each.toDoubles());
        var sum = new NegativeLogLikelihoodLoss(null, Reduction.SUM);
        assertThrows(InputException.class, () -> SingleOp.tensor(sum, logs, targets));
    }

    @Test
    void crossEntropyOfEqualScores() {
        var results =
                SingleOp.run(
                        new SoftmaxCrossEntropyLoss(null, Reduction.SUM),
                        2,
                        Tensor.zeros(DType.FLOAT32, 2, 4),
                        Tensor.of(new long[] {0, 3}, 2));
        assertEquals(2 * Math.log(4), ((Tensor) results.get(0)).getDouble(0), TOLERANCE);
        assertEquals(-Math.log(4), ((Tensor) results.get(1)).getDouble(5), TOLERANCE);
    }
}
