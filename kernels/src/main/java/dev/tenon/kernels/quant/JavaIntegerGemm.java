package dev.tenon.kernels.quant;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Integer products by the kernels for `f32`, whose sums of integers are exact up to 2²⁴: the terms
/// are cut into blocks that stay below, and the blocks are added up as integers.
final class JavaIntegerGemm implements Kernel<IntegerGemm.Query, IntegerGemm> {
    private static final int EXACT = 1 << 24;

    /// The largest magnitude of a left-hand element less its zero point.
    private static final int MAX_LEFT = 255;

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
    public IntegerGemm bind(IntegerGemm.Query query, Storage storage) {
        var b = query.b();
        int rows = Math.toIntExact(b.dim(0));
        int columns = Math.toIntExact(b.dim(1));
        var centred = new float[Math.multiplyExact(rows, columns)];
        float largest = 1;
        for (int i = 0; i < centred.length; i++) {
            centred[i] = b.getLong(i) - at(query.zero(), i % columns);
            largest = Math.max(largest, Math.abs(centred[i]));
        }
        int terms = EXACT / (MAX_LEFT * (int) largest);
        var memory = MemorySegment.ofArray(centred);
        var blocks = new ArrayList<Gemm>();
        for (int k = 0; k < rows; k += terms) {
            int count = Math.min(terms, rows - k);
            var view = MatrixView.of(memory, (long) k * columns, count, columns);
            var product = new Gemm.Query(view, 1);
            blocks.add(Gemm.FAMILY.choose(product).kernel().orElseThrow().bind(product, storage));
        }
        return new Bound(blocks, terms, rows, columns);
    }

    private static long at(@Nullable Tensor zero, int index) {
        return zero == null ? 0 : zero.getLong(zero.size() == 1 ? 0 : index);
    }

    /// @param blocks the products of the blocks of terms, in order
    /// @param terms how many terms a block has, the last one perhaps fewer
    /// @param depth how many terms there are in all
    private record Bound(List<Gemm> blocks, int terms, int depth, int columns)
            implements IntegerGemm {
        @Override
        public Work prepare(
                Tensor a, @Nullable Tensor zero, MemorySegment out, NativeScratch room) {
            if (depth == 0 || columns == 0 || a.size() == 0) {
                return _ -> out.fill((byte) 0);
            }
            int rows = Math.toIntExact(a.size() / depth);
            var left = room.floats(a.size());
            var sums = room.floats((long) rows * columns);
            var steps = new ArrayList<Work>();
            steps.add(
                    Work.ofRanges(
                            rows,
                            8,
                            (from, count) -> {
                                for (long row = from; row < from + count; row++) {
                                    centre(a, row * depth, depth, (int) at(zero, (int) row), left);
                                }
                            }));
            for (int i = 0; i < blocks.size(); i++) {
                int from = i * terms;
                var view =
                        new MatrixView(left, from, rows, Math.min(terms, depth - from), depth, 1);
                var call = Gemm.Call.of(view, null, sums, add(out, i == 0));
                steps.add(blocks.get(i).prepare(call, room));
            }
            return Work.sequence(steps);
        }

        private static void centre(Tensor x, long from, int count, int zero, MemorySegment to) {
            try (var scratch = Scratch.open()) {
                var bytes = scratch.bytes(count);
                var floats = scratch.floats(count);
                Memory.load(x.segment(), from, bytes, 0, count);
                int mask = x.dtype() == DType.UINT8 ? 0xff : -1;
                for (int j = 0; j < count; j++) {
                    floats[j] = (bytes[j] & mask) - zero;
                }
                Memory.store(floats, 0, to, from, count);
            }
        }

        /// Puts finished pieces of rows into the result, or adds them to it.
        private Epilogue add(MemorySegment out, boolean first) {
            return (row, count, m, from) -> {
                try (var scratch = Scratch.open()) {
                    var integers = scratch.ints(count);
                    long at = m * columns + from;
                    if (first) {
                        for (int j = 0; j < count; j++) {
                            integers[j] = (int) row[j];
                        }
                    } else {
                        Memory.load(out, at, integers, 0, count);
                        for (int j = 0; j < count; j++) {
                            integers[j] += (int) row[j];
                        }
                    }
                    Memory.store(integers, 0, out, at, count);
                }
            };
        }
    }
}
