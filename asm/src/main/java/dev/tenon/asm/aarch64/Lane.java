package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import java.util.Locale;

/// One lane of a vector register, `v1.s[2]` for instance.
///
/// @param number of the register
/// @param index of the lane
public record Lane(Element element, int number, int index) implements Operand {
    /// What a lane is.
    public enum Element {
        B("b", 1),
        H("h", 2),
        S("s", 4),
        D("d", 8),
        /// Four numbers of 8 bits.
        B4("4b", 4),
        /// Two numbers of 16 bits.
        H2("2h", 4);

        private final String text;
        private final int bytes;

        Element(String text, int bytes) {
            this.text = text;
            this.bytes = bytes;
        }

        static Element of(Arrangement arrangement) {
            return valueOf(arrangement.element().name());
        }

        /// So many numbers of an arrangement as have 32 bits.
        static Element group(Arrangement arrangement) {
            return arrangement.laneBytes() == 1 ? B4 : H2;
        }

        int bytes() {
            return bytes;
        }

        /// How many there are in a register.
        int lanes() {
            return Arrangement.Q.bytes() / bytes;
        }
    }

    public Lane {
        CodeBuffer.require(number >= 0 && number < Vec.COUNT, "no such vector register", number);
        CodeBuffer.require(index >= 0 && index < element.lanes(), "no such lane", index);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "v%d.%s[%d]", number, element.text, index);
    }
}
