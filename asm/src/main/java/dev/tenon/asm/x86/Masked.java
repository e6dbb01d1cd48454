package dev.tenon.asm.x86;

import dev.tenon.asm.CodeBuffer;

/// A destination of which only some lanes are written.
///
/// @param place a vector, a mask or memory
/// @param zeroing whether the other lanes of a vector become 0 rather than stay as they are
public record Masked(Operand place, Mask mask, boolean zeroing) implements Operand {
    public Masked {
        CodeBuffer.require(
                place instanceof Vec || place instanceof Mask || place instanceof Address,
                "neither register nor memory",
                place);
        CodeBuffer.require(mask != Mask.K0, "k0 chooses no lanes", mask);
        CodeBuffer.require(!zeroing || place instanceof Vec, "only a vector is zeroed", place);
    }

    /// The other lanes stay as they are.
    public static Masked merging(Operand place, Mask mask) {
        return new Masked(place, mask, false);
    }

    /// The other lanes become 0.
    public static Masked zeroing(Vec place, Mask mask) {
        return new Masked(place, mask, true);
    }

    @Override
    public String toString() {
        return place + "{" + mask + "}" + (zeroing ? "{z}" : "");
    }
}
