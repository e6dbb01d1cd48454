package dev.tenon.kernels.attention;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R8;
import static dev.tenon.asm.x86.Gpr.R9;
import static dev.tenon.asm.x86.Gpr.RAX;
import static dev.tenon.asm.x86.Gpr.RBX;
import static dev.tenon.asm.x86.Gpr.RCX;
import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Gpr.RDX;
import static dev.tenon.asm.x86.Gpr.RSI;
import static dev.tenon.asm.x86.Gpr.RSP;
import static dev.tenon.asm.x86.Imm.imm;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.kernels.emitted.LaneMasks;
import java.util.Locale;
import java.util.Set;

/// The steps of a running softmax over rows of scores (Milakov and Gimelshein, "Online normalizer
/// calculation for softmax", 2018), for AVX2 and FMA.
final class WeightCode {
    /// From the state of one row to that of the next: the largest score so far, the sum of the
    /// weights, and the factor for what was summed up before.
    static final int STATE_BYTES = 16;

    static final int MAX = 0;
    static final int SUM = 1;
    static final int FACTOR = 2;

    private static final int LANES = 8;
    private static final int VECTOR_BYTES = LANES * Float.BYTES;

    /// The two last arguments, above a saved register and the return address.
    private static final int STATE = 2 * Long.BYTES;

    private static final int SCALE = 3 * Long.BYTES;

    private static final Vec SCALES = ymm(15);
    private static final Vec MASK = ymm(14);
    private static final Vec MINUS_INFINITY = ymm(13);
    private static final Vec LARGEST = ymm(12);
    private static final Vec SHIFT = ymm(11);
    private static final Vec OLD = ymm(10);
    private static final Vec TOTAL = ymm(9);

    private final X86Assembler a;
    private final LaneMasks masks = new LaneMasks();
    private final ExpCode exp;
    private final Label infinity = new Label("infinity");
    private final boolean biased;

    /// What a routine does.
    enum Step {
        /// `f(scores, rowBytes, rows, keys, 0, 0, states, scale)`: scores become weights that are
        /// relative to the largest score so far. A row has room for a multiple of 8 scores, and at
        /// least one key. `scale` is a `float` in the lower half.
        WEIGHTS,
        /// `f(scores, rowBytes, rows, keys, bias, rowBytesOfBias, states, scale)`: the same for
        /// scores to which a bias is added.
        BIASED_WEIGHTS,
        /// `f(values, rowBytes, rows, size, states)`: rows are multiplied by the factors of their
        /// states.
        SCALING,
        /// The same by the reciprocals of the sums of their states; gives how many sums are 0 or
        /// NaN.
        DIVISION;

        String routineName() {
            return "attention_" + name().toLowerCase(Locale.ROOT);
        }
    }

    static byte[] emit(Step step, Set<Feature> features) {
        return switch (step) {
            case WEIGHTS, BIASED_WEIGHTS ->
                    new WeightCode(step == Step.BIASED_WEIGHTS, features).weights();
            case SCALING, DIVISION -> scaling(step == Step.DIVISION, features);
        };
    }

    private WeightCode(boolean biased, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.exp = new ExpCode(a);
        this.biased = biased;
    }

