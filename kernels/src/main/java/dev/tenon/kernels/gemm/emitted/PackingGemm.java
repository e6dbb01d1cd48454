package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;

/// Products with matrices that come with the call; they are packed first.
record PackingGemm(GemmRoutines routines, float alpha) implements Gemm {
    /// How many numbers are packed at once: few enough to be still in a cache when they are used.
    private static final long MAX_PACKED = 1 << 18;

    /// Panels that are packed in one piece of work.
    private static final int PACK_PANELS = 8;

    @Override
    public void run(Call call, Workers workers) {
        var b = call.b();
        if (b == null) {
            throw new IllegalArgumentException(
                    "the right-hand matrix is neither constant nor given");
        }
        if (call.a().rows() == 0 || b.columns() == 0) {
            return;
        }
        int batches = call.aOffsets().length;
        long size = Math.max(1, Panels.floats(b.rows(), b.columns()));
        int group = Math.clamp(MAX_PACKED / size, 1, Math.max(1, batches));
        for (int first = 0; first < batches; first += group) {
            run(call, b, first, Math.min(group, batches - first), workers);
        }
    }

    /// The products number `first … first+count`.
    private void run(Call call, MatrixView b, int first, int count, Workers workers) {
        var block = new BlockProduct(routines, call, alpha);
        var packer = new Packer(routines);
        try (var scratch = NativeScratch.open()) {
            var packed = new Panels[count];
            for (int i = 0; i < count; i++) {
                packed[i] = Panels.in(scratch, b.rows(), b.columns());
            }
            int panels = packed[0].count();
            int pieces = Math.ceilDiv(panels, PACK_PANELS);
            workers.run(
                    count * pieces,
                    chunk -> {
                        int i = chunk / pieces;
                        int from = chunk % pieces * PACK_PANELS;
                        int end = Math.min(panels, from + PACK_PANELS);
                        packer.pack(b.at(call.bOffsets()[first + i]), packed[i], from, end);
                    });
            var cut = Cut.of(call.a().rows(), panels, b.rows(), count);
            workers.run(
                    count * cut.chunks(),
                    chunk -> {
                        int i = chunk / cut.chunks();
                        block.run(cut.part(chunk % cut.chunks()), first + i, packed[i]);
                    });
        }
    }
}
