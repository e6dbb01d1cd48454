package dev.tenon.kernels.conv.winograd;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R12;
import static dev.tenon.asm.x86.Gpr.R13;
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

/// The transform `Aᵀ m A` of tiles of products to channels-last outputs that lie side by side, for
/// AVX2 and FMA:
///
///     f(from, to, features, planeBytes, rowBytes, rows, columns, tiles)
///
/// Element `k` of a tile is at `from + k · planeBytes`, tile after tile, for all features, of which
/// there is a multiple of eight. Only the first rows and columns of the outputs are written, columns
/// counted from the first tile on.
final class OutputCode {
    private static final int VECTOR_BYTES = 32;
    private static final int LANES = 8;

    /// What the caller finds as he left it.
    private static final List<Gpr> SAVED = List.of(RBX, R12, R13);

    /// Where the seventh argument is, above the saved registers and the return address.
    private static final int COLUMNS = (SAVED.size() + 1) * Long.BYTES;

    private static final int TILES = COLUMNS + Long.BYTES;

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
        var tile = a.label("tile");
        int count = inputs * outputs * VECTOR_BYTES;
        var frame = new Frame(a, count + Long.BYTES);
        SAVED.forEach(a::push);
        a.mov(R12, at(RSP, COLUMNS));
        a.mov(R13, at(RSP, TILES));
        frame.enter(RAX);
        a.mov(at(RSP, count), RDX);
        // From pixel to pixel.
        a.lea(R11, at(RDX, RDX, 1));
        a.add(R11, R11);
        Transform.loadConstants(a, constants, RAX);
        a.lea(RBX, at(R8, R8, 2));
        a.bind(tile);
        a.mov(RDX, at(RSP, count));
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
        for (int i = 1; i < outputs; i++) {
            a.add(RSI, R11);
        }
        a.sub(R12, outputs);
        a.sub(R13, 1);
        a.jump(Condition.NE, tile);
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
                a.add(R10, R11);
            }
            for (int i = 0; i < inputs; i++) {
                a.emit(Avx.VMOVUPS, ymm(i), place(i, q));
            }
            var results = transform.output(a);
            var next = a.label("next");
            for (int p = 0; p < outputs; p++) {
                if (p > 0) {
                    a.alu(X86Assembler.Alu.CMP, R9, p);
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
