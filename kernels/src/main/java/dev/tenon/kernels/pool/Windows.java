package dev.tenon.kernels.pool;

import dev.tenon.kernels.conv.ConvShape;

/// Where the windows of a pooling lie.
///
/// @param after the padding after each axis
record Windows(ConvShape shape, int[] after) {
    /// The place of an output on each axis.
    int[] position(int index) {
        int[] output = shape.output();
        return new int[] {
            index / (output[1] * output[2]), index / output[2] % output[1], index % output[2]
        };
    }

    /// The place in its image of the element that a tap reads; -1 in the padding.
    int source(int[] position, int tap) {
        int[] kernel = shape.kernel();
        int z = source(0, position[0], tap / (kernel[1] * kernel[2]));
        int y = source(1, position[1], tap / kernel[2] % kernel[1]);
        int x = source(2, position[2], tap % kernel[2]);
        return z < 0 || y < 0 || x < 0
                ? -1
                : (z * shape.input()[1] + y) * shape.input()[2] + x;
    }

    private int source(int axis, int position, int tap) {
        int at =
                position * shape.stride()[axis]
                        - shape.before()[axis]
                        + tap * shape.dilation()[axis];
        return at < shape.input()[axis] ? at : -1;
    }

    /// How many taps of a window lie in the padded input.
    int room(int[] position) {
        return room(0, position[0]) * room(1, position[1]) * room(2, position[2]);
    }

    /// How many taps along an axis lie in the padded input.
    int room(int axis, int position) {
        int length =
                shape.input()[axis]
                        + shape.before()[axis]
                        + after[axis]
                        - position * shape.stride()[axis];
        return Math.clamp(Math.ceilDiv(length, shape.dilation()[axis]), 0, shape.kernel()[axis]);
    }
}
