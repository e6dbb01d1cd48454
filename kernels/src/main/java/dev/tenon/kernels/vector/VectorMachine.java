package dev.tenon.kernels.vector;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.emitted.Avx2;
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

    private final Emission.Possible emission;
    private final Map<Recipe, Routine> routines =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Recipe, Routine> eldest) {
                    return size() > MAX_KEPT;
                }
            };

    private VectorMachine(Emission.Possible emission) {
        this.emission = emission;
    }

    private static Availability availability() {
        var refusal = Avx2.refusal();
        return refusal.isEmpty() && Emission.here() instanceof Emission.Possible possible
                ? new Availability.Ready(new VectorMachine(possible))
                : new Availability.Refused(refusal.orElse("machine code is not used"));
    }

    public static Availability here() {
        return Holder.HERE;
    }

    public VectorAssembler assembler() {
        return new Avx2Assembler(emission.features());
    }

    /// The routine of a recipe.
    ///
    /// @throws dev.tenon.base.ResourceException when the operating system refuses
    public synchronized Routine routine(Recipe recipe) {
        var known = routines.get(recipe);
        if (known == null) {
            known = emission.install("tenon_" + recipe.name(), recipe.emit(assembler()));
            routines.put(recipe, known);
        }
        return known;
    }
}
