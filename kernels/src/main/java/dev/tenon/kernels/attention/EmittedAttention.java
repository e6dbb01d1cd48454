package dev.tenon.kernels.attention;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability;
import java.util.Optional;

/// Attention by machine code for AVX2 and FMA: keys and values are packed once a head; blocks of
/// queries meet blocks of keys under a running softmax, so that scores never leave the cache (Dao
/// et al., "FlashAttention", 2022).
public final class EmittedAttention implements Kernel<Attention.Query, Attention> {
    /// By the kind of step.
    static final Avx2.Routines<WeightCode.Step> STEPS =
            new Avx2.Routines<>(WeightCode.Step::routineName, WeightCode::emit);

    @Override
    public String name() {
        return "attention-avx2";
    }

    @Override
    public Optional<Refusal> refuses(Attention.Query query) {
        return Avx2.refusal().flatMap(this::refuse);
    }

    @Override
    public Attention bind(Attention.Query query, Storage storage) {
        return switch (GemmRoutines.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var products) ->
                    new PackingAttention(products, query.softcap());
        };
    }
}
