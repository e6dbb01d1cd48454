package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Gemm;

/// Products with one matrix that was packed, and scaled, when the plan was made.
record PackedGemm(GemmRoutines routines, Panels panels) implements Gemm {
    @Override
    public void run(Call call, Workers workers) {
        var block = new BlockProduct(routines, call, 1);
        int m = call.a().rows();
        if (m == 0 || panels.columns() == 0) {
            return;
        }
        var cut = Cut.of(m, panels.count(), panels.depth(), call.aOffsets().length);
        workers.run(
                call.aOffsets().length * cut.chunks(),
                chunk -> {
                    int batch = chunk / cut.chunks();
                    block.run(cut.part(chunk % cut.chunks()), batch, panels);
                });
    }
}
