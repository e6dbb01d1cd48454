package dev.tenon.kernels;

import dev.tenon.base.Layout;
import dev.tenon.kernels.conv.ConvShape;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// Random windows and operands for tests of kernels on images.
public final class Shapes {
    private Shapes() {}

    /// A window over one to three axes that may stick out of the input.
    ///
    /// @param after the padding after each axis
    public record Windowed(ConvShape shape, int[] after) {}

    /// @param features a channel; the groups are the channels
    public static Windowed depthwise(Random random, int axes, int maxChannels, int features) {
        int channels = 1 + random.nextInt(maxChannels);
        var input = new long[axes];
        var kernel = new long[axes];
        var stride = new long[axes];
        var dilation = new long[axes];
        var before = new long[axes];
        var after = new long[axes];
        var output = new long[axes];
        for (int i = 0; i < axes; i++) {
            input[i] = 1 + random.nextInt(axes == 3 ? 6 : axes == 2 ? 20 : 200);
            kernel[i] = 1 + random.nextInt(random.nextInt(3) == 0 ? 7 : 3);
            stride[i] = 1 + random.nextInt(3);
            dilation[i] = random.nextInt(3) == 0 ? 2 : 1;
            before[i] = random.nextInt(4);
            long span = (kernel[i] - 1) * dilation[i] + 1;
            after[i] = Math.max(random.nextInt(4), span - input[i] - before[i]);
            output[i] = (input[i] + before[i] + after[i] - span) / stride[i] + 1;
        }
        var shape =
                new ConvShape(
                        1 + random.nextInt(2),
                        channels,
                        channels * features,
                        channels,
                        ConvShape.spatial(input, 1),
                        ConvShape.spatial(kernel, 1),
                        ConvShape.spatial(stride, 1),
                        ConvShape.spatial(dilation, 1),
                        ConvShape.spatial(before, 0),
                        ConvShape.spatial(output, 1));
        return new Windowed(shape, ConvShape.spatial(after, 0));
    }

    /// Numbers between -1 and 1.
    public static MemorySegment fill(MemorySegment memory, Random random) {
        for (long i = 0; i < memory.byteSize() / Float.BYTES; i++) {
            Memory.set(memory, i, 2 * random.nextFloat() - 1);
        }
        return memory;
    }

    /// Where an element is.
    ///
    /// @param size positions of a channel
    public static long index(
            Layout layout, long image, int channels, int channel, int size, int position) {
        return layout == Layout.CHANNELS_FIRST
                ? (image * channels + channel) * size + position
                : (image * size + position) * channels + channel;
    }
}
