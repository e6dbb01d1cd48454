package dev.tenon.kernels.emitted;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.exec.Routine;
import dev.tenon.asm.x86.Feature;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A routine that is emitted when it is first asked for.
public final class LazyRoutine {
    private final Emission.Possible emission;
    private final Supplier<String> name;
    private final Function<Set<Feature>, byte[]> code;
    private volatile @Nullable Routine routine;

    /// @param name for profilers
    /// @param code emits the code for a processor with these features
    public LazyRoutine(
            Emission.Possible emission,
            Supplier<String> name,
            Function<Set<Feature>, byte[]> code) {
        this.emission = emission;
        this.name = name;
        this.code = code;
    }

    /// @throws dev.tenon.base.ResourceException when the operating system refuses
    public Routine get() {
        var known = routine;
        return known != null ? known : make();
    }

    private synchronized Routine make() {
        var known = routine;
        if (known == null) {
            known = emission.install("tenon_" + name.get(), code.apply(emission.features()));
            routine = known;
        }
        return known;
    }
}
