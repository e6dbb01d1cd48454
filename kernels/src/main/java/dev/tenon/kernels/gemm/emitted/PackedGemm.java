package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.Gemm;

/// Products with one matrix that was packed, and scaled, when the plan was made.
record PackedGemm(GemmRoutines routines, Panels panels) implements Gemm {
    @Override
    public Work prepare(Call call, NativeScratch room) {
        int m = call.a().rows();
        if (m == 0 || panels.columns() == 0) {
            return Work.NONE;
        }
        int batches = call.aOffsets().length;
        var cut = Cut.of(m, panels.count(), panels.depth(), batches);
        var epilogue = Blocks.epilogue(call, panels.columns(), room);
        var blocks = Blocks.of(routines, call, 1, cut, 0, batches, epilogue, _ -> panels);
        return Work.ofChunks(blocks.length, i -> blocks[i].run());
    }
}
