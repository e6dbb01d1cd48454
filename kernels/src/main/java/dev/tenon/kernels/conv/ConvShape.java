package dev.tenon.kernels.conv;

import java.util.Arrays;

/// The extents of one convolution: `[images, channels, input…]` with `[features, channels/groups,
/// kernel…]` gives `[images, features, output…]`, or the same with channels last. Each spatial list
/// has three entries; missing leading axes have extent 1.
///
/// @param before the padding before each axis
public record ConvShape(
        int images,
        int channels,
        int features,
        int groups,
        int[] input,
        int[] kernel,
        int[] stride,
        int[] dilation,
        int[] before,
        int[] output) {
    private static final int AXES = 3;

    /// Puts leading axes before the given ones.
    ///
    /// @param filler the entry of an axis that is not there
    public static int[] spatial(long[] values, int filler) {
        var result = new int[AXES];
        Arrays.fill(result, filler);
        for (int i = 0; i < values.length; i++) {
            result[AXES - values.length + i] = Math.toIntExact(values[i]);
        }
        return result;
    }

    /// The same for another number of images.
    public ConvShape withImages(int count) {
        return new ConvShape(
                count, channels, features, groups, input, kernel, stride, dilation, before, output);
    }

    /// Elements of one channel of the input.
    public int inputSize() {
        return input[0] * input[1] * input[2];
    }

    /// Elements of one channel of the output.
    public int outputSize() {
        return output[0] * output[1] * output[2];
    }

    public int taps() {
        return kernel[0] * kernel[1] * kernel[2];
    }

    /// The place of a tap in the kernel.
    public int[] tap(int index) {
        return new int[] {
            index / (kernel[1] * kernel[2]), index / kernel[2] % kernel[1], index % kernel[2]
        };
    }

    /// The coordinates of an output position.
    public int[] at(int position) {
        return new int[] {
            position / (output[1] * output[2]),
            position / output[2] % output[1],
            position % output[2]
        };
    }

    /// Which element of an input channel a tap reads at a position; -1 for padding.
    ///
    /// @param at the coordinates of the position
    /// @param tap the place of the tap
    public int source(int[] at, int[] tap) {
        int index = 0;
        for (int i = 0; i < AXES; i++) {
            int x = at[i] * stride[i] - before[i] + tap[i] * dilation[i];
            if (x < 0 || x >= input[i]) {
                return -1;
            }
            index = index * input[i] + x;
        }
        return index;
    }

    public int channelsPerGroup() {
        return channels / groups;
    }

    public int featuresPerGroup() {
        return features / groups;
    }

    /// From the first tap of an axis to its last, both included.
    int span(int axis) {
        return (kernel[axis] - 1) * dilation[axis] + 1;
    }

    /// Where the window over the output is the one of an input element, as in transposed
    /// convolutions: the input element whose tap is at a place of the output; -1 when there is
    /// none.
    ///
    /// @param at the coordinates on the output
    /// @param tap the place of the tap
    int spreading(int[] at, int[] tap) {
        int index = 0;
        for (int i = 0; i < AXES; i++) {
            int distance = at[i] + before[i] - tap[i] * dilation[i];
            if (distance < 0 || distance % stride[i] != 0 || distance / stride[i] >= input[i]) {
                return -1;
            }
            index = index * input[i] + distance / stride[i];
        }
        return index;
    }

    /// How many taps along an axis are in the input at an output position.
    public int covered(int axis, int position) {
        int start = position * stride[axis] - before[axis];
        return tapEnd(axis, start) - firstTap(axis, start);
    }

    /// The first tap along an axis that is in the input.
    ///
    /// @param start where the window begins, in positions of the input
    public int firstTap(int axis, int start) {
        return Math.clamp(Math.ceilDiv(-start, dilation[axis]), 0, tapEnd(axis, start));
    }

    /// The one after the last tap along an axis that is not behind the input.
    private int tapEnd(int axis, int start) {
        return Math.clamp(Math.ceilDiv(input[axis] - start, dilation[axis]), 0, kernel[axis]);
    }

    /// Whether windows have at most two axes.
    public boolean isPlanar() {
        return input[0] == 1 && output[0] == 1 && kernel[0] == 1 && before[0] == 0;
    }

    /// Whether a window reaches beyond the input.
    public boolean isPadded() {
        for (int i = 0; i < AXES; i++) {
            int end = (output[i] - 1) * stride[i] - before[i] + span(i);
            if (before[i] > 0 || end > input[i]) {
                return true;
            }
        }
        return false;
    }

    /// Whether each output element reads the input element at its own place only.
    public boolean isPointwise() {
        return taps() == 1
                && Arrays.stream(stride).allMatch(s -> s == 1)
                && Arrays.stream(before).allMatch(b -> b == 0)
                && Arrays.equals(input, output);
    }
}
