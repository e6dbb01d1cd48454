package dev.tenon.runtime;

import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.fused.InLayout;

/// How the images of a node lie in memory, and their extents in the order in which operators name
/// axes.
final class Images {
    private Images() {}

    /// The layout of a node's first input.
    static Layout input(Node node) {
        return node.op() instanceof InLayout op && op.isLaid(0)
                ? op.layout()
                : Layout.CHANNELS_FIRST;
    }

    /// The layout of a node's outputs.
    static Layout output(Node node) {
        return node.op() instanceof InLayout op ? op.layout() : Layout.CHANNELS_FIRST;
    }

    /// The same memory with the extents that the tensor would have with channels first: of use for
    /// its extents alone where it lies in another layout.
    static Tensor channelsFirst(Tensor image, Layout layout) {
        return layout == Layout.CHANNELS_FIRST
                ? image
                : image.reshape(reordered(image.dims(), layout.toChannelsFirst(image.rank())));
    }

    /// Channels-first extents as they are in a layout.
    static long[] laid(long[] dims, Layout layout) {
        return reordered(dims, layout.fromChannelsFirst(dims.length));
    }

    private static long[] reordered(long[] dims, Longs order) {
        return order.map(a -> dims[(int) a]).toArray();
    }
}
