package dev.tenon.asm.x86;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.Label;
import org.jspecify.annotations.Nullable;

/// A place in memory: `base + index · scale + displacement`, or a label in the code itself.
///
/// @param index any register but `RSP`, which cannot be encoded
/// @param scale 1, 2, 4 or 8
public record Address(
        @Nullable Gpr base, @Nullable Gpr index, int scale, int displacement, @Nullable Label label)
        implements Operand {
    public Address {
        CodeBuffer.require(
                scale == 1 || scale == 2 || scale == 4 || scale == 8, "no such scale", scale);
        CodeBuffer.require(index != Gpr.RSP, "rsp cannot be an index", displacement);
        CodeBuffer.require(
                (label == null) != (base == null),
                "an address has a base or a label",
                displacement);
        CodeBuffer.require(label == null || index == null, "a label takes no index", displacement);
    }

    public static Address at(Gpr base) {
        return at(base, 0);
    }

    public static Address at(Gpr base, int displacement) {
        return new Address(base, null, 1, displacement, null);
    }

    public static Address at(Gpr base, Gpr index, int scale) {
        return new Address(base, index, scale, 0, null);
    }

    /// A constant that lies behind the code.
    public static Address at(Label label) {
        return new Address(null, null, 1, 0, label);
    }

    /// So many bytes further.
    public Address plus(int bytes) {
        return new Address(base, index, scale, Math.addExact(displacement, bytes), label);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("[").append(label == null ? base : "rip");
        if (index != null) {
            text.append('+').append(index).append('*').append(scale);
        }
        if (displacement != 0) {
            text.append(displacement < 0 ? "" : "+").append(displacement);
        }
        return text.append(']').toString();
    }
}
