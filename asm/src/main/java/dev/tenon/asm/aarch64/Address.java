package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.Label;

/// A place in memory.
public sealed interface Address extends Operand {
    /// `base + bytes`: a multiple of the access's size below 4096 times it, or -256 … 255.
    record Offset(Gpr base, int bytes) implements Address {
        public Offset {
            requireBase(base);
        }

        /// So many bytes further.
        public Offset plus(int more) {
            return new Offset(base, Math.addExact(bytes, more));
        }

        @Override
        public String toString() {
            return bytes == 0 ? "[" + base + "]" : "[" + base + ", #" + bytes + "]";
        }
    }

    /// `base + index`, where the index is multiplied by the access's size if it is scaled; an index
    /// of 32 bits is extended by its sign.
    record Indexed(Gpr base, Gpr index, boolean scaled) implements Address {
        public Indexed {
            requireBase(base);
            CodeBuffer.require(
                    !index.isStackPointer(), "the stack pointer cannot be an index", index);
        }

        @Override
        public String toString() {
            return "[" + base + ", " + index + "]";
        }
    }

    /// `base + bytes`, which the base becomes before the access; -256 … 255.
    record Before(Gpr base, int bytes) implements Address {
        public Before {
            requireBase(base);
        }

        @Override
        public String toString() {
            return "[" + base + ", #" + bytes + "]!";
        }
    }

    /// `base`, which becomes `base + bytes` after the access; -256 … 255.
    record After(Gpr base, int bytes) implements Address {
        public After {
            requireBase(base);
        }

        @Override
        public String toString() {
            return "[" + base + "], #" + bytes;
        }
    }

    /// `base`, which becomes `base + step` after the access.
    record Stepping(Gpr base, Gpr step) implements Address {
        public Stepping {
            requireBase(base);
            CodeBuffer.require(
                    step.isWide() && !step.isZero() && !step.isStackPointer(),
                    "no step of 64 bits",
                    step);
        }

        @Override
        public String toString() {
            return "[" + base + "], " + step;
        }
    }

    /// A constant that lies within 1 MiB of the instruction.
    record Literal(Label label) implements Address {
        @Override
        public String toString() {
            return label.toString();
        }
    }

    private static void requireBase(Gpr base) {
        CodeBuffer.require(base.isWide() && !base.isZero(), "no base of 64 bits", base);
    }

    static Offset at(Gpr base) {
        return new Offset(base, 0);
    }

    static Offset at(Gpr base, int bytes) {
        return new Offset(base, bytes);
    }

    static Indexed at(Gpr base, Gpr index) {
        return new Indexed(base, index, false);
    }

    static Indexed scaled(Gpr base, Gpr index) {
        return new Indexed(base, index, true);
    }

    static Before before(Gpr base, int bytes) {
        return new Before(base, bytes);
    }

    static After after(Gpr base, int bytes) {
        return new After(base, bytes);
    }

    static Stepping after(Gpr base, Gpr step) {
        return new Stepping(base, step);
    }

    static Literal at(Label label) {
        return new Literal(label);
    }
}
