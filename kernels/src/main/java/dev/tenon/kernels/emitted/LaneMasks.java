package dev.tenon.kernels.emitted;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;

/// Masks that select the first `n` of 16 lanes: a window that slides over 16 ones and 16 zeros,
/// which lie behind the code.
public final class LaneMasks {
    private static final int LANES = 16;

    private final Label table = new Label("masks");

    /// Loads the masks of both halves.
    ///
    /// @param count the number of lanes, 0 … 16; overwritten
    /// @param pointer overwritten
    public void load(X86Assembler a, Gpr count, Gpr pointer, Vec first, Vec second) {
        a.lea(pointer, Address.at(table));
        a.neg(count);
        var window = Address.at(pointer, count, Float.BYTES).plus(LANES * Float.BYTES);
        a.emit(Avx.VMOVUPS, first, window);
        a.emit(Avx.VMOVUPS, second, window.plus(LANES / 2 * Float.BYTES));
    }

    /// The table itself; after the last instruction.
    public void emit(X86Assembler a) {
        a.bind(table);
        for (int i = 0; i < 2 * LANES; i++) {
            a.data(i < LANES ? -1 : 0);
        }
    }
}
