package dev.tenon.graph.op.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Floats;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.SingleOp;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MlTest {
    private static final float NAN = Float.NaN;

    private static Tensor vector(float... elements) {
        return Tensor.of(elements, elements.length);
    }

    private static Tensor words(String... words) {
        var tensor = Tensor.zeros(DType.STRING, words.length);
        System.arraycopy(words, 0, tensor.strings(), 0, words.length);
        return tensor;
    }

    @Test
    void picksFeatures() {
        var data = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        var result =
                SingleOp.tensor(new ArrayFeatureExtractor(), data, Tensor.of(new long[] {2, 0}, 2));
        assertArrayEquals(new double[] {3, 1, 6, 4}, result.toDoubles());
        var row =
                SingleOp.tensor(
                        new ArrayFeatureExtractor(), vector(7, 8), Tensor.of(new long[] {1}, 1));
        assertArrayEquals(new long[] {1, 1}, row.dims());
    }

    @Test
    void thresholdItselfIsZero() {
        assertArrayEquals(
                new double[] {0, 0, 1},
                SingleOp.tensor(new Binarizer(1), vector(0, 1, 2)).toDoubles());
    }

    @Test
    void labelsMapThroughTheLastEqualKey() {
        var encoder =
                new LabelEncoder(
                        vector(1, NAN, 1),
                        words("first", "missing", "last"),
                        words("other").reshape());
        var result = SingleOp.tensor(encoder, vector(1, NAN, 3));
        assertArrayEquals(new String[] {"last", "missing", "other"}, result.strings());
    }

    /// `x0 in {1, 5} ? leaf 0 : x0 > 3 ? leaf 1 : leaf 2`; NaN goes to leaf 1.
    private static TreeEnsemble tree(int aggregate, Longs roots) {
        return new TreeEnsemble(
                aggregate,
                Longs.of(0, 1, 1),
                vector(10, 20, 30),
                vector(1, 5, NAN),
                2,
                Longs.of(0, 1),
                Longs.of(1, 2),
                Longs.of(0, 0),
                null,
                Longs.of(0, 1),
                Tensor.of(new byte[] {6, 3}, 2).reinterpret(DType.UINT8),
                vector(0, 3),
                Longs.of(1, 1),
                Longs.of(0, 1),
                0,
                roots);
    }

    @Test
    void samplesFallIntoLeaves() {
        var samples = Tensor.of(new float[] {5, 4, 2, NAN}, 4, 1);
        var sum = SingleOp.tensor(tree(1, Longs.of(0, 1)), samples);
        assertArrayEquals(new double[] {10, 20, 0, 40, 0, 60, 0, 40}, sum.toDoubles());
        var least = SingleOp.tensor(tree(2, Longs.of(0, 1)), samples);
        assertEquals(20, least.getDouble(1));
    }

    @Test
    void circlesEnd() {
        var forest =
                new Forest(
                        List.of(new Forest.Node(0, Forest.Test.LT, 1, Set.of(), false, 0, 0)),
                        new int[] {0});
        assertThrows(InputException.class, () -> forest.leaf(0, new double[] {0}));
    }

    @Test
    void transformsOfScores() {
        assertArrayEquals(new double[] {0.5, 0.5}, PostTransform.SOFTMAX.apply(3, 3), 1e-9);
        assertArrayEquals(new double[] {0, 1}, PostTransform.SOFTMAX_ZERO.apply(0, 3), 1e-9);
        assertArrayEquals(new double[] {0.5}, PostTransform.LOGISTIC.apply(0), 1e-9);
        assertArrayEquals(new double[] {0, 1.96}, PostTransform.PROBIT.apply(0.5, 0.975), 1e-2);
    }

    @Test
    void featuresAreScaledNormalizedAndFilledIn() {
        var data = Tensor.of(new float[] {1, -3, NAN, 4}, 2, 2);
        var filled = SingleOp.tensor(new Imputer(Floats.of(3, 0), null, NAN, 0), data);
        assertArrayEquals(new double[] {1, -3, 3, 4}, filled.toDoubles());
        var scaled = SingleOp.tensor(new Scaler(Floats.of(1, 0), Floats.of(2)), filled);
        assertArrayEquals(new double[] {0, -6, 4, 8}, scaled.toDoubles());
        var lengths = SingleOp.tensor(new Normalizer(Normalizer.Norm.L1), filled);
        assertArrayEquals(new double[] {0.25, -0.75, 3 / 7.0, 4 / 7.0}, lengths.toDoubles(), 1e-6);
        var joined =
                SingleOp.tensor(
                        new FeatureVectorizer(null), data, Tensor.of(new long[] {5, 6}, 2, 1));
        assertArrayEquals(new double[] {1, -3, 5, NAN, 4, 6}, joined.toDoubles());
    }

    @Test
    void categories() {
        var hot =
                SingleOp.tensor(new OneHotEncoder(null, List.of("a", "b"), true), words("b", "c"));
        assertArrayEquals(new double[] {0, 1, 0, 0}, hot.toDoubles());
        var strict = new OneHotEncoder(null, List.of("a"), false);
        assertThrows(InputException.class, () -> SingleOp.tensor(strict, words("c")));
        var mapper = new CategoryMapper(Longs.of(4, 5), List.of("a", "b"), -1, "?");
        assertArrayEquals(new long[] {5, -1}, SingleOp.tensor(mapper, words("b", "c")).toLongs());
        var back = SingleOp.tensor(mapper, Tensor.of(new long[] {4, 9}, 2));
        assertArrayEquals(new String[] {"a", "?"}, back.strings());
    }

    @Test
    void mapsComeAndGo() {
        var scores = Tensor.of(new float[] {0.25f, 0.75f}, 1, 2);
        var maps = SingleOp.run(new ZipMap(Longs.of(3, 1), null), 1, scores).getFirst();
        var map = ((Datum.OfSequence) maps).values().getFirst();
        var vector = SingleOp.tensor(new DictVectorizer(Longs.of(1, 2, 3), null), map);
        assertArrayEquals(new double[] {0.75, 0, 0.25}, vector.toDoubles());
        var dense =
                SingleOp.tensor(new CastMap(CastMap.Target.TO_FLOAT, CastMap.Form.DENSE, 1), map);
        assertArrayEquals(new double[] {0.75, 0.25}, dense.toDoubles());
        var sparse =
                SingleOp.tensor(new CastMap(CastMap.Target.TO_STRING, CastMap.Form.SPARSE, 4), map);
        assertArrayEquals(new String[] {"", "0.75", "", "0.25"}, sparse.strings());
    }
}
