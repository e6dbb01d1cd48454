package dev.tenon.kernels.move;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R12;
import static dev.tenon.asm.x86.Gpr.R13;
import static dev.tenon.asm.x86.Gpr.R14;
import static dev.tenon.asm.x86.Gpr.R15;
import static dev.tenon.asm.x86.Gpr.R8;
import static dev.tenon.asm.x86.Gpr.R9;
import static dev.tenon.asm.x86.Gpr.RAX;
import static dev.tenon.asm.x86.Gpr.RBP;
import static dev.tenon.asm.x86.Gpr.RBX;
import static dev.tenon.asm.x86.Gpr.RCX;
import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Gpr.RDX;
import static dev.tenon.asm.x86.Gpr.RSI;
import static dev.tenon.asm.x86.Imm.imm;
import static dev.tenon.asm.x86.Vec.xmm;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.asm.x86.X86Assembler.Alu;
import dev.tenon.kernels.emitted.LaneMasks;
import java.util.List;
import java.util.Set;

/// Transposes matrices of 32-bit elements, for AVX2:
///
///     f(from, to, fromBytes, toBytes, rows, columns)
///
/// `from` has `rows` rows, `fromBytes` apart; `to` has `columns` rows, `toBytes` apart.
final class TransposeCode {
    /// Rows and columns that a matrix has at least.
    enum Extent {
        /// Both [#MIN_EXTENT]: the last blocks overlap the ones before.
        BLOCKS,
        /// Both 1: blocks are masked.
        ANY
    }

    /// Rows and columns of a matrix for [Extent#BLOCKS] at least.
    static final int MIN_EXTENT = 8;

    /// Rows of a block.
    private static final int ROWS = 8;

    /// Columns that go through registers at a time.
    private static final int UNIT = 4;

    /// Columns of a block: what fills a line of the cache.
    private static final int WIDE = 16;

    private static final int NARROW = MIN_EXTENT;

    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    private final X86Assembler a;

    private TransposeCode(Set<Feature> features) {
        a = new X86Assembler(features);
    }

    static byte[] emit(Extent extent, Set<Feature> features) {
        var code = new TransposeCode(features);
        return extent == Extent.BLOCKS ? code.blocks() : code.masked();
    }

    private void enter() {
        SAVED.forEach(a::push);
        a.lea(R10, at(RDX, RDX, 2));
        a.lea(R11, at(RCX, RCX, 2));
    }

    private void leave() {
        a.emit(Avx.VZEROUPPER);
        SAVED.reversed().forEach(a::pop);
        a.ret();
    }

    private byte[] blocks() {
        var wide = a.label("wide");
        var narrow = a.label("narrow");
        var rest = a.label("rest");
        var done = a.label("done");
        enter();
        a.alu(Alu.CMP, R9, WIDE);
        a.jump(Condition.L, rest);
        a.bind(wide);
        strip(WIDE);
        a.alu(Alu.CMP, R9, WIDE);
        a.jump(Condition.GE, wide);
        a.bind(rest);
        a.test(R9, R9);
        a.jump(Condition.E, done);
        a.alu(Alu.CMP, R9, NARROW);
        a.jump(Condition.GE, narrow);
        // Back, so that a whole strip is left.
        a.sub(R9, NARROW);
        a.lea(RDI, at(RDI, R9, Float.BYTES));
        a.mov(R13, R9);
        a.imul(R13, RCX);
        a.add(RSI, R13);
        a.mov(R9, NARROW);
        a.bind(narrow);
        strip(NARROW);
        a.jump(rest);
        a.bind(done);
        leave();
        return a.finish();
    }

    /// Some columns of all rows; moves the columns' pointers on.
    private void strip(int columns) {
        var block = a.label("block");
        var back = a.label("back");
        var end = a.label("end");
        a.mov(RAX, RDI);
        a.mov(RBP, RSI);
        a.mov(R13, R8);
        a.align(16);
        a.bind(block);
        a.lea(RBX, at(RAX, RDX, 4));
        a.mov(R12, RBP);
        for (int column = 0; column < columns; column += UNIT) {
            load(column * Float.BYTES);
            transpose();
            for (int i = 0; i < UNIT; i++) {
                a.emit(Avx.VMOVUPS, line(R12, RCX, R11, i), ymm(i));
            }
            a.lea(R12, at(R12, RCX, UNIT));
        }
        a.lea(RAX, at(RAX, RDX, ROWS));
        a.add(RBP, ROWS * Float.BYTES);
        a.sub(R13, ROWS);
        a.jump(Condition.E, end);
        a.alu(Alu.CMP, R13, ROWS);
        a.jump(Condition.L, back);
        a.jump(block);
        a.bind(back);
        a.sub(R13, ROWS);
        a.lea(RBP, at(RBP, R13, Float.BYTES));
        a.imul(R13, RDX);
        a.add(RAX, R13);
        a.mov(R13, ROWS);
        a.jump(block);
        a.bind(end);
        a.add(RDI, columns * Float.BYTES);
        for (int column = 0; column < columns; column += UNIT) {
            a.lea(RSI, at(RSI, RCX, UNIT));
        }
        a.sub(R9, columns);
    }

