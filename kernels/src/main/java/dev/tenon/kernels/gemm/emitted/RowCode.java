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
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.X86Assembler;
import java.util.Locale;
import java.util.Set;

/// The product of one row with groups of panels, for AVX2 and FMA:
///
///     f(a, b, c, depth, groups)
///
/// The panels of a group are read side by side, so that several streams come from memory at once and the
/// sums do not wait for each other.
final class RowCode {
    /// Panels of a group at most.
    static final int MAX_PANELS = 4;

    /// @param panels in a group, 1 … 4
    /// @param accumulate whether the products are added to what is there
    record Shape(int panels, boolean accumulate) {
        String name() {
            return String.format(
                    Locale.ROOT,
                    "gemv_%dx%d%s",
                    panels,
                    TileCode.PANEL,
                    accumulate ? "_accumulate" : "");
        }
    }

    private static final int UNROLL = 4;
    private static final int VECTOR_BYTES = TileCode.LANES * Float.BYTES;
    private static final int PANEL_BYTES = TileCode.PANEL * Float.BYTES;

    private final X86Assembler a;
    private final Shape shape;

    private RowCode(Shape shape, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.shape = shape;
    }

    static byte[] emit(Shape shape, Set<Feature> features) {
        return new RowCode(shape, features).emit();
    }

    private byte[] emit() {
        var group = a.label("group");
        // r9: from panel to panel; r10: three times that.
        a.mov(R9, RCX);
        a.shift(X86Assembler.Shift.SHL, R9, Integer.numberOfTrailingZeros(PANEL_BYTES));
        a.lea(R10, at(R9, R9, 2));
        a.bind(group);
        a.mov(R11, RDI);
        a.mov(RAX, RSI);
        for (int i = 0; i < 2 * shape.panels; i++) {
            a.emit(Avx.VXORPS, ymm(i), ymm(i), ymm(i));
        }
        depthLoop();
        for (int i = 0; i < 2 * shape.panels; i++) {
            var to = at(RDX, i * VECTOR_BYTES);
            if (shape.accumulate) {
                a.emit(Avx.VADDPS, ymm(i), ymm(i), to);
            }
            a.emit(Avx.VMOVUPS, to, ymm(i));
        }
        a.add(RDX, shape.panels * PANEL_BYTES);
        for (int i = 0; i < shape.panels; i++) {
            a.add(RSI, R9);
        }
        a.sub(R8, 1);
        a.jump(Condition.NE, group);
        a.emit(Avx.VZEROUPPER);
        a.ret();
        return a.finish();
    }

    /// Counts `rcx` down and restores it from the size of a panel.
    private void depthLoop() {
        var loop = a.label("depth");
        var rest = a.label("rest");
        var single = a.label("single");
        var done = a.label("done");
        a.sub(RCX, UNROLL);
        a.jump(Condition.L, rest);
        a.align(32);
        a.bind(loop);
        for (int k = 0; k < UNROLL; k++) {
            step(k);
        }
        advance(UNROLL);
        a.sub(RCX, UNROLL);
        a.jump(Condition.GE, loop);
        a.bind(rest);
        a.add(RCX, UNROLL);
        a.jump(Condition.E, done);
        a.bind(single);
        step(0);
        advance(1);
        a.sub(RCX, 1);
        a.jump(Condition.NE, single);
        a.bind(done);
        a.mov(RCX, R9);
        a.shift(X86Assembler.Shift.SHR, RCX, Integer.numberOfTrailingZeros(PANEL_BYTES));
    }

    private void advance(int steps) {
        a.add(R11, steps * Float.BYTES);
        a.add(RAX, steps * PANEL_BYTES);
    }

    private void step(int k) {
        var factor = ymm(2 * MAX_PANELS + (k & 1));
        a.emit(Avx.VBROADCASTSS, factor, at(R11, k * Float.BYTES));
        for (int panel = 0; panel < shape.panels; panel++) {
            for (int half = 0; half < 2; half++) {
                a.emit(
                        Avx.VFMADD231PS,
                        ymm(2 * panel + half),
                        factor,
                        panel(panel).plus(k * PANEL_BYTES + half * VECTOR_BYTES));
            }
        }
    }

    private static Address panel(int index) {
        return switch (index) {
            case 0 -> at(RAX);
            case 1 -> at(RAX, R9, 1);
            case 2 -> at(RAX, R9, 2);
            default -> at(RAX, R10, 1);
        };
    }
}
