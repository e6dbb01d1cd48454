package dev.tenon.kernels.vector;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.exec.Processor;
import dev.tenon.asm.x86.Feature;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/// Instruction sets that vector code is emitted for.
public enum VectorLevel {
    /// Two registers hold what instructions read from memory.
    NEON(4, 30, Set.of()),
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

    /// @param needed what an x86-64 processor must have
    VectorLevel(int lanes, int registers, Set<Feature> needed) {
        this.lanes = lanes;
        this.registers = registers;
        this.needed = needed;
    }

    private static Optional<VectorLevel> find() {
        return Emission.here() instanceof Emission.Possible possible
                ? Arrays.stream(values())
                        .filter(level -> level.runsOn(possible.processor()))
                        .max(Comparator.naturalOrder())
                : Optional.empty();
    }

    private boolean runsOn(Processor processor) {
        return switch (processor) {
            case Processor.X86(var _, var features) -> this != NEON && features.containsAll(needed);
            case Processor.AArch64 _ -> this == NEON;
        };
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

    /// How many vector registers there are for numbers and the mask of a tail.
    public int registers() {
        return registers;
    }

    /// @throws IllegalStateException when the processor does not run it
    VectorAssembler assembler(Processor processor) {
        return switch (processor) {
            case Processor.X86(var _, var features) when this == AVX512 ->
                    new Avx512Assembler(features);
            case Processor.X86(var _, var features) when this == AVX2 ->
                    new Avx2Assembler(features);
            case Processor.AArch64(var _, var features) when this == NEON ->
                    new NeonAssembler(features);
            case Processor _ -> throw new IllegalStateException(this + " on " + processor);
        };
    }
}
