package dev.tenon.kernels.conv.winograd;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R12;
import static dev.tenon.asm.x86.Gpr.R8;
import static dev.tenon.asm.x86.Gpr.R9;
import static dev.tenon.asm.x86.Gpr.RAX;
import static dev.tenon.asm.x86.Gpr.RBX;
import static dev.tenon.asm.x86.Gpr.RCX;
import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Gpr.RDX;
import static dev.tenon.asm.x86.Gpr.RSI;
import static dev.tenon.asm.x86.Gpr.RSP;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.X86Assembler;
import java.util.List;
import java.util.Set;

/// The transform `Aᵀ m A` of a tile of products to channels-last outputs, for AVX2 and FMA:
///
///     f(from, to, features, planeBytes, rowBytes, pixelBytes, rows, columns)
///
/// Element `k` of a tile is at `from + k · planeBytes`, for all features, of which there is a
/// multiple of eight. Only the first rows and columns of the outputs are written.
final class OutputCode {
    private static final int VECTOR_BYTES = 32;
    private static final int LANES = 8;

    /// What the caller finds as he left it.
    private static final List<Gpr> SAVED = List.of(RBX, R12);

    /// Where the seventh argument is, above the saved registers and the return address.
    private static final int ROWS = (SAVED.size() + 1) * Long.BYTES;

    private static final int COLUMNS = ROWS + Long.BYTES;

    private final X86Assembler a;
    private final Transform transform;
    private final int inputs;
    private final int outputs;

    private OutputCode(Transform transform, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.transform = transform;
        this.inputs = transform.inputs();
        this.outputs = transform.outputs();
    }

    static byte[] emit(Transform transform, Set<Feature> features) {
        return new OutputCode(transform, features).emit();
    }

    private byte[] emit() {
        var constants = a.label("constants");
        var loop = a.label("features");
        var frame = new Frame(a, inputs * outputs * VECTOR_BYTES);
        SAVED.forEach(a::push);
        a.mov(R11, at(RSP, ROWS));
        a.mov(R12, at(RSP, COLUMNS));
        frame.enter(RAX);
        Transform.loadConstants(a, constants, RAX);
        a.lea(RBX, at(R8, R8, 2));
        a.align(16);
        a.bind(loop);
        a.mov(RAX, RDI);
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < inputs; j++) {
                a.emit(Avx.VMOVUPS, ymm(j), at(RAX));
                a.add(RAX, RCX);
            }
            var results = transform.output(a);
            for (int q = 0; q < outputs; q++) {
                a.emit(Avx.VMOVUPS, place(i, q), results.get(q));
            }
        }
        columns();
        a.add(RDI, VECTOR_BYTES);
        a.add(RSI, VECTOR_BYTES);
        a.sub(RDX, LANES);
        a.jump(Condition.NE, loop);
        a.emit(Avx.VZEROUPPER);
        frame.leave();
        SAVED.reversed().forEach(a::pop);
        a.ret();
        Transform.constants(a, constants, 8);
        return a.finish();
    }

    /// Transforms the columns of the frame one by one, and writes them.
    private void columns() {
        var done = a.label("done");
        a.mov(R10, RSI);
        for (int q = 0; q < outputs; q++) {
            if (q > 0) {
                a.alu(X86Assembler.Alu.CMP, R12, q);
                a.jump(Condition.LE, done);
                a.add(R10, R9);
            }
            for (int i = 0; i < inputs; i++) {
                a.emit(Avx.VMOVUPS, ymm(i), place(i, q));
            }
            var results = transform.output(a);
            var next = a.label("next");
            for (int p = 0; p < outputs; p++) {
                if (p > 0) {
                    a.alu(X86Assembler.Alu.CMP, R11, p);
                    a.jump(Condition.LE, next);
                }
                a.emit(Avx.VMOVUPS, row(p), results.get(p));
            }
            a.bind(next);
        }
        a.bind(done);
    }

    private static Address row(int index) {
        return switch (index) {
            case 0 -> at(R10);
            case 3 -> at(R10, RBX, 1);
            default -> at(R10, R8, index);
        };
    }

    private Address place(int row, int column) {
        return at(RSP, (row * outputs + column) * VECTOR_BYTES);
    }
}
