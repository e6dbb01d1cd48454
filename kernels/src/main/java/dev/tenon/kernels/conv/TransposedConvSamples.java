package dev.tenon.kernels.conv;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import java.util.Arrays;
import java.util.List;

/// Windows of 2 × 2 that double each extent, in either layout.
final class TransposedConvSamples {
    private static final int CHANNELS = 19;
    private static final int FEATURES = 21;
    private static final int EXTENT = 7;

    private TransposedConvSamples() {}

    static List<Sample<TransposedConv.Query, TransposedConv>> all() {
        return Arrays.stream(Layout.values()).map(TransposedConvSamples::of).toList();
    }

    private static Sample<TransposedConv.Query, TransposedConv> of(Layout layout) {
        var shape =
                new ConvShape(
                        1,
                        CHANNELS,
                        FEATURES,
                        1,
                        new int[] {1, EXTENT, EXTENT},
                        new int[] {1, 2, 2},
                        new int[] {1, 2, 2},
                        new int[] {1, 1, 1},
                        new int[3],
                        new int[] {1, 2 * EXTENT, 2 * EXTENT});
        var weights =
                Tensor.of(
                        DType.FLOAT32,
                        Sample.operand(CHANNELS * FEATURES * 4),
                        CHANNELS,
                        FEATURES,
                        2,
                        2);
        var x = Sample.operand(CHANNELS * shape.inputSize());
        return new Sample<>(
                new TransposedConv.Query(weights, 1, true, layout),
                conv -> {
                    var y = Sample.result(FEATURES * shape.outputSize());
                    conv.run(x, y, shape, Epilogue.NONE, Workers.CALLER);
                    return Sample.values(y);
                });
    }
}
