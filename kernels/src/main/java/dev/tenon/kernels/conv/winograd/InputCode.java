package dev.tenon.kernels.conv.winograd;

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
import static dev.tenon.asm.x86.Gpr.RSP;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.X86Assembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The transform `Bᵀ d B` of tiles of channels-last inputs that lie side by side, for AVX2 and FMA:
///
///     f(rows, to, channels, planeBytes, from, end, tiles)
///
/// `rows` has where each row of the first tile begins, in its first column. Columns before `from` and
/// from `end` on, counted from there, are not read but 0. Element `k` of the results goes to `to + k ·
/// planeBytes`, tile after tile, for all channels, of which there is a multiple of eight.
final class InputCode {
    private static final int VECTOR_BYTES = 32;
    private static final int LANES = 8;

    /// What the caller finds as he left it.
    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    /// Where the seventh argument is, above the saved registers and the return address.
    private static final int TILES = (SAVED.size() + 1) * Long.BYTES;

    private static final List<Gpr> ROWS = List.of(RBX, RBP, R10, R11, R12, R13);

    private final X86Assembler a;
    private final Transform transform;
    private final int size;

    // What the frame has behind the elements.
    private final int tiles;
    private final int channels;

    private InputCode(Transform transform, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.transform = transform;
        this.size = transform.inputs();
        this.tiles = size * size * VECTOR_BYTES;
        this.channels = tiles + Long.BYTES;
    }

    static byte[] emit(Transform transform, Set<Feature> features) {
        return new InputCode(transform, features).emit();
    }

    private byte[] emit() {
        var constants = a.label("constants");
        var tile = a.label("tile");
        var loop = a.label("channels");
        var frame = new Frame(a, channels + Long.BYTES);
        SAVED.forEach(a::push);
        a.mov(R15, at(RSP, TILES));
        frame.enter(RAX);
        a.mov(at(RSP, tiles), R15);
        a.mov(at(RSP, channels), RDX);
        // From pixel to pixel.
        a.lea(R15, at(RDX, RDX, 1));
        a.add(R15, R15);
        Transform.loadConstants(a, constants, RAX);
        for (int i = 0; i < size; i++) {
            a.mov(ROWS.get(i), at(RDI, i * Long.BYTES));
        }
        a.mov(RDI, 0);
        a.bind(tile);
        a.mov(RDX, at(RSP, channels));
        a.align(16);
        a.bind(loop);
        var absent = columns();
        a.mov(RAX, RSI);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                a.emit(Avx.VMOVUPS, ymm(j), place(i, j));
            }
            for (var result : transform.input(a)) {
                a.emit(Avx.VMOVUPS, at(RAX), result);
                a.add(RAX, RCX);
            }
        }
        a.add(RDI, VECTOR_BYTES);
        a.add(RSI, VECTOR_BYTES);
        a.sub(RDX, LANES);
        a.jump(Condition.NE, loop);
        for (int i = 1; i < transform.outputs(); i++) {
            a.add(RDI, R15);
        }
        a.sub(R8, transform.outputs());
        a.sub(R9, transform.outputs());
        a.alu(X86Assembler.Alu.SUB, at(RSP, tiles), 1);
        a.jump(Condition.NE, tile);
        a.emit(Avx.VZEROUPPER);
        frame.leave();
        SAVED.reversed().forEach(a::pop);
        a.ret();
        absent.forEach(this::absent);
        Transform.constants(a, constants, 5);
        return a.finish();
    }

    /// A column that is not read.
    ///
    /// @param set where its elements are set to 0
    /// @param go where it goes on from there
    private record Absent(Label set, Label go) {}

    /// Transforms the columns one by one, into the frame.
    private List<Absent> columns() {
        var absent = new ArrayList<Absent>();
        a.mov(R14, RDI);
        for (int j = 0; j < size; j++) {
            var column = new Absent(a.label("absent"), a.label("present"));
            absent.add(column);
            a.alu(X86Assembler.Alu.CMP, R8, j);
            a.jump(Condition.G, column.set);
            a.alu(X86Assembler.Alu.CMP, R9, j);
            a.jump(Condition.LE, column.set);
            for (int i = 0; i < size; i++) {
                a.emit(Avx.VMOVUPS, ymm(i), at(ROWS.get(i), R14, 1));
            }
            a.bind(column.go);
            var results = transform.input(a);
            for (int i = 0; i < size; i++) {
                a.emit(Avx.VMOVUPS, place(i, j), results.get(i));
            }
            a.add(R14, R15);
        }
        return absent;
    }

    private void absent(Absent column) {
        a.bind(column.set);
        for (int i = 0; i < size; i++) {
            a.emit(Avx.VXORPS, ymm(i), ymm(i), ymm(i));
        }
        a.jump(column.go);
    }

    private Address place(int row, int column) {
        return at(RSP, (row * size + column) * VECTOR_BYTES);
    }
}
