package dev.tenon.asm.exec;

import dev.tenon.asm.exec.Emission.Impossible;
import dev.tenon.asm.exec.Emission.Possible;
import dev.tenon.base.ResourceException;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Optional;

/// Finds out whether this process can run emitted code.
final class Detection {
    static final Emission RESULT = logged(detect());

    private Detection() {}

    private static Emission logged(Emission result) {
        boolean asked = Isa.wanted().equals(Optional.of(Isa.JAVA));
        if (result instanceof Impossible(var reason, var cause) && !asked) {
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
        var wanted = Isa.wanted();
        var architecture = Architecture.here();
        if (wanted.isPresent() && architecture.map(wanted.get()::excludes).orElse(true)) {
            var name = wanted.get().name().toLowerCase(Locale.ROOT);
            return impossible("-Dtenon.isa=" + name + " excludes it");
        }
        if (architecture.isEmpty()) {
            return impossible(
                    "there is no emitter for the architecture "
                            + System.getProperty("os.arch", ""));
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
                .orElseGet(() -> withPages(architecture.get()));
    }

    private static Emission withPages(Architecture architecture) {
        return LinuxPages.find()
                .map(pages -> with(architecture, pages))
                .orElseGet(() -> impossible("the C library has no mmap, mprotect and munmap"));
    }

    /// The answer when pages come from there.
    static Emission with(Architecture architecture, Pages pages) {
        try {
            return switch (architecture) {
                case X86_64 -> x86(pages);
                case AARCH64 -> aarch64(pages);
            };
        } catch (ResourceException e) {
            return new Impossible(e.problem().what(), Optional.of(e));
        }
    }

    private static Emission x86(Pages pages) {
        var cpu = CpuId.of(pages);
        var features = Isa.wanted().map(isa -> isa.cap(cpu.features())).orElse(cpu.features());
        return possible(new Processor.X86(cpu.processor(), features), pages);
    }

    private static Emission aarch64(Pages plain) {
        var capabilities = HardwareCapabilities.here();
        if (!capabilities.hasVectors()) {
            return impossible("the processor has no NEON");
        }
        var pages = AArch64Pages.of(plain);
        var model = capabilities.tellsModel() ? HardwareCapabilities.model(pages) : "ARM, unnamed";
        return possible(new Processor.AArch64(model, capabilities.features()), pages);
    }

    private static Emission possible(Processor processor, Pages pages) {
        return new Possible(processor, (name, code) -> CodeMemory.install(pages, name, code));
    }

    private static Emission impossible(String reason) {
        return new Impossible(reason, Optional.empty());
    }
}
