package dev.tenon.kernels.attention;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Imm.imm;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import java.util.Arrays;

/// The exponential of numbers that are not above 0. What would be below the smallest normal number
/// becomes 0; NaN stays NaN.
final class ExpCode {
    /// The logarithm of the smallest normal number.
    private static final float LOWEST = -87.336545f;

    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final int MANTISSA_BITS = 23;
    private static final int TO_NEAREST = 0;
    private static final int NOT_LESS = 5;

    /// A minimax polynomial of `eˣ` where `|x| ≤ ln 2 / 2`, the highest power first.
    private static final float[] POLYNOMIAL = {
        1.9875691500e-4f,
        1.3981999507e-3f,
        8.3334519073e-3f,
        4.1665795894e-2f,
        1.6666665459e-1f,
        5.0000001201e-1f,
        1,
        1
    };

    private static final int LANES = 8;

    private final X86Assembler a;
    private final Label[] table = new Label[4 + POLYNOMIAL.length];

    ExpCode(X86Assembler a) {
        this.a = a;
        Arrays.setAll(table, i -> a.label("exp" + i));
    }

    /// `x = eˣ`; the other registers are overwritten.
    void emit(Vec x, Vec n, Vec r, Vec p) {
        // The operand that is kept when one is NaN comes last.
        a.emit(Avx.VMOVUPS, r, constant(0));
        a.emit(Avx.VMAXPS, r, r, x);
        a.emit(Avx.VMULPS, n, r, constant(1));
        a.emit(Avx.VROUNDPS, n, n, imm(TO_NEAREST));
        a.emit(Avx.VFNMADD231PS, r, n, constant(2));
        a.emit(Avx.VFNMADD231PS, r, n, constant(3));
        a.emit(Avx.VMOVUPS, p, coefficient(0));
        for (int i = 1; i < POLYNOMIAL.length; i++) {
            a.emit(Avx.VFMADD213PS, p, r, coefficient(i));
        }
        a.emit(Avx.VCVTPS2DQ, n, n);
        a.emit(Avx.VPSLLD, n, n, imm(MANTISSA_BITS));
        a.emit(Avx.VPADDD, p, p, n);
        a.emit(Avx.VCMPPS, n, x, constant(0), imm(NOT_LESS));
        a.emit(Avx.VANDPS, x, p, n);
    }

    private Address constant(int index) {
        return at(table[index]);
    }

    private Address coefficient(int index) {
        return constant(4 + index);
    }

    /// The constants; after the last instruction.
    void constants() {
        float[] constants = {LOWEST, LOG2_E, LN2_HIGH, LN2_LOW};
        for (int i = 0; i < table.length; i++) {
            a.bind(table[i]);
            float value = i < constants.length ? constants[i] : POLYNOMIAL[i - constants.length];
            for (int lane = 0; lane < LANES; lane++) {
                a.data(Float.floatToRawIntBits(value));
            }
        }
    }
}
