package dev.tenon.kernels.gemm.emitted;

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
import static dev.tenon.asm.x86.Imm.imm;
import static dev.tenon.asm.x86.Vec.xmm;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.kernels.emitted.LaneMasks;
import java.util.Set;

/// Copies of matrices into panels of 16 columns, for AVX2.
final class PackCode {
    private static final int LANES = TileCode.LANES;
    private static final int VECTOR_BYTES = LANES * Float.BYTES;
    private static final int PANEL_BYTES = TileCode.PANEL * Float.BYTES;

    private PackCode() {}

    /// From a row-major matrix, one panel of which some columns exist; the others become 0:
    ///
    ///     f(from, to, depth, rowBytes, columns)
    ///
    /// The depth is at least 1.
    static byte[] rows(Set<Feature> features) {
        var a = new X86Assembler(features);
        var masks = new LaneMasks();
        var loop = a.label("row");
        masks.load(a, R8, RAX, ymm(0), ymm(1));
        a.align(16);
        a.bind(loop);
        for (int half = 0; half < 2; half++) {
            a.emit(Avx.VMASKMOVPS, ymm(2 + half), ymm(half), at(RDI, half * VECTOR_BYTES));
            a.emit(Avx.VMOVUPS, at(RSI, half * VECTOR_BYTES), ymm(2 + half));
        }
        a.add(RDI, RCX);
        a.add(RSI, PANEL_BYTES);
        a.sub(RDX, 1);
        a.jump(Condition.NE, loop);
        a.emit(Avx.VZEROUPPER);
        a.ret();
        masks.emit(a);
        return a.finish();
    }

    /// From a column-major matrix, one panel of which all columns exist:
    ///
    ///     f(from, to, depth, columnBytes)
    static byte[] columns(Set<Feature> features) {
        var a = new X86Assembler(features);
        var loop = a.label("rows");
        var rest = a.label("rest");
        var single = a.label("row");
        var done = a.label("done");
        a.lea(R8, at(RCX, RCX, 2));
        a.sub(RDX, LANES);
        a.jump(Condition.L, rest);
        a.bind(loop);
        a.mov(R9, RDI);
        for (int half = 0; half < 2; half++) {
            transpose(a, half * VECTOR_BYTES);
        }
        a.add(RDI, VECTOR_BYTES);
        a.add(RSI, LANES * PANEL_BYTES);
        a.sub(RDX, LANES);
        a.jump(Condition.GE, loop);
        a.bind(rest);
        a.add(RDX, LANES);
        a.jump(Condition.E, done);
        a.bind(single);
        a.mov(R9, RDI);
        for (int column = 0; column < TileCode.PANEL; column++) {
            a.emit(Avx.VMOVSS, xmm(0), at(R9));
            a.emit(Avx.VMOVSS, at(RSI, column * Float.BYTES), xmm(0));
            a.add(R9, RCX);
        }
        a.add(RDI, Float.BYTES);
        a.add(RSI, PANEL_BYTES);
        a.sub(RDX, 1);
        a.jump(Condition.NE, single);
        a.bind(done);
        a.emit(Avx.VZEROUPPER);
        a.ret();
        return a.finish();
    }

    /// Eight numbers of each of eight columns, which lie from `r9` on, into eight rows; moves `r9`
    /// on.
    private static void transpose(X86Assembler a, int displacement) {
        a.lea(R10, at(R9, R8, 1));
        a.lea(R11, at(R10, R8, 1));
        for (int i = 0; i < LANES; i++) {
            a.emit(Avx.VMOVUPS, ymm(i), column(i));
        }
        a.lea(R9, at(R9, RCX, LANES));
        // Pairs of columns, then fours, then the halves of the vectors.
        for (int i = 0; i < LANES; i += 2) {
            a.emit(Avx.VUNPCKLPS, ymm(LANES + i), ymm(i), ymm(i + 1));
            a.emit(Avx.VUNPCKHPS, ymm(LANES + i + 1), ymm(i), ymm(i + 1));
        }
        for (int i = 0; i < LANES; i += 4) {
            int from = LANES + i;
            for (int pair = 0; pair < 2; pair++) {
                a.emit(Avx.VUNPCKLPD, ymm(i + 2 * pair), ymm(from + pair), ymm(from + pair + 2));
                a.emit(
                        Avx.VUNPCKHPD,
                        ymm(i + 2 * pair + 1),
                        ymm(from + pair),
                        ymm(from + pair + 2));
            }
        }
        for (int i = 0; i < LANES / 2; i++) {
            a.emit(Avx.VPERM2F128, ymm(LANES), ymm(i), ymm(i + 4), imm(0x20));
            a.emit(Avx.VPERM2F128, ymm(LANES + 1), ymm(i), ymm(i + 4), imm(0x31));
            a.emit(Avx.VMOVUPS, at(RSI, i * PANEL_BYTES + displacement), ymm(LANES));
            a.emit(Avx.VMOVUPS, at(RSI, (i + 4) * PANEL_BYTES + displacement), ymm(LANES + 1));
        }
    }

    /// `r9`, `r10` and `r11` lie three columns apart; `rcx` is one column.
    private static Address column(int index) {
        Gpr base = index < 3 ? R9 : index < 6 ? R10 : R11;
        return index % 3 == 0 ? at(base) : at(base, RCX, index % 3);
    }
}
