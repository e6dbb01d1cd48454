package dev.tenon.kernels.norm;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Rows of several vectors, of which the last is not whole.
final class RowSamples {
    private static final int ROWS = 5;
    private static final int LENGTH = 83;

    private RowSamples() {}

    static List<Sample<Softmax.Query, Softmax>> softmax() {
        return Stream.of(true, false).map(RowSamples::softmax).toList();
    }

    private static Sample<Softmax.Query, Softmax> softmax(boolean logarithm) {
        var x = Sample.operand(ROWS * LENGTH);
        return new Sample<>(
                new Softmax.Query(logarithm),
                softmax -> {
                    var y = Sample.result(ROWS * LENGTH);
                    softmax.run(x, y, new Lines(ROWS, LENGTH, 1), Workers.CALLER);
                    return Sample.values(y);
                });
    }

    static List<Sample<Normalize.Query, Normalize>> normalize() {
        return Arrays.stream(Normalize.Statistic.values()).map(RowSamples::normalize).toList();
    }

    private static Sample<Normalize.Query, Normalize> normalize(Normalize.Statistic statistic) {
        var x = Sample.operand(ROWS * LENGTH);
        var groups =
                new Normalize.Groups(
                        ROWS, LENGTH, Sample.operand(LENGTH), Sample.operand(LENGTH), 1, LENGTH);
        return new Sample<>(
                new Normalize.Query(statistic, 1e-5f),
                normalize -> {
                    var y = Sample.result(ROWS * LENGTH);
                    normalize.run(x, y, groups, Workers.CALLER);
                    return Sample.values(y);
                });
    }
}
