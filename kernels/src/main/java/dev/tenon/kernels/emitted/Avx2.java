package dev.tenon.kernels.emitted;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.exec.Routine;
import dev.tenon.asm.x86.Feature;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Machine code for AVX2 and FMA, where this process can run it.
public final class Avx2 {
    /// What the processor must have.
    private static final Set<Feature> NEEDED = Set.of(Feature.AVX, Feature.AVX2, Feature.FMA);

    private Avx2() {}

    /// Why this process cannot run such code, one sentence without a full stop; empty when it can.
    public static Optional<String> refusal() {
        return switch (Emission.here()) {
            case Emission.Impossible(var reason, _) -> Optional.of(reason);
            case Emission.Possible possible when !possible.features().containsAll(NEEDED) ->
                    Optional.of("the processor has no AVX2 or no FMA");
            case Emission.Possible _ -> Optional.empty();
        };
    }

    /// Routines of one kind, which are emitted when they are first asked for and then kept.
    ///
    /// @param <K> what tells one variant from another; few values in a process
    public static final class Routines<K> {
        private final Function<K, String> name;
        private final BiFunction<K, Set<Feature>, byte[]> code;
        private final Map<K, LazyRoutine> known = new ConcurrentHashMap<>();

        /// @param name for profilers
        /// @param code emits a variant for a processor with these features
        public Routines(Function<K, String> name, BiFunction<K, Set<Feature>, byte[]> code) {
            this.name = name;
            this.code = code;
        }

        /// @throws IllegalStateException where [#refusal] gives a reason
        /// @throws dev.tenon.base.ResourceException when the operating system refuses
        public Routine get(K variant) {
            var lazy = known.get(variant);
            return (lazy != null ? lazy : known.computeIfAbsent(variant, this::make)).get();
        }

        private LazyRoutine make(K variant) {
            return switch (Emission.here()) {
                case Emission.Impossible(var reason, _) -> throw new IllegalStateException(reason);
                case Emission.Possible possible ->
                        new LazyRoutine(
                                possible,
                                () -> name.apply(variant),
                                features -> code.apply(variant, features));
            };
        }
    }
}
