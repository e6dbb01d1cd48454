package dev.tenon.kernels.attention;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.Packer;
import dev.tenon.kernels.gemm.emitted.Panels;
import dev.tenon.kernels.gemm.emitted.TileSize;
import java.lang.ref.Reference;

/// Attention that packs the keys and values of some samples, then computes blocks of queries.
///
/// @param softcap as in [Attention.Query]
record PackingAttention(GemmRoutines products, float softcap) implements Attention {
    /// How many numbers are packed at once, where a sample has not more.
    private static final long MAX_PACKED = 1 << 18;

    private static final int TILE = TileSize.here().rows();

    /// Queries of a block at most.
    static final int MAX_QUERIES = Math.ceilDiv(48, TILE) * TILE;

    @Override
    public void run(Call call, Workers workers) {
        if (call.isEmpty()) {
            return;
        }
        try (var scratch = NativeScratch.open()) {
            var reachable = inNative(call, scratch);
            long sample =
                    (long) call.k().heads()
                            * (Panels.floats(call.k().size(), call.k().length())
                                    + Panels.floats(call.v().length(), call.v().size()));
            int group = Math.clamp(MAX_PACKED / Math.max(1, sample), 1, Math.max(1, call.batch()));
            for (int first = 0; first < call.batch(); first += group) {
                run(reachable, first, Math.min(group, call.batch() - first), workers);
            }
            if (!call.out().memory().isNative()) {
                call.out().memory().copyFrom(reachable.out().memory());
            }
        }
        Reference.reachabilityFence(call);
    }

    /// The call on memory that emitted code can reach; results have to be copied from there.
    private static Call inNative(Call call, NativeScratch scratch) {
        return new Call(
                call.batch(),
                inNative(call.q(), scratch),
                inNative(call.k(), scratch),
                inNative(call.v(), scratch),
                inNative(call.out(), scratch),
                call.scale(),
                call.visibility());
    }

    private static Heads inNative(Heads heads, NativeScratch scratch) {
        if (heads.memory().isNative()) {
            return heads;
        }
        long bytes = heads.memory().byteSize();
        var copy = scratch.floats(bytes / Float.BYTES).asSlice(0, bytes).copyFrom(heads.memory());
        return new Heads(
                copy,
                heads.offset(),
                heads.heads(),
                heads.length(),
                heads.size(),
                heads.batchStride(),
                heads.headStride(),
                heads.rowStride());
    }

    /// The samples `first … first+count`.
    private void run(Call call, int first, int count, Workers workers) {
        int shared = call.k().heads();
        var packer = new Packer(products);
        try (var scratch = NativeScratch.open()) {
            var keys = new Panels[count * shared];
            var values = new Panels[count * shared];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = Panels.in(scratch, call.k().size(), call.k().length());
                values[i] = Panels.in(scratch, call.v().length(), call.v().size());
            }
            workers.run(
                    2 * keys.length,
                    chunk -> {
                        int i = chunk / 2;
                        boolean isKey = chunk % 2 == 0;
                        var heads = isKey ? call.k() : call.v();
                        var matrix = matrix(heads, first + i / shared, i % shared);
                        var panels = isKey ? keys[i] : values[i];
                        packer.pack(
                                isKey ? matrix.transposed() : matrix, panels, 0, panels.count());
                    });
            int queries = call.q().length();
            int parts = Math.ceilDiv(queries, MAX_QUERIES);
            int rows = Math.ceilDiv(Math.ceilDiv(queries, parts), TILE) * TILE;
            int heads = call.q().heads();
            workers.run(
                    count * heads * parts,
                    chunk -> {
                        int sample = chunk / parts / heads;
                        int head = chunk / parts % heads;
                        int i = sample * shared + call.sharedHead(head);
                        int from = chunk % parts * rows;
                        int length = Math.min(rows, queries - from);
                        if (length > 0) {
                            new QueryBlock(
                                            products,
                                            softcap,
                                            call,
                                            first + sample,
                                            head,
                                            from,
                                            length)
                                    .run(keys[i], values[i]);
                        }
                    });
        }
    }

    private static MatrixView matrix(Heads heads, int sample, int head) {
        return new MatrixView(
                heads.memory(),
                heads.at(sample, head, 0),
                heads.length(),
                heads.size(),
                heads.rowStride(),
                1);
    }
}