    private byte[] weights() {
        var row = a.label("row");
        a.push(RBX);
        a.mov(R10, at(RSP, STATE));
        a.emit(Avx.VBROADCASTSS, SCALES, at(RSP, SCALE));
        a.emit(Avx.VBROADCASTSS, MINUS_INFINITY, at(infinity));
        a.mov(RAX, RCX);
        a.alu(X86Assembler.Alu.AND, RAX, LANES - 1);
        masks.load(a, RAX, R11, MASK, ymm(0));
        a.mov(R11, RCX);
        a.shift(X86Assembler.Shift.SHR, R11, 3);
        a.shift(X86Assembler.Shift.SHL, R11, 5);
        a.alu(X86Assembler.Alu.AND, RCX, LANES - 1);
        a.align(16);
        a.bind(row);
        scaleAndFindLargest();
        shift();
        exponentials();
        a.add(RDI, RSI);
        a.add(R8, R9);
        a.add(R10, STATE_BYTES);
        a.sub(RDX, 1);
        a.jump(Condition.NE, row);
        a.emit(Avx.VZEROUPPER);
        a.pop(RBX);
        a.ret();
        masks.emit(a);
        a.bind(infinity);
        a.data(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
        exp.constants();
        return a.finish();
    }

    /// Leaves the end of the row's vectors in `rax`.
    private void scaleAndFindLargest() {
        var loop = a.label("scores");
        var tail = a.label("tail");
        var done = a.label("scaled");
        var x = ymm(0);
        var bias = ymm(1);
        a.emit(Avx.VMOVAPS, LARGEST, MINUS_INFINITY);
        a.mov(RAX, 0);
        a.test(R11, R11);
        a.jump(Condition.E, tail);
        a.align(16);
        a.bind(loop);
        if (biased) {
            a.emit(Avx.VMOVUPS, x, at(R8, RAX, 1));
            a.emit(Avx.VFMADD231PS, x, SCALES, at(RDI, RAX, 1));
        } else {
            a.emit(Avx.VMULPS, x, SCALES, at(RDI, RAX, 1));
        }
        a.emit(Avx.VMOVUPS, at(RDI, RAX, 1), x);
        a.emit(Avx.VMAXPS, LARGEST, LARGEST, x);
        a.add(RAX, VECTOR_BYTES);
        a.alu(X86Assembler.Alu.CMP, RAX, R11);
        a.jump(Condition.NE, loop);
        a.bind(tail);
        a.test(RCX, RCX);
        a.jump(Condition.E, done);
        a.emit(Avx.VMASKMOVPS, x, MASK, at(RDI, RAX, 1));
        if (biased) {
            a.emit(Avx.VMASKMOVPS, bias, MASK, at(R8, RAX, 1));
            a.emit(Avx.VFMADD213PS, x, SCALES, bias);
        } else {
            a.emit(Avx.VMULPS, x, SCALES, x);
        }
        a.emit(Avx.VBLENDVPS, x, MINUS_INFINITY, x, MASK);
        a.emit(Avx.VMOVUPS, at(RDI, RAX, 1), x);
        a.emit(Avx.VMAXPS, LARGEST, LARGEST, x);
        a.add(RAX, VECTOR_BYTES);
        a.bind(done);
    }

    /// Updates the largest score, and the factor that what came before is to be multiplied by.
    private void shift() {
        var x = ymm(0);
        var y = ymm(1);
        a.emit(Avx.VBROADCASTSS, OLD, at(R10, MAX * Float.BYTES));
        a.emit(Avx.VEXTRACTF128, x.low(), LARGEST, imm(1));
        a.emit(Avx.VMAXPS, x.low(), LARGEST.low(), x.low());
        a.emit(Avx.VPERMILPS, y.low(), x.low(), imm(0x4E));
        a.emit(Avx.VMAXPS, x.low(), x.low(), y.low());
        a.emit(Avx.VPERMILPS, y.low(), x.low(), imm(0xB1));
        a.emit(Avx.VMAXPS, x.low(), x.low(), y.low());
        a.emit(Avx.VMAXPS, x.low(), x.low(), OLD.low());
        a.emit(Avx.VMOVSS, at(R10, MAX * Float.BYTES), x.low());
        a.emit(Avx.VBROADCASTSS, SHIFT, x.low());
        // Of a row without a finite score nothing is subtracted, so that its weights become 0.
        a.emit(Avx.VCMPPS, y, SHIFT, MINUS_INFINITY, imm(0));
        a.emit(Avx.VANDNPS, SHIFT, y, SHIFT);
        a.emit(Avx.VSUBPS, x, OLD, SHIFT);
        exp.emit(x, ymm(1), ymm(2), ymm(3));
        a.emit(Avx.VMOVSS, at(R10, FACTOR * Float.BYTES), x.low());
        a.emit(Avx.VMULSS, OLD.low(), x.low(), at(R10, SUM * Float.BYTES));
    }

    private void exponentials() {
        var loop = a.label("exponentials");
        var x = ymm(0);
        a.emit(Avx.VXORPS, TOTAL, TOTAL, TOTAL);
        a.mov(RBX, 0);
        a.align(16);
        a.bind(loop);
        a.emit(Avx.VMOVUPS, x, at(RDI, RBX, 1));
        a.emit(Avx.VSUBPS, x, x, SHIFT);
        exp.emit(x, ymm(1), ymm(2), ymm(3));
        a.emit(Avx.VMOVUPS, at(RDI, RBX, 1), x);
        a.emit(Avx.VADDPS, TOTAL, TOTAL, x);
        a.add(RBX, VECTOR_BYTES);
        a.alu(X86Assembler.Alu.CMP, RBX, RAX);
        a.jump(Condition.NE, loop);
        a.emit(Avx.VEXTRACTF128, x.low(), TOTAL, imm(1));
        a.emit(Avx.VADDPS, TOTAL.low(), TOTAL.low(), x.low());
        a.emit(Avx.VHADDPS, TOTAL.low(), TOTAL.low(), TOTAL.low());
        a.emit(Avx.VHADDPS, TOTAL.low(), TOTAL.low(), TOTAL.low());
        a.emit(Avx.VADDSS, TOTAL.low(), TOTAL.low(), OLD.low());
        a.emit(Avx.VMOVSS, at(R10, SUM * Float.BYTES), TOTAL.low());
    }

    private static byte[] scaling(boolean divides, Set<Feature> features) {
        var a = new X86Assembler(features);
        var masks = new LaneMasks();
        var one = a.label("one");
        var row = a.label("row");
        var loop = a.label("loop");
        var tail = a.label("tail");
        var done = a.label("done");
        a.mov(RAX, RCX);
        a.alu(X86Assembler.Alu.AND, RAX, LANES - 1);
        masks.load(a, RAX, R11, ymm(2), ymm(0));
        a.mov(R11, RCX);
        a.shift(X86Assembler.Shift.SHR, R11, 3);
        a.shift(X86Assembler.Shift.SHL, R11, 5);
        a.alu(X86Assembler.Alu.AND, RCX, LANES - 1);
        if (divides) {
            a.emit(Avx.VBROADCASTSS, ymm(4), at(one));
            a.emit(Avx.VXORPS, ymm(5), ymm(5), ymm(5));
            a.mov(R9, 0);
        }
        a.bind(row);
        if (divides) {
            var sound = a.label("sound");
            a.emit(Avx.VBROADCASTSS, ymm(1), at(R8, SUM * Float.BYTES));
            a.emit(Avx.VUCOMISS, ymm(1).low(), ymm(5).low());
            a.jump(Condition.NE, sound);
            a.add(R9, 1);
            a.bind(sound);
            a.emit(Avx.VDIVPS, ymm(1), ymm(4), ymm(1));
        } else {
            a.emit(Avx.VBROADCASTSS, ymm(1), at(R8, FACTOR * Float.BYTES));
        }
        a.mov(RAX, 0);
        a.test(R11, R11);
        a.jump(Condition.E, tail);
        a.align(16);
        a.bind(loop);
        a.emit(Avx.VMULPS, ymm(0), ymm(1), at(RDI, RAX, 1));
        a.emit(Avx.VMOVUPS, at(RDI, RAX, 1), ymm(0));
        a.add(RAX, VECTOR_BYTES);
        a.alu(X86Assembler.Alu.CMP, RAX, R11);
        a.jump(Condition.NE, loop);
        a.bind(tail);
        a.test(RCX, RCX);
        a.jump(Condition.E, done);
        a.emit(Avx.VMASKMOVPS, ymm(0), ymm(2), at(RDI, RAX, 1));
        a.emit(Avx.VMULPS, ymm(0), ymm(0), ymm(1));
        a.emit(Avx.VMASKMOVPS, at(RDI, RAX, 1), ymm(2), ymm(0));
        a.bind(done);
        a.add(RDI, RSI);
        a.add(R8, STATE_BYTES);
        a.sub(RDX, 1);
        a.jump(Condition.NE, row);
        a.emit(Avx.VZEROUPPER);
        if (divides) {
            a.mov(RAX, R9);
        }
        a.ret();
        masks.emit(a);
        a.bind(one);
        a.data(Float.floatToRawIntBits(1));
        return a.finish();
    }
}
