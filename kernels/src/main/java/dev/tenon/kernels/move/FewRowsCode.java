package dev.tenon.kernels.move;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R8;
import static dev.tenon.asm.x86.Gpr.R9;
import static dev.tenon.asm.x86.Gpr.RAX;
import static dev.tenon.asm.x86.Gpr.RBP;
import static dev.tenon.asm.x86.Gpr.RBX;
import static dev.tenon.asm.x86.Gpr.RCX;
import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Gpr.RDX;
import static dev.tenon.asm.x86.Gpr.RSI;
import static dev.tenon.asm.x86.Gpr.RSP;
import static dev.tenon.asm.x86.Vec.xmm;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.asm.x86.X86Assembler.Alu;
import java.util.List;
import java.util.Set;

/// Transposes matrices of 2 … 4 rows of 32-bit elements, for AVX: brings planes together, or mixes
/// the channels of groups.
///
///     f(from, to, fromBytes, toBytes, columns, matrices, fromStep, toStep)
///
/// `from` has its rows `fromBytes` apart, `to` its `columns` rows, at least 4, `toBytes` apart. The
/// next of the matrices begin `fromStep` and `toStep` bytes further. Results of fewer than four
/// rows have to be dense: but for the last, each is overwritten by the ones after it.
final class FewRowsCode {
    static final int MIN_ROWS = 2;
    static final int MAX_ROWS = 4;

    /// Columns at least, and those that go through registers at a time.
    static final int UNIT = 4;

    private static final List<Gpr> SAVED = List.of(RBX, RBP);

    /// Where the seventh argument is, above the saved registers and the return address.
    private static final int FROM_STEP = (SAVED.size() + 1) * Long.BYTES;

    private static final int TO_STEP = FROM_STEP + Long.BYTES;

    private final X86Assembler a;
    private final int rows;

    private FewRowsCode(int rows, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.rows = rows;
    }

    static byte[] emit(int rows, Set<Feature> features) {
        return new FewRowsCode(rows, features).emit();
    }

    private byte[] emit() {
        var matrix = a.label("matrix");
        var block = a.label("block");
        var last = a.label("last");
        SAVED.forEach(a::push);
        a.lea(R10, at(RDX, RDX, 2));
        a.lea(R11, at(RCX, RCX, 2));
        a.bind(matrix);
        a.mov(RAX, RDI);
        a.mov(RBP, RSI);
        a.mov(RBX, R8);
        a.align(16);
        a.bind(block);
        a.sub(RBX, UNIT);
        a.jump(Condition.LE, last);
        transpose();
        for (int i = 0; i < UNIT; i++) {
            a.emit(Avx.VMOVUPS, line(RBP, RCX, R11, i), xmm(i));
        }
        a.add(RAX, UNIT * Float.BYTES);
        a.lea(RBP, at(RBP, RCX, UNIT));
        a.jump(block);
        a.bind(last);
        // Back, so that a whole unit is left.
        a.lea(RAX, at(RAX, RBX, Float.BYTES));
        a.imul(RBX, RCX);
        a.add(RBP, RBX);
        transpose();
        for (int i = 0; i < UNIT - 1; i++) {
            a.emit(Avx.VMOVUPS, line(RBP, RCX, R11, i), xmm(i));
        }
        storeLast();
        a.alu(Alu.ADD, RDI, at(RSP, FROM_STEP));
        a.alu(Alu.ADD, RSI, at(RSP, TO_STEP));
        a.sub(R9, 1);
        a.jump(Condition.NE, matrix);
        a.emit(Avx.VZEROUPPER);
        SAVED.reversed().forEach(a::pop);
        a.ret();
        return a.finish();
    }

    /// Four columns; what the missing rows have is undefined.
    private void transpose() {
        for (int i = 0; i < UNIT; i++) {
            a.emit(Avx.VMOVUPS, xmm(i), line(RAX, RDX, R10, Math.min(i, rows - 1)));
        }
        for (int i = 0; i < UNIT; i += 2) {
            a.emit(Avx.VUNPCKLPS, xmm(4 + i), xmm(i), xmm(i + 1));
            a.emit(Avx.VUNPCKHPS, xmm(5 + i), xmm(i), xmm(i + 1));
        }
        for (int i = 0; i < 2; i++) {
            a.emit(Avx.VUNPCKLPD, xmm(2 * i), xmm(4 + i), xmm(6 + i));
            a.emit(Avx.VUNPCKHPD, xmm(2 * i + 1), xmm(4 + i), xmm(6 + i));
        }
    }

    /// The last row of the results, and nothing behind it.
    private void storeLast() {
        var to = line(RBP, RCX, R11, UNIT - 1);
        var row = xmm(UNIT - 1);
        if (rows == MAX_ROWS) {
            a.emit(Avx.VMOVUPS, to, row);
            return;
        }
        a.emit(Avx.VMOVSD, to, row);
        if (rows == 3) {
            a.emit(Avx.VUNPCKHPS, row, row, row);
            a.emit(Avx.VMOVSS, to.plus(2 * Float.BYTES), row);
        }
    }

    /// One of four lines from a base.
    private static Address line(Gpr base, Gpr stride, Gpr threeStrides, int index) {
        return index == 0
                ? at(base)
                : index == 3 ? at(base, threeStrides, 1) : at(base, stride, index);
    }
}
