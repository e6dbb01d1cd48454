package dev.tenon.bench.kernels;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.elementwise.Elementwise;
import dev.tenon.kernels.norm.Normalize;
import dev.tenon.kernels.norm.Softmax;
import dev.tenon.kernels.reduce.Reduction;
import dev.tenon.kernels.resample.Resample;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// What goes over memory once: element-wise chains, norms, reductions, resampling.
final class RowCases {
    private RowCases() {}

    static List<KernelCase<?, ?>> all() {
        var x = Scalar.arg(0);
        var gelu =
                x.times(0.5)
                        .times(Scalar.apply(UnaryFunction.ERF, x.times(Math.sqrt(0.5))).plus(1));
        var relu =
                Scalar.apply(Scalar.BinaryFunction.MAX, x.plus(Scalar.arg(1)), Scalar.constant(0));
        return List.of(
                elementwise("add+relu", relu, 2, 1 << 21),
                elementwise("add+relu", relu, 2, 1 << 15),
                elementwise("gelu", gelu, 1, 384 * 3072),
                elementwise("exp", Scalar.apply(UnaryFunction.EXP, x), 1, 1 << 18),
                elementwise("tanh", Scalar.apply(UnaryFunction.TANH, x), 1, 1 << 18),
                softmax(12 * 384, 384),
                normalize(Normalize.Statistic.DEVIATION, 384, 768),
                normalize(Normalize.Statistic.ROOT_MEAN_SQUARE, 384, 768),
                reduction(new Lines(512, 3136, 1)),
                reduction(new Lines(1, 3136, 512)),
                resample(Resample.Mode.NEAREST, Layout.CHANNELS_LAST),
                resample(Resample.Mode.LINEAR, Layout.CHANNELS_LAST),
                resample(Resample.Mode.NEAREST, Layout.CHANNELS_FIRST));
    }

    private static KernelCase<?, ?> elementwise(
            String name, Scalar expression, int inputs, int count) {
        return new KernelCase<>(
                "elementwise " + name + " " + count,
                Elementwise.FAMILY,
                new Elementwise.Query(
                        expression,
                        Collections.nCopies(inputs, DType.FLOAT32),
                        DType.FLOAT32,
                        false),
                kernel -> {
                    var given =
                            IntStream.range(0, inputs)
                                    .mapToObj(_ -> Operands.tensor(count))
                                    .toList();
                    var out = Operands.tensor(count);
                    return () -> kernel.run(given, out, Workers.CALLER);
                },
                (double) count * expression.operations(),
                4L * count * (inputs + 1));
    }

    private static KernelCase<?, ?> softmax(int rows, int length) {
        int count = rows * length;
        return new KernelCase<>(
                "softmax " + rows + "×" + length,
                Softmax.FAMILY,
                new Softmax.Query(false),
                kernel -> {
                    var x = Operands.floats(count);
                    var y = Operands.floats(count);
                    var lines = new Lines(rows, length, 1);
                    return () -> kernel.run(x, y, lines, Workers.CALLER);
                },
                5.0 * count,
                8L * count);
    }

    private static KernelCase<?, ?> normalize(Normalize.Statistic statistic, int rows, int length) {
        int count = rows * length;
        return new KernelCase<>(
                "normalize " + statistic + " " + rows + "×" + length,
                Normalize.FAMILY,
                new Normalize.Query(statistic, 1e-5f),
                kernel -> {
                    var x = Operands.floats(count);
                    var y = Operands.floats(count);
                    var groups =
                            new Normalize.Groups(
                                    rows,
                                    length,
                                    Operands.floats(length),
                                    Operands.floats(length),
                                    1,
                                    length);
                    return () -> kernel.run(x, y, groups, Workers.CALLER);
                },
                7.0 * count,
                8L * count);
    }

    private static KernelCase<?, ?> reduction(Lines lines) {
        long count = lines.count() * lines.length();
        return new KernelCase<>(
                "reduce MEAN " + lines.outer() + "×" + lines.length() + "×" + lines.inner(),
                Reduction.FAMILY,
                new Reduction.Query(Reduction.Fold.MEAN),
                kernel -> {
                    var x = Operands.floats(count);
                    var y = Operands.floats(lines.count());
                    return () -> kernel.run(x, y, lines, Workers.CALLER);
                },
                count,
                4 * (count + lines.count()));
    }

    /// Images of 80² with 96 channels to twice their extent.
    private static KernelCase<?, ?> resample(Resample.Mode mode, Layout layout) {
        int extent = 80;
        int channels = 96;
        var axis =
                new Resample.Axis(
                        extent,
                        IntStream.range(0, 2 * extent).map(i -> i / 2).toArray(),
                        IntStream.range(0, 2 * extent)
                                .map(i -> Math.min(i / 2 + 1, extent - 1))
                                .toArray(),
                        blends(2 * extent));
        long count = (long) channels * extent * extent;
        return new KernelCase<>(
                "resample "
                        + mode
                        + " 80²×96 to 160²"
                        + (layout == Layout.CHANNELS_LAST ? " last" : " first"),
                Resample.FAMILY,
                new Resample.Query(mode, layout),
                kernel -> {
                    var x = Operands.floats(count);
                    var y = Operands.floats(4 * count);
                    var shape = new Resample.Shape(1, channels, axis, axis);
                    return () -> kernel.run(x, y, shape, Workers.CALLER);
                },
                mode == Resample.Mode.LINEAR ? 4 * 6.0 * count : 0,
                4 * 5 * count);
    }

    private static float[] blends(int count) {
        var blends = new float[count];
        for (int i = 0; i < count; i++) {
            blends[i] = i % 2 * 0.5f;
        }
        return blends;
    }
}
