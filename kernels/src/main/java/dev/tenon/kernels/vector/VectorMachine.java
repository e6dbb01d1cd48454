package dev.tenon.kernels.vector;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.exec.Routine;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes routines out of vector code, and keeps the latest, so that equal ones are made once a
/// process.
public final class VectorMachine {
    /// The machine of the process, or why there is none.
    public sealed interface Availability {
        record Ready(VectorMachine machine) implements Availability {}

        /// @param reason one sentence without a full stop
        record Refused(String reason) implements Availability {}
    }

    private static final class Holder {
        static final Availability HERE = availability();
    }

    /// What can be said of a routine before it is emitted. Equal recipes give equal code.
    public interface Recipe {
        /// For profilers; letters, digits and underscores.
        String name();

        byte[] emit(VectorAssembler assembler);
    }

    private static final int MAX_KEPT = 1024;

    private final VectorLevel level;
    private final Emission.Possible emission;
    private final Map<Recipe, Routine> routines =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Recipe, Routine> eldest) {
                    return size() > MAX_KEPT;
                }
            };

    private VectorMachine(VectorLevel level, Emission.Possible emission) {
        this.level = level;
        this.emission = emission;
    }

    private static Availability availability() {
        return switch (Emission.here()) {
            case Emission.Impossible(var reason, _) -> new Availability.Refused(reason);
            case Emission.Possible possible ->
                    VectorLevel.here()
                            .<Availability>map(
                                    level ->
                                            new Availability.Ready(
                                                    new VectorMachine(level, possible)))
                            .orElseGet(
                                    () ->
                                            new Availability.Refused(
                                                    "the processor has no AVX2 or no FMA"));
        };
    }

    public static Availability here() {
        return Holder.HERE;
    }

    public VectorLevel level() {
        return level;
    }

    public VectorAssembler assembler() {
        return level.assembler(emission.processor());
    }

    /// Makes code executable, without keeping it.
    ///
    /// @param name for profilers
    /// @throws dev.tenon.base.ResourceException when the operating system refuses
    Routine install(String name, byte[] code) {
        return emission.install("tenon_" + name, code);
    }

    /// The routine of a recipe.
    ///
    /// @throws dev.tenon.base.ResourceException when the operating system refuses
    public synchronized Routine routine(Recipe recipe) {
        var known = routines.get(recipe);
        if (known == null) {
            known = install(recipe.name(), recipe.emit(assembler()));
            routines.put(recipe, known);
        }
        return known;
    }
}
