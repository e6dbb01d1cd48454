package dev.tenon.bench.kernels;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.Conv;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.conv.TransposedConv;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.pool.Pool;
import java.util.ArrayList;
import java.util.List;

/// Convolutions and pooling.
final class ConvolutionCases {
    private ConvolutionCases() {}

    static List<KernelCase<?, ?>> all() {
        var cases = new ArrayList<KernelCase<?, ?>>();
        for (var layout : Layout.values()) {
            cases.add(conv(shape(64, 64, 1, 56, 3, 1), layout, layout));
            cases.add(conv(shape(128, 128, 1, 28, 3, 1), layout, layout));
            cases.add(conv(shape(256, 256, 1, 14, 3, 1), layout, layout));
            cases.add(conv(shape(128, 128, 1, 56, 3, 2), layout, layout));
            cases.add(conv(shape(64, 256, 1, 56, 1, 1), layout, layout));
            cases.add(conv(shape(32, 32, 32, 112, 3, 1), layout, layout));
            cases.add(conv(shape(240, 240, 240, 28, 5, 1), layout, layout));
            cases.add(pool(shape(64, 64, 64, 112, 3, 2), Pool.Fold.MAX, layout));
            cases.add(pool(shape(512, 512, 512, 7, 7, 1), Pool.Fold.MEAN, layout));
            cases.add(transposed(24, 24, 160, layout));
        }
        cases.add(conv(shape(3, 32, 1, 224, 3, 2), Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST));
        return cases;
    }

    /// A square window over a square image, padded where its extent is odd.
    private static ConvShape shape(
            int channels, int features, int groups, int extent, int kernel, int stride) {
        boolean whole = kernel == extent;
        int pad = whole ? 0 : kernel / 2;
        int output = (extent + 2 * pad - kernel) / stride + 1;
        return new ConvShape(
                1,
                channels,
                features,
                groups,
                new int[] {1, extent, extent},
                new int[] {1, kernel, kernel},
                new int[] {1, stride, stride},
                new int[] {1, 1, 1},
                new int[] {0, pad, pad},
                new int[] {1, output, output});
    }

    private static KernelCase<?, ?> conv(ConvShape shape, Layout input, Layout output) {
        var weights =
                Operands.tensor(
                        shape.features(),
                        shape.channels() / shape.groups(),
                        shape.kernel()[1],
                        shape.kernel()[2]);
        return new KernelCase<>(
                name(shape.groups() == 1 ? "conv" : "depthwise", shape, input, output),
                Conv.FAMILY,
                Conv.Query.of(weights, shape, input, output),
                conv -> {
                    var x = Operands.floats((long) shape.channels() * shape.inputSize());
                    var y = Operands.floats((long) shape.features() * shape.outputSize());
                    return () -> conv.run(x, y, shape, Epilogue.NONE, Workers.CALLER);
                },
                flops(shape),
                bytes(shape) + weights.byteSize());
    }

    private static KernelCase<?, ?> pool(ConvShape shape, Pool.Fold fold, Layout layout) {
        return new KernelCase<>(
                name("pool " + fold, shape, layout, layout),
                Pool.FAMILY,
                new Pool.Query(fold, layout),
                pool -> {
                    var x = Operands.floats((long) shape.channels() * shape.inputSize());
                    var y = Operands.floats((long) shape.features() * shape.outputSize());
                    return () -> pool.run(x, y, shape, shape.before(), Workers.CALLER);
                },
                (double) shape.features() * shape.outputSize() * shape.taps(),
                bytes(shape));
    }

    /// A window of 2×2 that doubles each extent.
    private static KernelCase<?, ?> transposed(
            int channels, int features, int extent, Layout layout) {
        var weights = Operands.tensor(channels, features, 2, 2);
        var shape =
                new ConvShape(
                        1,
                        channels,
                        features,
                        1,
                        new int[] {1, extent, extent},
                        new int[] {1, 2, 2},
                        new int[] {1, 2, 2},
                        new int[] {1, 1, 1},
                        new int[3],
                        new int[] {1, 2 * extent, 2 * extent});
        return new KernelCase<>(
                name("transposed-conv", shape, layout, layout),
                TransposedConv.FAMILY,
                new TransposedConv.Query(weights, 1, true, layout),
                conv -> {
                    var x = Operands.floats((long) channels * shape.inputSize());
                    var y = Operands.floats((long) features * shape.outputSize());
                    return () -> conv.run(x, y, shape, Epilogue.NONE, Workers.CALLER);
                },
                2.0 * channels * features * shape.inputSize() * shape.taps(),
                bytes(shape));
    }

    private static double flops(ConvShape shape) {
        return 2.0
                * shape.images()
                * shape.features()
                * shape.outputSize()
                * shape.channels()
                / shape.groups()
                * shape.taps();
    }

    private static long bytes(ConvShape shape) {
        return 4L
                * shape.images()
                * ((long) shape.channels() * shape.inputSize()
                        + (long) shape.features() * shape.outputSize());
    }

    private static String name(String family, ConvShape shape, Layout input, Layout output) {
        return family
                + " "
                + shape.input()[2]
                + "² "
                + shape.channels()
                + "→"
                + shape.features()
                + " "
                + shape.kernel()[1]
                + "×"
                + shape.kernel()[2]
                + (shape.stride()[2] == 1 ? "" : " stride " + shape.stride()[2])
                + (input == output
                        ? output == Layout.CHANNELS_LAST ? " last" : " first"
                        : " first→last");
    }
}
