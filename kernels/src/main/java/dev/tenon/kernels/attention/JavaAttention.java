package dev.tenon.kernels.attention;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Sums;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.elementwise.FloatMath;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Attention as two products with a softmax in plain Java between them, for blocks of queries.
final class JavaAttention implements Kernel<Attention.Query, Attention> {
    /// Scores that are kept at a time, where one query has not more.
    private static final int SCORES = 1 << 18;

    private static final int MAX_QUERIES = 128;

    @Override
    public String name() {
        return "attention-java";
    }

    @Override
    public Optional<Refusal> refuses(Attention.Query query) {
        return Optional.empty();
    }

    @Override
    public Attention bind(Attention.Query query, Storage storage) {
        var product = Gemm.FAMILY.choose(Gemm.Query.DYNAMIC).kernel().orElseThrow();
        return new Bound(product.bind(Gemm.Query.DYNAMIC, storage), query.softcap());
    }

    private record Bound(Gemm gemm, float softcap) implements Attention {
        @Override
        public Work prepare(Call call, NativeScratch room) {
            if (call.isEmpty()) {
                return Work.NONE;
            }
            int queries = call.q().length();
            int keys = call.k().length();
            int rows = Math.clamp(SCORES / Math.max(1, keys), 1, Math.min(queries, MAX_QUERIES));
            int blocks = Math.ceilDiv(queries, rows);
            int heads = call.q().heads();
            return Work.ofChunks(
                    (long) call.batch() * heads * blocks,
                    chunk -> {
                        int head = chunk / blocks % heads;
                        int from = chunk % blocks * rows;
                        int count = Math.min(rows, queries - from);
                        block(call, chunk / blocks / heads, head, from, count);
                    });
        }

        /// Some queries of one head.
        private void block(Call call, int sample, int head, int from, int rows) {
            int keys = call.k().length();
            int shared = call.sharedHead(head);
            try (var scratch = Scratch.open()) {
                var scores = scratch.floats(Math.multiplyExact(rows, keys));
                var memory = MemorySegment.ofArray(scores);
                var k = matrix(call.k(), sample, shared, 0, keys).transposed();
                multiply(matrix(call.q(), sample, head, from, rows), k, memory);
                for (int r = 0; r < rows; r++) {
                    weigh(call, sample, head, from + r, scores, r * keys);
                }
                int size = call.v().size();
                var sums = scratch.floats(Math.multiplyExact(rows, size));
                multiply(
                        MatrixView.of(memory, 0, rows, keys),
                        matrix(call.v(), sample, shared, 0, keys),
                        MemorySegment.ofArray(sums));
                for (int r = 0; r < rows; r++) {
                    long to = call.out().at(sample, head, from + r);
                    Memory.store(sums, r * size, call.out().memory(), to, size);
                }
            }
        }

        private void multiply(MatrixView a, MatrixView b, MemorySegment out) {
            gemm.run(Gemm.Call.of(a, b, out, Epilogue.NONE), Workers.CALLER);
        }

        private static MatrixView matrix(Heads heads, int sample, int head, int from, int rows) {
            long offset = heads.at(sample, head, from);
            return new MatrixView(heads.memory(), offset, rows, heads.size(), heads.rowStride(), 1);
        }

        /// Turns the products of a query into the weights of its keys.
        private void weigh(Call call, int sample, int head, int query, float[] scores, int at) {
            int keys = call.k().length();
            try (var scratch = Scratch.open()) {
                var row = scratch.floats(keys);
                var bias = scratch.floats(keys);
                boolean blind = call.visibility().isBlind(sample, head, query, bias);
                if (blind) {
                    Arrays.fill(scores, at, at + keys, 0);
                    return;
                }
                System.arraycopy(scores, at, row, 0, keys);
                for (int j = 0; j < keys; j++) {
                    row[j] *= call.scale();
                }
                cap(row, keys, softcap);
                for (int j = 0; j < keys; j++) {
                    row[j] += bias[j];
                }
                float max = Sums.max(row, 0, keys);
                for (int j = 0; j < keys; j++) {
                    row[j] -= max;
                }
                FloatMath.exp(row, row, keys);
                float scale = (float) (1 / Sums.sum(row, 0, keys));
                for (int j = 0; j < keys; j++) {
                    row[j] *= scale;
                }
                System.arraycopy(row, 0, scores, at, keys);
            }
        }
    }

    /// Bounds scores by `softcap · tanh(score / softcap)`.
    static void cap(float[] scores, int count, float softcap) {
        if (softcap == 0) {
            return;
        }
        for (int j = 0; j < count; j++) {
            scores[j] /= softcap;
        }
        FloatMath.tanh(scores, scores, count);
        for (int j = 0; j < count; j++) {
            scores[j] *= softcap;
        }
    }
}
