package dev.tenon.kernels.attention;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorRoutines;
import java.util.Locale;
import java.util.Optional;

/// Attention by machine code: keys and values are packed once a head; blocks of queries meet blocks
/// of keys under a running softmax, so that scores never leave the cache (Dao et al.,
/// "FlashAttention", 2022).
public final class EmittedAttention implements EmittedKernel<Attention.Query, Attention> {
    /// What is done between two products.
    enum Step {
        /// [WeightCode] without a bias.
        WEIGHTS,
        /// [WeightCode] with a bias.
        BIASED_WEIGHTS,
        /// [ScaleCode] by the factors for what was summed up before.
        SCALING,
        /// [ScaleCode] by the reciprocals of the sums.
        DIVISION;

        private String routineName() {
            return "attention_" + name().toLowerCase(Locale.ROOT);
        }

        private static byte[] emit(Step step, VectorAssembler a) {
            return switch (step) {
                case WEIGHTS -> WeightCode.emit(false, a);
                case BIASED_WEIGHTS -> WeightCode.emit(true, a);
                case SCALING -> ScaleCode.emit(false, a);
                case DIVISION -> ScaleCode.emit(true, a);
            };
        }
    }

    static final VectorRoutines<Step> STEPS = new VectorRoutines<>(Step::routineName, Step::emit);

    @Override
    public String name() {
        return "attention-vector";
    }

    @Override
    public Optional<Refusal> refuses(Attention.Query query) {
        return VectorRoutines.refusal().flatMap(this::refuse);
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
