package dev.tenon.kernels.conv;

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
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.kernels.emitted.Avx2.Routines;
import java.util.Locale;
import java.util.Set;

/// The products of neighbouring windows of one row with the weights of some features, for AVX2 and
/// FMA:
///
///     f(x, weights, y, lines, lineBytes, tiles, outputBytes)
///
/// A window consists of `lines` runs of numbers, `lineBytes` apart. Outputs are `outputBytes` apart.
/// The weights have for each number of each line those of the features.
final class NarrowCode {
    /// One routine.
    ///
    /// @param outputs of a tile
    /// @param vectors of eight features, at most [#MAX_VECTORS]
    /// @param run numbers of a line
    /// @param step from window to window, in numbers
    record Variant(int outputs, int vectors, int run, int step) {
        String name() {
            return String.format(
                    Locale.ROOT, "conv_narrow_%dx%d_%d_s%d", outputs, vectors * LANES, run, step);
        }
    }

    static final int LANES = 8;
    static final int MAX_VECTORS = 3;

    private static final int SUMS = 12;
    private static final int VECTOR_BYTES = LANES * Float.BYTES;

    /// Where the seventh argument is, above the return address.
    private static final int OUTPUT_BYTES = Long.BYTES;

    static final Routines<Variant> ROUTINES = new Routines<>(Variant::name, NarrowCode::emit);

    private NarrowCode() {}

    /// Outputs of a tile at most.
    static int maxOutputs(int vectors) {
        return Math.min(LANES, SUMS / vectors);
    }

    static byte[] emit(Variant variant, Set<Feature> features) {
        var a = new X86Assembler(features);
        var tile = a.label("tile");
        var line = a.label("line");
        int sums = variant.outputs * variant.vectors;
        a.align(16);
        a.bind(tile);
        for (int i = 0; i < sums; i++) {
            a.emit(Avx.VXORPS, ymm(i), ymm(i), ymm(i));
        }
        a.mov(RAX, RDI);
        a.mov(R10, RSI);
        a.mov(R11, RCX);
        a.align(16);
        a.bind(line);
        for (int k = 0; k < variant.run; k++) {
            step(a, variant, k);
        }
        a.add(RAX, R8);
        a.add(R10, variant.run * variant.vectors * VECTOR_BYTES);
        a.sub(R11, 1);
        a.jump(Condition.NE, line);
        a.mov(RAX, at(RSP, OUTPUT_BYTES));
        for (int output = 0; output < variant.outputs; output++) {
            for (int v = 0; v < variant.vectors; v++) {
                a.emit(Avx.VMOVUPS, at(RDX, v * VECTOR_BYTES), ymm(output * variant.vectors + v));
            }
            a.add(RDX, RAX);
        }
        a.add(RDI, variant.outputs * variant.step * Float.BYTES);
        a.sub(R9, 1);
        a.jump(Condition.NE, tile);
        a.emit(Avx.VZEROUPPER);
        a.ret();
        return a.finish();
    }

    /// One number of each window times its weights.
    private static void step(X86Assembler a, Variant variant, int k) {
        int sums = variant.outputs * variant.vectors;
        for (int v = 0; v < variant.vectors; v++) {
            a.emit(Avx.VMOVUPS, ymm(sums + v), at(R10, (k * variant.vectors + v) * VECTOR_BYTES));
        }
        int free = sums + variant.vectors;
        for (int output = 0; output < variant.outputs; output++) {
            var factor = ymm(free + output % (Vec.COUNT - free));
            a.emit(Avx.VBROADCASTSS, factor, at(RAX, (output * variant.step + k) * Float.BYTES));
            for (int v = 0; v < variant.vectors; v++) {
                a.emit(Avx.VFMADD231PS, ymm(output * variant.vectors + v), ymm(sums + v), factor);
            }
        }
    }
}
