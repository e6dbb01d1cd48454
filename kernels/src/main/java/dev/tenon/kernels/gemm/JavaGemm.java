package dev.tenon.kernels.gemm;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Products in plain Java: panels of the right-hand matrix, blocks of rows of the left-hand one.
final class JavaGemm implements Kernel<Gemm.Query, Gemm> {
    /// With fewer right-hand panels than this, a dynamic matrix is packed as a whole first, so that
    /// rows can be shared among threads.
    private static final int MIN_PANEL_CHUNKS = 8;

    /// Rows of a chunk of work.
    private static final int CHUNK = 32;

    @Override
    public String name() {
        return "gemm-java";
    }

    @Override
    public Optional<Refusal> refuses(Gemm.Query query) {
        return Optional.empty();
    }

    @Override
    public Gemm bind(Gemm.Query query, Storage storage) {
        var constant = query.b();
        return new Bound(constant == null ? null : PackedMatrix.pack(constant), query.alpha());
    }

    private record Bound(@Nullable PackedMatrix packed, float alpha) implements Gemm {
        @Override
        public Work prepare(Call call, NativeScratch room) {
            return workers -> compute(call, workers);
        }

        private void compute(Call call, Workers workers) {
            int m = call.a().rows();
            int n = packed != null ? packed.columns() : view(call).columns();
            if (m == 0 || n == 0) {
                return;
            }
            if (packed != null) {
                byRows(call, packed, 0, call.aOffsets().length, workers);
                return;
            }
            int width = PackedMatrix.width(n);
            int panels = PackedMatrix.panels(n, width);
            if (call.aOffsets().length * panels < MIN_PANEL_CHUNKS && m > CHUNK) {
                for (int i = 0; i < call.aOffsets().length; i++) {
                    var b = PackedMatrix.pack(view(call).at(call.bOffsets()[i]));
                    byRows(call, b, i, 1, workers);
                }
            } else {
                workers.run(
                        call.aOffsets().length * panels,
                        c -> panel(call, c / panels, c % panels, width));
            }
        }

        private static MatrixView view(Call call) {
            var b = call.b();
            if (b == null) {
                throw new IllegalArgumentException(
                        "the right-hand matrix is neither constant nor given");
            }
            return b;
        }

        /// Products number `first … first+count` with one packed matrix.
        private void byRows(Call call, PackedMatrix b, int first, int count, Workers workers) {
            int blocks = Math.ceilDiv(call.a().rows(), CHUNK);
            int panels = b.panels();
            workers.run(
                    count * blocks * panels,
                    c -> {
                        int batch = first + c / (blocks * panels);
                        int row = c / panels % blocks * CHUNK;
                        int p = c % panels;
                        int depth = GemmTile.paddedDepth(b.rows());
                        try (var scratch = Scratch.open()) {
                            var a = scratch.floats(CHUNK * depth);
                            var tile = scratch.floatRows(CHUNK, b.width());
                            block(
                                    call,
                                    batch,
                                    row,
                                    b.panel(p),
                                    p * b.width(),
                                    b.width(),
                                    a,
                                    tile,
                                    b.columns());
                        }
                    });
        }

        /// All rows of one product, for the columns of one panel.
        private void panel(Call call, int batch, int p, int width) {
            var b = view(call).at(call.bOffsets()[batch]);
            int depth = GemmTile.paddedDepth(b.rows());
            try (var scratch = Scratch.open()) {
                var rows = scratch.floatRows(depth, width);
                PackedMatrix.packPanel(b, p * width, width, rows);
                var a = scratch.floats(CHUNK * depth);
                var tile = scratch.floatRows(CHUNK, width);
                for (int row = 0; row < call.a().rows(); row += CHUNK) {
                    block(call, batch, row, rows, p * width, width, a, tile, b.columns());
                }
            }
        }

        private void block(
                Call call,
                int batch,
                int row,
                float[][] b,
                int column,
                int width,
                float[] a,
                float[][] tile,
                int n) {
            var left = call.a().at(call.aOffsets()[batch]);
            int k = left.columns();
            int depth = GemmTile.paddedDepth(k);
            int rows = Math.min(CHUNK, left.rows() - row);
            loadLeft(left, row, rows, depth, a);
            GemmTile.multiply(tile, rows, a, 0, b, depth, width);
            int count = Math.min(width, n - column);
            for (int r = 0; r < rows; r++) {
                long m = (long) batch * left.rows() + row + r;
                call.epilogue().apply(tile[r], count, m, column);
                Memory.store(tile[r], 0, call.out(), m * n + column, count);
            }
        }

        private void loadLeft(MatrixView left, int row, int rows, int depth, float[] a) {
            int k = left.columns();
            for (int r = 0; r < rows; r++) {
                left.loadRow(row + r, 0, a, r * depth, k);
                Arrays.fill(a, r * depth + k, (r + 1) * depth, 0);
            }
            if (alpha != 1) {
                for (int i = 0; i < rows * depth; i++) {
                    a[i] *= alpha;
                }
            }
        }
    }
}
