package dev.tenon.asm.x86;

import java.util.Locale;

/// A mask register of AVX-512: a bit a lane. `K0` cannot choose lanes, where it stands for all.
public enum Mask implements Operand {
    K0,
    K1,
    K2,
    K3,
    K4,
    K5,
    K6,
    K7;

    public int number() {
        return ordinal();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
