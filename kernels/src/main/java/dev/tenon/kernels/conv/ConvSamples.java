package dev.tenon.kernels.conv;

import static dev.tenon.base.Layout.CHANNELS_FIRST;
import static dev.tenon.base.Layout.CHANNELS_LAST;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.gemm.SampleEpilogue;
import java.util.List;

/// A convolution for each kind of kernel: by windows of one element, by groups, by channel, of few
/// channels, by minimal filtering, by windows.
final class ConvSamples {
    private static final int IMAGES = 2;
    private static final int EXTENT = 13;

    private ConvSamples() {}

    static List<Sample<Conv.Query, Conv>> all() {
        return List.of(
                of(35, 41, 1, 1, 1, CHANNELS_LAST),
                of(36, 44, 4, 1, 1, CHANNELS_LAST),
                of(37, 37, 37, 3, 1, CHANNELS_LAST),
                of(37, 37, 37, 5, 2, CHANNELS_LAST),
                of(3, 32, 1, 3, 2, CHANNELS_LAST),
                of(33, 37, 1, 3, 1, CHANNELS_LAST),
                of(64, 64, 1, 3, 1, CHANNELS_LAST),
                of(19, 37, 1, 3, 2, CHANNELS_LAST),
                of(19, 37, 1, 3, 1, CHANNELS_FIRST),
                of(19, 37, 1, 3, 2, CHANNELS_FIRST));
    }

    private static Sample<Conv.Query, Conv> of(
            int channels, int features, int groups, int kernel, int stride, Layout layout) {
        int pad = kernel / 2;
        int output = (EXTENT + 2 * pad - kernel) / stride + 1;
        var shape =
                new ConvShape(
                        IMAGES,
                        channels,
                        features,
                        groups,
                        new int[] {1, EXTENT, EXTENT},
                        new int[] {1, kernel, kernel},
                        new int[] {1, stride, stride},
                        new int[] {1, 1, 1},
                        new int[] {0, pad, pad},
                        new int[] {1, output, output});
        int perGroup = channels / groups;
        var weights =
                Tensor.of(
                        DType.FLOAT32,
                        Sample.operand(features * perGroup * kernel * kernel),
                        features,
                        perGroup,
                        kernel,
                        kernel);
        var x = Sample.operand(IMAGES * channels * shape.inputSize());
        var bias = Sample.operand(features);
        int positions = IMAGES * shape.outputSize();
        var epilogue =
                SampleEpilogue.adding(
                        layout == CHANNELS_LAST
                                ? new MatrixView(bias, 0, positions, features, 0, 1)
                                : new MatrixView(bias, 0, features, positions, 1, 0));
        return new Sample<>(
                Conv.Query.of(weights, shape, layout, layout),
                conv -> {
                    var y = Sample.result(IMAGES * features * shape.outputSize());
                    conv.run(x, y, shape, epilogue, Workers.CALLER);
                    return Sample.values(y);
                });
    }
}
