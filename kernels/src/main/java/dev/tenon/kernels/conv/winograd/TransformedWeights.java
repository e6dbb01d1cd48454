package dev.tenon.kernels.conv.winograd;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.emitted.Panels;
import java.util.List;
import java.util.stream.Stream;

/// The weights `G g Gᵀ` of all channels and features: a matrix, with a row a channel and a column a
/// feature, for each product of a tile.
///
/// They are made when they are first asked for.
public final class TransformedWeights {
    private static final int TAPS = 3;

    /// Channels that a thread transforms at a time.
    private static final int GRAIN = 16;

    private final Transform transform;
    private final Tensor weights;
    private final Storage storage;
    private volatile List<Panels> matrices = List.of();

    /// @param weights `[features, channels, 3, 3]`
    /// @param storage takes the matrices
    public TransformedWeights(Transform transform, Tensor weights, Storage storage) {
        this.transform = transform;
        this.weights = weights;
        this.storage = storage;
    }

    public Transform transform() {
        return transform;
    }

    /// Makes them, unless they are there.
    public void make(Workers workers) {
        if (matrices.isEmpty()) {
            makeOnce(workers);
        }
    }

    private synchronized void makeOnce(Workers workers) {
        if (!matrices.isEmpty()) {
            return;
        }
        int features = Math.toIntExact(weights.dim(0));
        int channels = Math.toIntExact(weights.dim(1));
        var made =
                Stream.generate(() -> Panels.lasting(storage, channels, features))
                        .limit(transform.products())
                        .toList();
        var all = weights.toFloats();
        workers.forRanges(
                channels,
                GRAIN,
                (first, count) ->
                        fill(made, all, features, channels, (int) first, (int) first + count));
        Memory.unload(weights.segment());
        matrices = made.stream().map(each -> each.shared(storage)).toList();
    }

    /// The matrix of a product, after [#make].
    public Panels matrix(int product) {
        return matrices.get(product);
    }

    /// Transforms the weights of the channels `first … end-1`.
    private void fill(
            List<Panels> matrices,
            float[] weights,
            int features,
            int channels,
            int first,
            int end) {
        int size = transform.inputs();
        var taps = new double[TAPS * TAPS][features];
        var half = new double[size * TAPS][features];
        var sum = new double[features];
        var row = new float[Panels.count(features) * Panels.WIDTH];
        for (int c = first; c < end; c++) {
            for (int f = 0; f < features; f++) {
                for (int t = 0; t < taps.length; t++) {
                    taps[t][f] = weights[(f * channels + c) * taps.length + t];
                }
            }
            for (int i = 0; i < size; i++) {
                for (int x = 0; x < TAPS; x++) {
                    multiply(transform, i, taps, x, TAPS, half[i * TAPS + x]);
                }
            }
            for (int k = 0; k < size * size; k++) {
                multiply(transform, k % size, half, k / size * TAPS, 1, sum);
                for (int f = 0; f < features; f++) {
                    row[f] = (float) sum[f];
                }
                matrices.get(k).setRow(c, row);
            }
        }
    }

    /// A row of `G` times three vectors, `step` apart.
    private static void multiply(
            Transform transform, int row, double[][] from, int first, int step, double[] to) {
        double g0 = transform.weight(row, 0);
        double g1 = transform.weight(row, 1);
        double g2 = transform.weight(row, 2);
        var a = from[first];
        var b = from[first + step];
        var c = from[first + 2 * step];
        for (int f = 0; f < to.length; f++) {
            to[f] = g0 * a[f] + g1 * b[f] + g2 * c[f];
        }
    }
}
