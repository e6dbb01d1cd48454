package dev.tenon.kernels.reduce;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Every fold of rows and of columns.
final class ReductionSamples {
    private ReductionSamples() {}

    static List<Sample<Reduction.Query, Reduction>> all() {
        return Arrays.stream(Reduction.Fold.values())
                .flatMap(
                        fold ->
                                Stream.of(
                                        of(fold, new Lines(5, 83, 1)),
                                        of(fold, new Lines(2, 19, 83))))
                .toList();
    }

    private static Sample<Reduction.Query, Reduction> of(Reduction.Fold fold, Lines lines) {
        var x = Sample.operand((int) lines.count() * lines.length());
        return new Sample<>(
                new Reduction.Query(fold),
                reduction -> {
                    var y = Sample.result((int) lines.count());
                    reduction.run(x, y, lines, Workers.CALLER);
                    return Sample.values(y);
                });
    }
}
