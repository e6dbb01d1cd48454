package dev.tenon.asm.exec;

import dev.tenon.asm.exec.Emission.Impossible;
import dev.tenon.asm.exec.Emission.Possible;
import dev.tenon.asm.x86.Feature;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Finds out whether this process can run emitted code.
final class Detection {
    private static final Isa ISA = isa();

    static final Emission RESULT =
            ISA == Isa.JAVA ? impossible("-Dtenon.isa=java excludes it") : logged(detect());

    /// The levels that `-Dtenon.isa` names.
    private enum Isa {
        JAVA(EnumSet.noneOf(Feature.class)),
        AVX2(EnumSet.range(Feature.AVX, Feature.AVX_VNNI)),
        AVX512(EnumSet.allOf(Feature.class));

        private final Set<Feature> features;

        Isa(Set<Feature> features) {
            this.features = features;
        }
    }

    private Detection() {}

    private static Emission logged(Emission result) {
        if (result instanceof Impossible(var reason, var cause)) {
            System.getLogger("dev.tenon.asm")
                    .log(
                            Level.INFO,
                            String.format(
                                    Locale.ROOT,
                                    "Machine code is not used: %s%s. Java kernels run instead.",
                                    reason,
                                    cause.map(c -> " (" + c + ")").orElse("")));
        }
        return result;
    }

    private static Emission detect() {
        var architecture = System.getProperty("os.arch", "");
        if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
            return impossible("there is no emitter for the architecture " + architecture);
        }
        var system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return impossible("there is no emitter for the operating system " + system);
        }
        return Downcall.failure()
                .<Emission>map(
                        cause ->
                                new Impossible(
                                        "native access is refused to dev.tenon.asm",
                                        Optional.of(cause)))
                .orElseGet(Detection::withPages);
    }

    private static Isa isa() {
        var wanted = System.getProperty("tenon.isa", Isa.AVX512.name());
        for (var isa : Isa.values()) {
            if (isa.name().equals(wanted.toUpperCase(Locale.ROOT))) {
                return isa;
            }
        }
        throw new InputException(
                Problem.of("the system property tenon.isa names no level")
                        .expected("java, avx2 or avx512")
                        .got(wanted));
    }

    private static Emission withPages() {
        return LinuxPages.find()
                .map(Detection::with)
                .orElseGet(() -> impossible("the C library has no mmap, mprotect and munmap"));
    }

    /// The answer when pages come from there.
    static Emission with(Pages pages) {
        try {
            var cpu = CpuId.of(pages);
            var features = EnumSet.noneOf(Feature.class);
            features.addAll(cpu.features());
            features.retainAll(ISA.features);
            return new Possible(
                    cpu.processor(),
                    features,
                    (name, code) -> CodeMemory.install(pages, name, code));
        } catch (ResourceException e) {
            return new Impossible(e.problem().what(), Optional.of(e));
        }
    }

    private static Emission impossible(String reason) {
        return new Impossible(reason, Optional.empty());
    }
}
