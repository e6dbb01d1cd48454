package dev.tenon.asm.exec;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.X86Assembler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/// What the processor can do, by its instruction `cpuid` (Intel, Software Developer's Manual,
/// volume 2A) and by what the operating system saves of its registers.
///
/// @param processor vendor, family and model
record CpuId(String processor, Set<Feature> features) {
    private static final int OSXSAVE = 27;
    private static final int AVX = 28;
    private static final int F16C = 29;
    private static final int FMA = 12;
    private static final int AVX2 = 5;
    private static final int BMI2 = 8;
    private static final int AVX512F = 16;
    private static final int AVX512DQ = 17;
    private static final int AVX512BW = 30;
    private static final int AVX512VL = 31;
    private static final int AVX512_VNNI = 11;
    private static final int AVX_VNNI = 4;
    private static final int AVX512_BF16 = 5;

    /// Bits of the extended control register 0: the lower and upper halves of `ymm` registers.
    private static final long YMM_STATE = 0b110;

    /// And the masks, the upper halves of `zmm` registers, and the registers from 16 on.
    private static final long ZMM_STATE = 0b1110_0110;

    /// The registers `eax`, `ebx`, `ecx` and `edx`.
    private record Leaf(int eax, int ebx, int ecx, int edx) {}

    CpuId {
        features = Set.copyOf(features);
    }

    /// @throws dev.tenon.base.ResourceException when code cannot be made executable
    static CpuId of(Pages pages) {
        var query = CodeMemory.install(pages, "cpuid", cpuidCode());
        return new CpuId(processor(query), features(pages, query));
    }

    /// By the instruction's description, table 3-8 of volume 2A, family and model extended.
    private static String processor(Routine query) {
        var vendor = leaf(query, 0, 0);
        var letters = ByteBuffer.allocate(3 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        letters.putInt(vendor.ebx).putInt(vendor.edx).putInt(vendor.ecx);
        int version = leaf(query, 1, 0).eax;
        int family = version >> 8 & 0xF;
        int model = version >> 4 & 0xF;
        if (family == 0xF) {
            family += version >> 20 & 0xFF;
        }
        if (family == 6 || family >= 0xF) {
            model |= version >> 12 & 0xF0;
        }
        var name = new String(letters.array(), StandardCharsets.US_ASCII);
        return name + " " + family + " " + model;
    }

    private static Set<Feature> features(Pages pages, Routine query) {
        var features = EnumSet.noneOf(Feature.class);
        var basic = leaf(query, 1, 0);
        if (leaf(query, 0, 0).eax < 7 || !bit(basic.ecx, OSXSAVE) || !bit(basic.ecx, AVX)) {
            return features;
        }
        long enabled =
                CodeMemory.install(pages, "xgetbv", xgetbvCode()).call(0, 0, 0, 0, 0, 0, 0, 0);
        if ((enabled & YMM_STATE) != YMM_STATE) {
            return features;
        }
        features.add(Feature.AVX);
        add(features, Feature.F16C, basic.ecx, F16C);
        add(features, Feature.FMA, basic.ecx, FMA);
        var more = leaf(query, 7, 0);
        add(features, Feature.AVX2, more.ebx, AVX2);
        add(features, Feature.BMI2, more.ebx, BMI2);
        var last = more.eax >= 1 ? leaf(query, 7, 1) : new Leaf(0, 0, 0, 0);
        add(features, Feature.AVX_VNNI, last.eax, AVX_VNNI);
        if ((enabled & ZMM_STATE) == ZMM_STATE && bit(more.ebx, AVX512F)) {
            features.add(Feature.AVX512F);
            add(features, Feature.AVX512BW, more.ebx, AVX512BW);
            add(features, Feature.AVX512DQ, more.ebx, AVX512DQ);
            add(features, Feature.AVX512VL, more.ebx, AVX512VL);
            add(features, Feature.AVX512_VNNI, more.ecx, AVX512_VNNI);
            add(features, Feature.AVX512_BF16, last.eax, AVX512_BF16);
        }
        return features;
    }

    private static void add(Set<Feature> features, Feature feature, int register, int bit) {
        if (bit(register, bit)) {
            features.add(feature);
        }
    }

    private static boolean bit(int register, int bit) {
        return (register >> bit & 1) != 0;
    }

    private static Leaf leaf(Routine query, int number, int part) {
        try (var arena = Arena.ofConfined()) {
            var result = arena.allocate(ValueLayout.JAVA_INT, 4);
            query.call(result.address(), number, part, 0, 0, 0, 0, 0);
            return new Leaf(at(result, 0), at(result, 1), at(result, 2), at(result, 3));
        }
    }

    private static int at(MemorySegment registers, int index) {
        return registers.getAtIndex(ValueLayout.JAVA_INT, index);
    }

    /// `f(result, leaf, subleaf)`.
    private static byte[] cpuidCode() {
        var a = new X86Assembler(Set.of());
        a.push(Gpr.RBX);
        a.mov(Gpr.RAX, Gpr.RSI);
        a.mov(Gpr.RCX, Gpr.RDX);
        a.cpuid();
        var registers = new Gpr[] {Gpr.RAX, Gpr.RBX, Gpr.RCX, Gpr.RDX};
        for (int i = 0; i < registers.length; i++) {
            a.mov32(Address.at(Gpr.RDI, i * Integer.BYTES), registers[i]);
        }
        a.pop(Gpr.RBX);
        a.ret();
        return a.finish();
    }

    /// The lower half of the extended control register 0.
    private static byte[] xgetbvCode() {
        var a = new X86Assembler(Set.of());
        a.mov(Gpr.RCX, 0);
        a.xgetbv();
        a.mov32(Gpr.RAX, Gpr.RAX);
        a.ret();
        return a.finish();
    }
}
