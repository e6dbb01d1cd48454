package dev.tenon.kernels.gemm.emitted;

import dev.tenon.asm.exec.Emission;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.gemm.Gemm;
import java.util.Optional;

/// Products by machine code for AVX2 and FMA, in the blocks of Goto and van de Geijn, "Anatomy of
/// High-Performance Matrix Multiplication" (2008).
public final class EmittedGemm implements Kernel<Gemm.Query, Gemm> {
    /// The routines of the process, or why there are none.
    private sealed interface State {
        record Ready(GemmRoutines routines) implements State {}

        record Refused(String reason) implements State {}
    }

    private static final class Holder {
        static final State STATE = state(Emission.here());
    }

    private static State state(Emission emission) {
        return switch (emission) {
            case Emission.Impossible(var reason, _) -> new State.Refused(reason);
            case Emission.Possible possible
                    when !possible.features().containsAll(GemmRoutines.NEEDED) ->
                    new State.Refused("the processor has no AVX2 or no FMA");
            case Emission.Possible possible -> new State.Ready(new GemmRoutines(possible));
        };
    }

    @Override
    public String name() {
        return "gemm-avx2";
    }

    @Override
    public Optional<Refusal> refuses(Gemm.Query query) {
        return Holder.STATE instanceof State.Refused(var reason) ? refuse(reason) : Optional.empty();
    }

    @Override
    public Gemm bind(Gemm.Query query) {
        return switch (Holder.STATE) {
            case State.Refused(var reason) -> throw new IllegalStateException(reason);
            case State.Ready(var routines) -> {
                var constant = query.b();
                if (constant == null) {
                    yield new PackingGemm(routines, query.alpha());
                }
                var panels = Panels.lasting(constant.rows(), constant.columns());
                new Packer(routines).pack(constant, panels, 0, panels.count());
                Packer.scale(panels, query.alpha());
                yield new PackedGemm(routines, panels);
            }
        };
    }
}
