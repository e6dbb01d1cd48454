package dev.tenon.asm.exec;

import dev.tenon.asm.aarch64.AArch64Assembler;
import dev.tenon.asm.aarch64.Feature;
import dev.tenon.asm.aarch64.Gpr;
import dev.tenon.base.ResourceException;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// What Linux says that an AArch64 processor can do: two words of bits, which `getauxval` gives
/// (the kernel's documentation, "ARM64 ELF hwcaps").
record HardwareCapabilities(long first, long second) {
    /// `AT_HWCAP` and `AT_HWCAP2`.
    private static final int FIRST = 16;

    private static final int SECOND = 26;

    private static final int FP = 0;
    private static final int ASIMD = 1;
    private static final int FPHP = 9;
    private static final int ASIMDHP = 10;
    private static final int CPUID = 11;
    private static final int ASIMDDP = 20;
    private static final int I8MM = 13;
    private static final int BF16 = 14;

    /// What is said in this process.
    ///
    /// @throws ResourceException when the C library does not tell
    static HardwareCapabilities here() {
        var query =
                Downcall.find("getauxval")
                        .orElseThrow(() -> new ResourceException("the C library has no getauxval"));
        return new HardwareCapabilities(word(query, FIRST), word(query, SECOND));
    }

    private static long word(MemorySegment query, int number) {
        return Downcall.call(query, number, 0, 0, 0, 0, 0, 0, 0);
    }

    private static boolean has(long word, int bit) {
        return (word >> bit & 1) != 0;
    }

    /// Whether there are vectors, without which nothing is emitted.
    boolean hasVectors() {
        return has(first, FP) && has(first, ASIMD);
    }

    /// Whether programs may ask for the processor's model.
    boolean tellsModel() {
        return has(first, CPUID);
    }

    /// Implementer and part of this process's processor, from `MIDR_EL1`, which Linux reads for
    /// programs where [#tellsModel] holds.
    ///
    /// @throws ResourceException when code cannot be made executable
    static String model(Pages pages) {
        var a = new AArch64Assembler(Set.of());
        a.mainId(Gpr.x(0));
        a.ret();
        long id = CodeMemory.install(pages, "midr", a.finish()).call(0, 0, 0, 0, 0, 0, 0, 0);
        return String.format(Locale.ROOT, "ARM %02x %03x", id >> 24 & 0xFF, id >> 4 & 0xFFF);
    }

    Set<Feature> features() {
        var features = EnumSet.noneOf(Feature.class);
        add(features, Feature.FP16, has(first, FPHP) && has(first, ASIMDHP));
        add(features, Feature.DOTPROD, has(first, ASIMDDP));
        add(features, Feature.I8MM, has(second, I8MM));
        add(features, Feature.BF16, has(second, BF16));
        return features;
    }

    private static void add(Set<Feature> features, Feature feature, boolean has) {
        if (has) {
            features.add(feature);
        }
    }
}
