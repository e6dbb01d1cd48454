package dev.tenon.asm.aarch64;

import java.util.Optional;

/// One way to encode an instruction.
///
/// @param opcode the bits that neither operands nor arrangements change
/// @param feature what the processor must have; empty where every processor has it
record Encoding(Signature signature, Shapes shapes, int opcode, Optional<Feature> feature) {
    static Encoding of(Signature signature, Shapes shapes, int opcode) {
        return new Encoding(signature, shapes, opcode, Optional.empty());
    }

    static Encoding of(Signature signature, Shapes shapes, int opcode, Feature feature) {
        return new Encoding(signature, shapes, opcode, Optional.of(feature));
    }

    /// The arrangement in which it takes operands; empty when it does not take them.
    Optional<Arrangement> shape(Operand... operands) {
        return shapes.arrangements().stream()
                .filter(shape -> signature.accepts(shape, operands))
                .findFirst();
    }

    int encode(Arrangement shape, Operand... operands) {
        return opcode | shapes.bits(shape) | signature.bits(shape, operands);
    }
}
