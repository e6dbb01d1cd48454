package dev.tenon.passes.layout;

import dev.tenon.base.Layout;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;

/// What nodes cost in each layout, on the machine that the graph is for. All costs are times in one
/// unit, such as nanoseconds.
public interface LayoutCosts {
    /// What one run of a node costs when its images are in a layout; infinite where it cannot be.
    ///
    /// @param node with its images in channels-first order, and extents as far as they are known or
    ///   assumed
    double node(Node node, Layout layout);

    /// What one run of a node costs that reads its first image in channels-first order and works in
    /// channels-last order otherwise, as the first convolution of a network can; infinite where it
    /// cannot be.
    default double opening(Node node) {
        return Double.POSITIVE_INFINITY;
    }

    /// What it costs to bring an image from one layout to the other.
    ///
    /// @param image as it is in channels-first order
    double transposition(Type.OfTensor image);
}
