package dev.tenon.asm.exec;

import dev.tenon.asm.x86.Feature;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The levels that the system property `tenon.isa` names, each of which caps what is used.
enum Isa {
    /// No emitted code at all.
    JAVA(Optional.empty(), EnumSet.noneOf(Feature.class)),
    NEON(Optional.of(Architecture.AARCH64), EnumSet.noneOf(Feature.class)),
    AVX2(Optional.of(Architecture.X86_64), EnumSet.range(Feature.AVX, Feature.AVX_VNNI)),
    AVX512(Optional.of(Architecture.X86_64), EnumSet.allOf(Feature.class));

    private final Optional<Architecture> architecture;
    private final Set<Feature> features;

    /// @param features what it allows on x86-64
    Isa(Optional<Architecture> architecture, Set<Feature> features) {
        this.architecture = architecture;
        this.features = features;
    }

    /// The level that is asked for; empty for whatever there is.
    ///
    /// @throws InputException when it is unknown
    static Optional<Isa> wanted() {
        var wanted = System.getProperty("tenon.isa");
        if (wanted == null) {
            return Optional.empty();
        }
        for (var isa : values()) {
            if (isa.name().equals(wanted.toUpperCase(Locale.ROOT))) {
                return Optional.of(isa);
            }
        }
        throw new InputException(
                Problem.of("the system property tenon.isa names no level")
                        .expected("java, neon, avx2 or avx512")
                        .got(wanted));
    }

    /// Whether emitted code is excluded on an architecture.
    boolean excludes(Architecture here) {
        return !architecture.equals(Optional.of(here));
    }

    /// What it leaves of an x86-64 processor's extensions.
    Set<Feature> cap(Set<Feature> features) {
        var capped = EnumSet.copyOf(this.features);
        capped.retainAll(features);
        return capped;
    }
}
