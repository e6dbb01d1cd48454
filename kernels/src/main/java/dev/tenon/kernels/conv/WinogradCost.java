package dev.tenon.kernels.conv;

import dev.tenon.kernels.conv.winograd.Transform;
import dev.tenon.kernels.gemm.emitted.Panels;
import dev.tenon.kernels.vector.VectorLevel;
import java.util.Optional;

/// Estimates what convolutions by windows of 3 × 3 take, in nanoseconds of one core: products,
/// weights that come from memory, and transforms.
final class WinogradCost {
    /// For each lane of a vector.
    private static final double PRODUCTS = 5.9;

    /// Bytes of weights that come while products are computed.
    private static final double BYTES_AHEAD = 16;

    /// For the rest of what they take.
    private static final double BYTES = 60;

    private static final double TRANSFORMED_INPUTS = 5;
    private static final double TRANSFORMED_PRODUCTS = 7;

    /// For calling the routines of a tile.
    private static final double TILE = 100;

    private WinogradCost() {}

    /// The cheapest transform; none where windows are cheaper.
    static Optional<Transform> best(ConvShape shape) {
        Optional<Transform> best = Optional.empty();
        double least = windows(shape);
        for (var transform : Transform.values()) {
            double cost = filtering(shape, transform);
            if (cost < least) {
                least = cost;
                best = Optional.of(transform);
            }
        }
        return best;
    }

    private static double windows(ConvShape shape) {
        double positions = (double) shape.images() * shape.outputSize();
        return products(shape, positions * shape.taps(), shape.taps());
    }

    private static double filtering(ConvShape shape, Transform transform) {
        double tiles = (double) shape.images() * transform.tiles(shape.output());
        double elements = tiles * transform.products();
        return products(shape, elements, transform.products())
                + elements * shape.channels() / TRANSFORMED_INPUTS
                + elements * shape.features() / TRANSFORMED_PRODUCTS
                + tiles * TILE;
    }

    /// @param rows of all left-hand matrices
    /// @param matrices of weights
    private static double products(ConvShape shape, double rows, double matrices) {
        double weights = (double) shape.channels() * Panels.count(shape.features()) * Panels.WIDTH;
        double rate = PRODUCTS * VectorLevel.required().lanes();
        double bytes = matrices * Float.BYTES;
        return weights * (Math.max(rows / rate, bytes / BYTES_AHEAD) + bytes / BYTES);
    }
}
