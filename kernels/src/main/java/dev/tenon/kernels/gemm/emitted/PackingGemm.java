package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.util.ArrayList;

/// Products with matrices that come with the call; they are packed first.
record PackingGemm(GemmRoutines routines, float alpha) implements Gemm {
    /// How many numbers are packed at once: few enough to be still in a cache when they are used.
    private static final long MAX_PACKED = 1 << 18;

    /// Panels that are packed in one piece of work.
    private static final int PACK_PANELS = 8;

    @Override
    public Work prepare(Call call, NativeScratch room) {
        var b = call.b();
        if (b == null) {
            throw new IllegalArgumentException(
                    "the right-hand matrix is neither constant nor given");
        }
        int batches = call.aOffsets().length;
        if (call.a().rows() == 0 || b.columns() == 0 || batches == 0) {
            return Work.NONE;
        }
        long size = Math.max(1, Panels.floats(b.rows(), b.columns()));
        int group = Math.clamp(MAX_PACKED / size, 1, batches);
        var packed = new Panels[group];
        for (int i = 0; i < group; i++) {
            packed[i] = Panels.in(room, b.rows(), b.columns());
        }
        var epilogue = Blocks.epilogue(call, b.columns(), room);
        var steps = new ArrayList<Work>();
        for (int first = 0; first < batches; first += group) {
            int count = Math.min(group, batches - first);
            var cut = Cut.of(call.a().rows(), packed[0].count(), b.rows(), count);
            var blocks =
                    Blocks.of(routines, call, alpha, cut, first, count, epilogue, i -> packed[i]);
            steps.add(pack(call, b, first, count, packed));
            steps.add(Work.ofChunks(blocks.length, i -> blocks[i].run()));
        }
        return Work.sequence(steps);
    }

    /// Packs the matrices number `first … first+count`.
    private Work pack(Call call, MatrixView b, int first, int count, Panels[] packed) {
        var packer = new Packer(routines);
        var matrices = new MatrixView[count];
        for (int i = 0; i < count; i++) {
            matrices[i] = b.at(call.bOffsets()[first + i]);
        }
        int panels = packed[0].count();
        int pieces = Math.ceilDiv(panels, PACK_PANELS);
        return Work.ofChunks(
                (long) count * pieces,
                chunk -> {
                    int i = chunk / pieces;
                    int from = chunk % pieces * PACK_PANELS;
                    int end = Math.min(panels, from + PACK_PANELS);
                    packer.pack(matrices[i], packed[i], from, end);
                });
    }
}