    private byte[] masked() {
        var masks = new LaneMasks();
        var strip = a.label("strip");
        var block = a.label("block");
        enter();
        a.bind(strip);
        atMost(R14, R9, UNIT);
        a.mov(R15, R14);
        masks.load(a, R15, R12, ymm(8), ymm(9));
        a.mov(RAX, RDI);
        a.mov(RBP, RSI);
        a.mov(R13, R8);
        a.bind(block);
        atMost(RBX, R13, ROWS);
        a.mov(R15, RBX);
        masks.load(a, R15, R12, ymm(10), ymm(11));
        a.lea(R15, at(RAX, RDX, 4));
        loadSome(xmm(8));
        transpose();
        storeSome(ymm(10));
        a.lea(RAX, at(RAX, RDX, ROWS));
        a.add(RBP, ROWS * Float.BYTES);
        a.sub(R13, ROWS);
        a.jump(Condition.G, block);
        a.add(RDI, UNIT * Float.BYTES);
        a.lea(RSI, at(RSI, RCX, UNIT));
        a.sub(R9, UNIT);
        a.jump(Condition.G, strip);
        leave();
        masks.emit(a);
        return a.finish();
    }

    private void atMost(Gpr to, Gpr count, int most) {
        a.mov(to, most);
        a.alu(Alu.CMP, count, most);
        a.cmov(Condition.L, to, count);
    }

    /// As [#load] of the `rbx` rows and the columns under a mask; the other elements are undefined.
    private void loadSome(Vec mask) {
        var loaded = a.label("loaded");
        for (int i = 0; i < ROWS; i++) {
            if (i > 0) {
                a.alu(Alu.CMP, RBX, i);
                a.jump(Condition.LE, loaded);
            }
            if (i < UNIT) {
                a.emit(Avx.VMASKMOVPS, xmm(i), mask, line(RAX, RDX, R10, i));
            } else {
                int low = i - UNIT;
                a.emit(Avx.VMASKMOVPS, xmm(12), mask, line(R15, RDX, R10, low));
                a.emit(Avx.VINSERTF128, ymm(low), ymm(low), xmm(12), imm(1));
            }
        }
        a.bind(loaded);
    }

    /// The `r14` columns of `rbx` rows, which a mask selects.
    private void storeSome(Vec mask) {
        var masked = a.label("masked");
        var stored = a.label("stored");
        a.alu(Alu.CMP, RBX, ROWS);
        a.jump(Condition.L, masked);
        for (int i = 0; i < UNIT; i++) {
            skipFrom(i, stored);
            a.emit(Avx.VMOVUPS, line(RBP, RCX, R11, i), ymm(i));
        }
        a.jump(stored);
        a.bind(masked);
        for (int i = 0; i < UNIT; i++) {
            skipFrom(i, stored);
            a.emit(Avx.VMASKMOVPS, line(RBP, RCX, R11, i), mask, ymm(i));
        }
        a.bind(stored);
    }

    private void skipFrom(int column, Label end) {
        if (column > 0) {
            a.alu(Alu.CMP, R14, column);
            a.jump(Condition.LE, end);
        }
    }

    /// Four columns of eight rows: a vector has a row and, in its upper half, the fourth after it.
    private void load(int displacement) {
        for (int i = 0; i < UNIT; i++) {
            a.emit(Avx.VMOVUPS, xmm(i), line(RAX, RDX, R10, i).plus(displacement));
        }
        for (int i = 0; i < UNIT; i++) {
            var upper = line(RBX, RDX, R10, i).plus(displacement);
            a.emit(Avx.VINSERTF128, ymm(i), ymm(i), upper, imm(1));
        }
    }

    /// Each half of the first four vectors, as a matrix of four rows.
    private void transpose() {
        for (int i = 0; i < UNIT; i += 2) {
            a.emit(Avx.VUNPCKLPS, ymm(4 + i), ymm(i), ymm(i + 1));
            a.emit(Avx.VUNPCKHPS, ymm(5 + i), ymm(i), ymm(i + 1));
        }
        for (int i = 0; i < 2; i++) {
            a.emit(Avx.VUNPCKLPD, ymm(2 * i), ymm(4 + i), ymm(6 + i));
            a.emit(Avx.VUNPCKHPD, ymm(2 * i + 1), ymm(4 + i), ymm(6 + i));
        }
    }

    /// One of four lines from a base.
    private static Address line(Gpr base, Gpr stride, Gpr threeStrides, int index) {
        return index == 0
                ? at(base)
                : index == 3 ? at(base, threeStrides, 1) : at(base, stride, index);
    }
}
