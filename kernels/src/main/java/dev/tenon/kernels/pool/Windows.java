package dev.tenon.kernels.pool;

import dev.tenon.kernels.conv.ConvShape;

/// How much of the windows of a pooling lies in the padded input.
///
/// @param after the padding after each axis
record Windows(ConvShape shape, int[] after) {
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
