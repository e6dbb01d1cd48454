package dev.tenon.kernels.norm;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R8;
import static dev.tenon.asm.x86.Gpr.R9;
import static dev.tenon.asm.x86.Gpr.RAX;
import static dev.tenon.asm.x86.Gpr.RCX;
import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Gpr.RDX;
import static dev.tenon.asm.x86.Gpr.RSI;
import static dev.tenon.asm.x86.Gpr.RSP;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.asm.x86.X86Assembler.Alu;
import java.util.Set;

/// Divides numbers by the power ¾ of `bias + factor · Σ t²` over taps at their places, for AVX2 and
/// FMA:
///
///     f(taps, x, y, tapCount, tapBytes, count, constants)
///
/// The tap of each number lies as far from `taps` as the number from `x`, the next taps `tapBytes`
/// further each; there is at least one. The count is at least [#MIN_COUNT]; the last vector overlaps
/// the one before. The constants are the factor and the bias.
final class LocalResponseCode {
    /// The power of the sum.
    static final float POWER = 0.75f;

    /// Numbers at least.
    static final int MIN_COUNT = 8;

    private static final int CONSTANTS = Long.BYTES;

    private LocalResponseCode() {}

    static byte[] emit(Set<Feature> features) {
        var a = new X86Assembler(features);
        var vector = a.label("vector");
        var tap = a.label("tap");
        var done = a.label("done");
        var sum = ymm(0);
        var factor = ymm(14);
        var bias = ymm(15);
        a.mov(RAX, at(RSP, CONSTANTS));
        a.emit(Avx.VBROADCASTSS, factor, at(RAX));
        a.emit(Avx.VBROADCASTSS, bias, at(RAX, Float.BYTES));
        a.sub(R9, MIN_COUNT);
        a.alu(Alu.XOR, R10, R10);
        a.align(16);
        a.bind(vector);
        a.emit(Avx.VXORPS, sum, sum, sum);
        a.lea(RAX, at(RDI, R10, Float.BYTES));
        a.mov(R11, RCX);
        a.bind(tap);
        a.emit(Avx.VMOVUPS, ymm(1), at(RAX));
        a.emit(Avx.VFMADD231PS, sum, ymm(1), ymm(1));
        a.add(RAX, R8);
        a.sub(R11, 1);
        a.jump(Condition.NE, tap);
        a.emit(Avx.VFMADD213PS, sum, factor, bias);
        a.emit(Avx.VSQRTPS, ymm(1), sum);
        a.emit(Avx.VSQRTPS, ymm(2), ymm(1));
        a.emit(Avx.VMULPS, ymm(1), ymm(1), ymm(2));
        a.emit(Avx.VMOVUPS, ymm(2), at(RSI, R10, Float.BYTES));
        a.emit(Avx.VDIVPS, ymm(2), ymm(2), ymm(1));
        a.emit(Avx.VMOVUPS, at(RDX, R10, Float.BYTES), ymm(2));
        a.alu(Alu.CMP, R10, R9);
        a.jump(Condition.E, done);
        a.add(R10, MIN_COUNT);
        a.alu(Alu.CMP, R10, R9);
        a.cmov(Condition.G, R10, R9);
        a.jump(vector);
        a.bind(done);
        a.emit(Avx.VZEROUPPER);
        a.ret();
        return a.finish();
    }
}
