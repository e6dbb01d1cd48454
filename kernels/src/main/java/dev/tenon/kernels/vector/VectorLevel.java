package dev.tenon.kernels.vector;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.x86.Feature;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/// Instruction sets that vector code is emitted for.
public enum VectorLevel {
    AVX2(8, 16, Set.of(Feature.AVX, Feature.AVX2, Feature.FMA)),
    AVX512(
            16,
            32,
            Set.of(
                    Feature.AVX2,
                    Feature.FMA,
                    Feature.BMI2,
                    Feature.AVX512F,
                    Feature.AVX512BW,
                    Feature.AVX512DQ,
                    Feature.AVX512VL));

    private static final Optional<VectorLevel> HERE = find();

    private final int lanes;
    private final int registers;
    private final Set<Feature> needed;

    VectorLevel(int lanes, int registers, Set<Feature> needed) {
        this.lanes = lanes;
        this.registers = registers;
        this.needed = needed;
    }

    private static Optional<VectorLevel> find() {
        return Emission.here() instanceof Emission.Possible possible
                ? Arrays.stream(values())
                        .filter(level -> possible.features().containsAll(level.needed))
                        .max(Comparator.naturalOrder())
                : Optional.empty();
    }

    /// The best that this process can run; empty where there is none.
    public static Optional<VectorLevel> here() {
        return HERE;
    }

    /// The same.
    ///
    /// @throws IllegalStateException where there is none
    public static VectorLevel required() {
        return HERE.orElseThrow(() -> new IllegalStateException("there is no machine code"));
    }

    /// Numbers of 32 bits in a vector.
    public int lanes() {
        return lanes;
    }

    /// How many vector registers the processor has.
    public int registers() {
        return registers;
    }

    VectorAssembler assembler(Set<Feature> features) {
        return switch (this) {
            case AVX2 -> new Avx2Assembler(features);
            case AVX512 -> new Avx512Assembler(features);
        };
    }
}
