package dev.tenon.kernels.attention;

import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.Packer;
import dev.tenon.kernels.gemm.emitted.Panels;
import dev.tenon.kernels.gemm.emitted.TileSize;
import java.util.ArrayList;

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
    public Work prepare(Call call, NativeScratch room) {
        if (call.isEmpty()) {
            return Work.NONE;
        }
        var operands = new NativeOperands(room);
        var reachable =
                new Call(
                        call.batch(),
                        read(call.q(), operands),
                        read(call.k(), operands),
                        read(call.v(), operands),
                        call.out().in(operands.written(call.out().memory())),
                        call.scale(),
                        call.visibility());
        int shared = call.k().heads();
        long sample =
                shared
                        * (Panels.floats(call.k().size(), call.k().length())
                                + Panels.floats(call.v().length(), call.v().size()));
        int group = Math.clamp(MAX_PACKED / Math.max(1, sample), 1, call.batch());
        var packed = new Packed[group * shared];
        for (int i = 0; i < packed.length; i++) {
            packed[i] =
                    new Packed(
                            Panels.in(room, call.k().size(), call.k().length()),
                            Panels.in(room, call.v().length(), call.v().size()));
        }
        var steps = new ArrayList<Work>();
        for (int first = 0; first < call.batch(); first += group) {
            int count = Math.min(group, call.batch() - first);
            steps.add(pack(reachable, first, count, packed));
            steps.add(attend(reachable, first, count, packed));
        }
        return operands.around(Work.sequence(steps));
    }

    private static Heads read(Heads heads, NativeOperands operands) {
        return heads.in(operands.read(heads.memory()));
    }

    /// What the keys and the values of a head are packed to.
    ///
    /// @param keys with a column a key
    /// @param values with a row a key
    record Packed(Panels keys, Panels values) {}

    /// Packs the samples `first … first+count`.
    private Work pack(Call call, int first, int count, Packed[] packed) {
        var packer = new Packer(products);
        int shared = call.k().heads();
        var keys = new MatrixView[count * shared];
        var values = new MatrixView[count * shared];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = matrix(call.k(), first + i / shared, i % shared).transposed();
            values[i] = matrix(call.v(), first + i / shared, i % shared);
        }
        return Work.ofChunks(
                2L * keys.length,
                chunk -> {
                    int i = chunk / 2;
                    var matrix = chunk % 2 == 0 ? keys[i] : values[i];
                    var panels = chunk % 2 == 0 ? packed[i].keys : packed[i].values;
                    packer.pack(matrix, panels, 0, panels.count());
                });
    }

    /// The blocks of queries of the samples `first … first+count`.
    private Work attend(Call call, int first, int count, Packed[] packed) {
        int queries = call.q().length();
        int parts = Math.ceilDiv(queries, MAX_QUERIES);
        int rows = Math.ceilDiv(Math.ceilDiv(queries, parts), TILE) * TILE;
        int shared = call.k().heads();
        var blocks = new ArrayList<QueryBlock>();
        for (int sample = 0; sample < count; sample++) {
            for (int head = 0; head < call.q().heads(); head++) {
                var own = packed[sample * shared + call.sharedHead(head)];
                for (int from = 0; from < queries; from += rows) {
                    int length = Math.min(rows, queries - from);
                    blocks.add(
                            new QueryBlock(
                                    products,
                                    softcap,
                                    call,
                                    first + sample,
                                    head,
                                    from,
                                    length,
                                    own));
                }
            }
        }
        var all = blocks.toArray(QueryBlock[]::new);
        return Work.ofChunks(all.length, i -> all[i].run());
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
