package dev.tenon.kernels.norm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.reduce.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Softmax, normalisation and reductions along contiguous and strided lines.
class RowsTest {
    private static final long[][] SHAPES = {
        {1, 1, 1}, {3, 7, 1}, {2, 5, 3}, {1, 9000, 1}, {2, 3, 517}, {5, 1, 2}
    };

    private static float[] values(int count) {
        var random = new Random(count);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (3 * random.nextGaussian());
        }
        return values;
    }

    @Test
    void softmaxAddsUpToOne() {
        for (var dims : SHAPES) {
            var lines = Lines.along(dims, 1);
            var x = values((int) (lines.count() * lines.length()));
            var y = new float[x.length];
            var logarithm = new float[x.length];
            softmax(x, y, lines, false);
            softmax(x, logarithm, lines, true);
            for (int line = 0; line < lines.count(); line++) {
                double sum = 0;
                for (int k = 0; k < lines.length(); k++) {
                    sum += Math.exp(x[at(lines, line, k)]);
                }
                for (int k = 0; k < lines.length(); k++) {
                    double expected = Math.exp(x[at(lines, line, k)]) / sum;
                    assertEquals(expected, y[at(lines, line, k)], 1e-6);
                    assertEquals(Math.log(expected), logarithm[at(lines, line, k)], 1e-4);
                }
            }
        }
    }

    private static void softmax(float[] x, float[] y, Lines lines, boolean logarithm) {
        var query = new Softmax.Query(logarithm);
        Softmax.FAMILY
                .choose(query)
                .kernel()
                .orElseThrow()
                .bind(query)
                .run(MemorySegment.ofArray(x), MemorySegment.ofArray(y), lines, Workers.CALLER);
    }

    private static int at(Lines lines, int line, int k) {
        return line / lines.inner() * lines.length() * lines.inner()
                + k * lines.inner()
                + line % lines.inner();
    }

    @Test
    void softmaxOfInfinities() {
        var x =
                new float[] {
                    Float.NEGATIVE_INFINITY,
                    0,
                    0,
                    Float.NEGATIVE_INFINITY,
                    Float.NEGATIVE_INFINITY,
                    Float.NaN
                };
        var y = new float[6];
        softmax(x, y, new Lines(2, 3, 1), false);
        assertArrayEquals(new float[] {0, 0.5f, 0.5f, Float.NaN, Float.NaN, Float.NaN}, y);
    }

    @Test
    void reductionsAgreeWithLoops() {
        for (var dims : SHAPES) {
            var lines = Lines.along(dims, 1);
            var x = values((int) (lines.count() * lines.length()));
            for (var fold : Reduction.Fold.values()) {
                var y = new float[(int) lines.count()];
                var query = new Reduction.Query(fold);
                Reduction.FAMILY
                        .choose(query)
                        .kernel()
                        .orElseThrow()
                        .bind(query)
                        .run(
                                MemorySegment.ofArray(x),
                                MemorySegment.ofArray(y),
                                lines,
                                Workers.CALLER);
                for (int line = 0; line < lines.count(); line++) {
                    var elements = new double[lines.length()];
                    for (int k = 0; k < elements.length; k++) {
                        elements[k] = x[at(lines, line, k)];
                    }
                    double expected = expected(fold, elements);
                    assertEquals(expected, y[line], 1e-5 * Math.max(1, Math.abs(expected)));
                }
            }
        }
    }

    private static double expected(Reduction.Fold fold, double[] x) {
        var stream = Arrays.stream(x);
        return switch (fold) {
            case SUM -> stream.sum();
            case MEAN -> stream.average().orElseThrow();
            case MAX -> stream.max().orElseThrow();
            case MIN -> stream.min().orElseThrow();
            case SUM_OF_SQUARES -> stream.map(v -> v * v).sum();
            case NORM -> Math.sqrt(stream.map(v -> v * v).sum());
        };
    }

    @Test
    void normalisesGroups() {
        var x = values(4 * 6);
        var scale = new float[] {1, -2};
        var bias = new float[] {0.5f, 3};
        var y = new float[x.length];
        var query = new Normalize.Query(Normalize.Statistic.DEVIATION, 1e-5f);
        var groups =
                new Normalize.Groups(
                        4, 6, MemorySegment.ofArray(scale), MemorySegment.ofArray(bias), 3, 2);
        Normalize.FAMILY
                .choose(query)
                .kernel()
                .orElseThrow()
                .bind(query)
                .run(MemorySegment.ofArray(x), MemorySegment.ofArray(y), groups, Workers.CALLER);
        for (int i = 0; i < x.length; i++) {
            int start = i / 6 * 6;
            double mean = 0;
            double variance = 0;
            for (int j = start; j < start + 6; j++) {
                mean += x[j] / 6;
            }
            for (int j = start; j < start + 6; j++) {
                variance += (x[j] - mean) * (x[j] - mean) / 6;
            }
            int channel = i / 3 % 2;
            double expected =
                    (x[i] - mean) / Math.sqrt(variance + 1e-5) * scale[channel] + bias[channel];
            assertEquals(expected, y[i], 1e-4);
        }
    }
}
