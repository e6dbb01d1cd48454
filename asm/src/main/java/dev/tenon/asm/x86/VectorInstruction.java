package dev.tenon.asm.x86;

import java.util.List;

/// A row of a table of instructions that not all processors have.
interface VectorInstruction {
    /// What the processor must have.
    Feature feature();

    /// Its forms, in the order in which they are tried.
    List<Encoding> encodings();

    /// The operands that it takes; several lists where it has several forms.
    default List<Signature> signatures() {
        return encodings().stream().map(Encoding::signature).toList();
    }
}
