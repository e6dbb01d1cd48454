package dev.tenon.asm.exec;

import dev.tenon.asm.x86.Feature;
import java.util.Optional;
import java.util.Set;

/// Whether this process can run emitted code.
public sealed interface Emission {
    /// It can.
    ///
    /// @param processor the model, such as `GenuineIntel 6 143`: vendor, family and model
    record Possible(String processor, Set<Feature> features, Installer installer)
            implements Emission {
        public Possible {
            features = Set.copyOf(features);
        }

        /// Makes code executable.
        ///
        /// @param name for profilers
        /// @throws dev.tenon.base.ResourceException when the operating system refuses
        public Routine install(String name, byte[] code) {
            return installer.install(name, code);
        }
    }

    /// It cannot.
    ///
    /// @param reason one sentence without a full stop
    record Impossible(String reason, Optional<Throwable> cause) implements Emission {}

    /// Makes code executable.
    @FunctionalInterface
    interface Installer {
        Routine install(String name, byte[] code);
    }

    /// The answer for this process. When it is no, that is logged once, with its cause.
    ///
    /// The system property `tenon.isa` caps what is used: `java` for no emitted code at all, `avx2`
    /// for what works on registers of 256 bits in VEX form, `avx512` for everything.
    static Emission here() {
        return Detection.RESULT;
    }
}
