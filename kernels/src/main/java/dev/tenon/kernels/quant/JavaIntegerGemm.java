package dev.tenon.kernels.quant;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.GemmTile;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.gemm.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Integer products in `float` arithmetic, which is exact below 2²⁴: blocks of 256 terms, each at
/// most 255², are summed as floats and added up as integers.
final class JavaIntegerGemm implements Kernel<IntegerGemm.Query, IntegerGemm> {
    /// Terms whose sum is exact.
    private static final int BLOCK = 256;

    @Override
    public String name() {
        return "integer-gemm-java";
    }

    @Override
    public Optional<Refusal> refuses(IntegerGemm.Query query) {
        var zero = query.zero();
        return zero != null && zero.size() != 1 && zero.size() != query.b().dim(1)
                ? refuse("the zero points are neither one nor one a column")
                : Optional.empty();
    }

    @Override
    public IntegerGemm bind(IntegerGemm.Query query) {
        var b = query.b();
        int rows = Math.toIntExact(b.dim(0));
        int columns = Math.toIntExact(b.dim(1));
        var centred = new float[Math.multiplyExact(rows, columns)];
        var zero = query.zero();
        for (int k = 0; k < rows; k++) {
            centre(b, (long) k * columns, columns, centred, k * columns, j -> at(zero, j));
        }
        var packed =
                PackedMatrix.pack(MatrixView.of(MemorySegment.ofArray(centred), 0, rows, columns));
        return new Bound(packed);
    }

    private interface ZeroPoints {
        int at(int index);
    }

    private static int at(@Nullable Tensor zero, int index) {
        return zero == null ? 0 : (int) zero.getLong(zero.size() == 1 ? 0 : index);
    }

    private static void centre(
            Tensor x, long from, int count, float[] to, int at, ZeroPoints zero) {
        try (var scratch = Scratch.open()) {
            var bytes = scratch.bytes(count);
            Memory.load(x.segment(), from, bytes, 0, count);
            int mask = x.dtype() == DType.UINT8 ? 0xff : -1;
            for (int j = 0; j < count; j++) {
                to[at + j] = (bytes[j] & mask) - zero.at(j);
            }
        }
    }

    private record Bound(PackedMatrix packed) implements IntegerGemm {
        @Override
        public void run(Tensor a, @Nullable Tensor zero, MemorySegment out, Workers workers) {
            int k = packed.rows();
            int rows =
                    k == 0
                            ? Math.toIntExact(out.byteSize() / 4 / packed.columns())
                            : Math.toIntExact(a.size() / k);
            int blocks = Math.ceilDiv(rows, GemmTile.ROWS);
            workers.run(
                    blocks * packed.panels(),
                    i -> {
                        int row = i / packed.panels() * GemmTile.ROWS;
                        tile(
                                a,
                                zero,
                                out,
                                row,
                                Math.min(GemmTile.ROWS, rows - row),
                                i % packed.panels());
                    });
        }

        private void tile(
                Tensor a, @Nullable Tensor zero, MemorySegment out, int row, int rows, int panel) {
            int k = packed.rows();
            int depth = GemmTile.paddedDepth(k);
            int width = packed.width();
            int columns = Math.min(width, packed.columns() - panel * width);
            try (var scratch = Scratch.open()) {
                var left = scratch.floats(rows * depth);
                for (int r = 0; r < rows; r++) {
                    int z = at(zero, row + r);
                    centre(a, (long) (row + r) * k, k, left, r * depth, j -> z);
                    Arrays.fill(left, r * depth + k, (r + 1) * depth, 0);
                }
                var tile = scratch.floatRows(rows, width);
                var sums = new int[rows][];
                for (int r = 0; r < rows; r++) {
                    sums[r] = scratch.ints(width);
                    Arrays.fill(sums[r], 0, width, 0);
                }
                for (int from = 0; from < depth; from += BLOCK) {
                    int count = Math.min(BLOCK, depth - from);
                    var b = Arrays.copyOfRange(packed.panel(panel), from, from + count);
                    for (int r = 0; r < rows; r++) {
                        Arrays.fill(tile[r], 0, width, 0);
                    }
                    GemmTile.accumulate(tile, rows, left, from, depth, b, count, width);
                    for (int r = 0; r < rows; r++) {
                        add(sums[r], tile[r], width);
                    }
                }
                for (int r = 0; r < rows; r++) {
                    long at = (long) (row + r) * packed.columns() + (long) panel * width;
                    Memory.store(sums[r], 0, out, at, columns);
                }
            }
        }

        private static void add(int[] sums, float[] terms, int n) {
            for (int j = 0; j < n; j++) {
                sums[j] += (int) terms[j];
            }
        }
    }
}
