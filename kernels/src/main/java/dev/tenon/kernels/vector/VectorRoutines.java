package dev.tenon.kernels.vector;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.vector.VectorMachine.Availability;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Routines of one kind, which are emitted when they are first asked for and then kept.
///
/// @param <K> what tells one variant from another; few values in a process
public final class VectorRoutines<K> {
    private final Function<K, String> name;
    private final BiFunction<K, VectorAssembler, byte[]> code;
    private final Map<K, Routine> known = new ConcurrentHashMap<>();

    /// @param name for profilers
    /// @param code emits a variant
    public VectorRoutines(Function<K, String> name, BiFunction<K, VectorAssembler, byte[]> code) {
        this.name = name;
        this.code = code;
    }

    /// Why this process cannot run such code, one sentence without a full stop; empty when it can.
    public static Optional<String> refusal() {
        return switch (VectorMachine.here()) {
            case Availability.Ready _ -> Optional.empty();
            case Availability.Refused(var reason) -> Optional.of(reason);
        };
    }

    /// @throws IllegalStateException where [#refusal] gives a reason
    /// @throws dev.tenon.base.ResourceException when the operating system refuses
    public Routine get(K variant) {
        var routine = known.get(variant);
        return routine != null ? routine : known.computeIfAbsent(variant, this::make);
    }

    private Routine make(K variant) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    machine.install(name.apply(variant), code.apply(variant, machine.assembler()));
        };
    }
}
