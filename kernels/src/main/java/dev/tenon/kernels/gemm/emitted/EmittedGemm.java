package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability;
import java.util.Optional;

/// Products by machine code, in the blocks of Goto and van de Geijn, "Anatomy of High-Performance
/// Matrix Multiplication" (2008).
public final class EmittedGemm implements EmittedKernel<Gemm.Query, Gemm> {
    @Override
    public String name() {
        return "gemm-vector";
    }

    @Override
    public Optional<Refusal> refuses(Gemm.Query query) {
        return GemmRoutines.here() instanceof Availability.Refused(var reason)
                ? refuse(reason)
                : Optional.empty();
    }

    @Override
    public Gemm bind(Gemm.Query query, Storage storage) {
        return switch (GemmRoutines.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var routines) -> {
                var constant = query.b();
                if (constant == null) {
                    yield new PackingGemm(routines, query.alpha());
                }
                var panels = Panels.lasting(storage, constant.rows(), constant.columns());
                new Packer(routines).pack(constant, panels, 0, panels.count());
                Packer.scale(panels, query.alpha());
                yield new PackedGemm(routines, panels.shared(storage));
            }
        };
    }
}
