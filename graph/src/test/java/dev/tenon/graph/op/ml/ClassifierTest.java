package dev.tenon.graph.op.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Op;
import dev.tenon.graph.SingleOp;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassifierTest {
    private static final Tensor SAMPLES = Tensor.of(new float[] {1, 2, 3, -4}, 2, 2);

    private static Tensor[] classify(Op op, Tensor samples) {
        return SingleOp.run(op, 2, samples).stream().map(Tensor.class::cast).toArray(Tensor[]::new);
    }

    @Test
    void linearScoresOfTwoClassesAreOpposite() {
        var op =
                new LinearClassifier(
                        null,
                        List.of("no", "yes"),
                        Floats.of(1, 1),
                        Floats.of(0.5f),
                        false,
                        PostTransform.NONE);
        var results = classify(op, SAMPLES);
        assertArrayEquals(new String[] {"yes", "no"}, results[0].strings());
        assertArrayEquals(new double[] {-3.5, 3.5, 0.5, -0.5}, results[1].toDoubles());
    }

    @Test
    void linearRegressionHasTargets() {
        var op = new LinearRegressor(Floats.of(1, 0, 0, 2), Floats.of(0, 1), PostTransform.NONE, 2);
        assertArrayEquals(new double[] {1, 5, 3, -7}, SingleOp.tensor(op, SAMPLES).toDoubles());
    }

    /// One tree: `x0 <= 2 ? node 1 : node 2`.
    private static TreeEnsembleClassifier tree(Longs classes, Floats weights, Longs labels) {
        return new TreeEnsembleClassifier(
                null,
                null,
                classes,
                Longs.of(1, 2),
                Longs.of(0, 0),
                weights,
                null,
                labels,
                null,
                Longs.of(2, 0, 0),
                Longs.of(0, 0, 0),
                null,
                null,
                null,
                List.of("BRANCH_LEQ", "LEAF", "LEAF"),
                Longs.of(0, 1, 2),
                Longs.of(0, 0, 0),
                Longs.of(1, 0, 0),
                Floats.of(2, 0, 0),
                null,
                PostTransform.NONE);
    }

    @Test
    void treesVoteForClasses() {
        var results = classify(tree(Longs.of(2, 0), Floats.of(1, 3), Longs.of(7, 8, 9)), SAMPLES);
        assertArrayEquals(new long[] {9, 7}, results[0].toLongs());
        assertArrayEquals(new double[] {0, 0, 1, 3, 0, 0}, results[1].toDoubles());
    }

    @Test
    void votesForOneOfTwoClassesDecideForBoth() {
        var shares =
                classify(tree(Longs.of(0, 0), Floats.of(0.75f, 0.25f), Longs.of(3, 4)), SAMPLES);
        assertArrayEquals(new long[] {4, 3}, shares[0].toLongs());
        assertArrayEquals(new double[] {0.25, 0.75, 0.75, 0.25}, shares[1].toDoubles());
        var signed = classify(tree(Longs.of(0, 0), Floats.of(2, -1), Longs.of(3, 4)), SAMPLES);
        assertArrayEquals(new long[] {4, 3}, signed[0].toLongs());
        assertArrayEquals(new double[] {-2, 2, 1, -1}, signed[1].toDoubles());
    }

    @Test
    void supportVectorsVotePairwise() {
        var op =
                new SVMClassifier(
                        Longs.of(0, 1),
                        null,
                        Floats.of(1, -1),
                        null,
                        Kernel.LINEAR,
                        PostTransform.NONE,
                        null,
                        null,
                        Floats.of(0),
                        Floats.of(1, 0, 0, 1),
                        Longs.of(1, 1));
        var results = classify(op, SAMPLES);
        assertArrayEquals(new long[] {1, 0}, results[0].toLongs());
        assertArrayEquals(new double[] {1, -1, -7, 7}, results[1].toDoubles());
    }

    @Test
    void supportVectorRegressionAddsKernels() {
        var op =
                new SVMRegressor(
                        Floats.of(2),
                        Floats.of(1, 1, 2),
                        Kernel.POLY,
                        1,
                        false,
                        PostTransform.NONE,
                        Floats.of(10),
                        Floats.of(1, 1));
        assertArrayEquals(new double[] {42, 10}, SingleOp.tensor(op, SAMPLES).toDoubles());
    }

    @Test
    void pairwiseProbabilitiesAgreeWithTheirPairs() {
        var probabilities =
                PairwiseProbabilities.combine(
                        new double[][] {{0, 0.8, 0.5}, {0.2, 0, 0.2}, {0.5, 0.8, 0}});
        assertEquals(1, probabilities[0] + probabilities[1] + probabilities[2], 1e-9);
        assertEquals(probabilities[0], probabilities[2], 1e-2);
        assertEquals(0.8, probabilities[0] / (probabilities[0] + probabilities[1]), 2e-2);
    }
}
