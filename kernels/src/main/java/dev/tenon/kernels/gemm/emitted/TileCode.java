package dev.tenon.kernels.gemm.emitted;

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

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.kernels.emitted.LaneMasks;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The product of some rows with panels of 16 columns, for AVX2 and FMA:
///
///     f(a, b, c, depth, rowBytesOfA, rowBytesOfC, tiles, panels)
///
/// `a` and `c` are row-major, `b` lies as [Layout] says. All panels of 16 columns of `b` are multiplied with all tiles of [Shape#rows] rows; a tile of 6 rows keeps its 96 sums in twelve registers.
/// With [Shape#masked] there is one panel, and `panels` says how many of its columns exist.
final class TileCode {
    /// Columns of a panel.
    static final int PANEL = 16;

    /// Columns of a matrix in the layout [Layout#WINDOWS], at most.
    static final int WINDOW = 256;

    /// Numbers in a vector.
    static final int LANES = 8;

    /// Rows of a tile at most.
    static final int MAX_ROWS = 6;

    /// Which columns of a panel exist.
    enum Columns {
        ALL,
        /// At most 16.
        SOME,
        /// At most 8.
        FEW
    }

    /// How the right-hand matrix lies in memory.
    enum Layout {
        /// Panel after panel, in each of them row after row.
        PANELS(PANEL * Float.BYTES),
        /// Row after row of [#WINDOW] columns and as many again as keep rows from meeting in the
        /// same lines of the first-level cache.
        WINDOWS((WINDOW + PANEL) * Float.BYTES);

        private final int rowBytes;

        Layout(int rowBytes) {
            this.rowBytes = rowBytes;
        }

        /// From one row to the next.
        int rowBytes() {
            return rowBytes;
        }
    }

    /// @param rows 1 … 6
    /// @param accumulate whether the products are added to what is there
    record Shape(int rows, Columns columns, Layout layout, boolean accumulate) {
        /// How many vectors of a panel are computed.
        int vectors() {
            return columns == Columns.FEW ? 1 : 2;
        }

        boolean masked() {
            return columns != Columns.ALL;
        }

        String name() {
            return String.format(
                    Locale.ROOT,
                    "gemm_%dx%d%s%s%s",
                    rows,
                    vectors() * LANES,
                    layout == Layout.WINDOWS ? "_windows" : "",
                    masked() ? "_masked" : "",
                    accumulate ? "_accumulate" : "");
        }
    }

    private static final int UNROLL = 4;
    private static final int VECTOR_BYTES = LANES * Float.BYTES;
    private static final int PANEL_BYTES = PANEL * Float.BYTES;

    /// What the caller finds as he left it.
    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    /// Where the seventh argument is, above the saved registers and the return address.
    private static final int TILES = (SAVED.size() + 1) * Long.BYTES;

    private static final int PANELS = TILES + Long.BYTES;

    private final X86Assembler a;
    private final Shape shape;
    private final LaneMasks masks = new LaneMasks();

    private TileCode(Shape shape, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.shape = shape;
    }

    static byte[] emit(Shape shape, Set<Feature> features) {
        return new TileCode(shape, features).emit();
    }

    private byte[] emit() {
        var panel = a.label("panel");
        var tile = a.label("tile");
        SAVED.forEach(a::push);
        a.lea(R10, at(R8, R8, 2));
        a.lea(R14, at(R9, R9, 2));
        a.align(16);
        a.bind(panel);
        a.mov(RBP, RDI);
        a.mov(R12, RDX);
        a.mov(R13, at(RSP, TILES));
        a.align(16);
        a.bind(tile);
        a.mov(R11, RBP);
        a.lea(R15, at(RBP, R10, 1));
        a.mov(RAX, RSI);
        prefetchResults();
        for (int i = 0; i < shape.rows * shape.vectors(); i++) {
            a.emit(Avx.VXORPS, ymm(i), ymm(i), ymm(i));
        }
        depthLoop();
        a.mov(R11, R12);
        a.lea(R15, at(R12, R14, 1));
        storeResults();
        advance(RBP, R8, R10);
        advance(R12, R9, R14);
        a.sub(R13, 1);
        a.jump(Condition.NE, tile);
        if (!shape.masked()) {
            if (shape.layout == Layout.PANELS) {
                a.mov(RSI, RAX);
            } else {
                a.add(RSI, PANEL_BYTES);
            }
            a.add(RDX, PANEL_BYTES);
            a.alu(X86Assembler.Alu.SUB, at(RSP, PANELS), 1);
            a.jump(Condition.NE, panel);
        }
        a.emit(Avx.VZEROUPPER);
        SAVED.reversed().forEach(a::pop);
        a.ret();
        if (shape.masked()) {
            masks.emit(a);
        }
        return a.finish();
    }

    private void prefetchResults() {
        a.mov(RBX, R12);
        for (int row = 0; row < shape.rows; row++) {
            if (row > 0) {
                a.add(RBX, R9);
            }
            a.prefetch(X86Assembler.Prefetch.T0, at(RBX));
        }
    }

    private void depthLoop() {
        var loop = a.label("depth");
        var rest = a.label("rest");
        var single = a.label("single");
        var done = a.label("done");
        a.mov(RBX, RCX);
        a.sub(RBX, UNROLL);
        a.jump(Condition.L, rest);
        a.align(32);
        a.bind(loop);
        for (int k = 0; k < UNROLL; k++) {
            step(k);
        }
        advanceDepth(UNROLL);
        a.sub(RBX, UNROLL);
        a.jump(Condition.GE, loop);
        a.bind(rest);
        a.add(RBX, UNROLL);
        a.jump(Condition.E, done);
        a.bind(single);
        step(0);
        advanceDepth(1);
        a.sub(RBX, 1);
        a.jump(Condition.NE, single);
        a.bind(done);
    }

    private void advanceDepth(int steps) {
        a.add(R11, steps * Float.BYTES);
        a.add(R15, steps * Float.BYTES);
        a.add(RAX, steps * shape.layout.rowBytes());
    }

    /// One row of the panel times one column of the tile.
    private void step(int k) {
        int sums = shape.rows * shape.vectors();
        int left = sums + shape.vectors();
        for (int v = 0; v < shape.vectors(); v++) {
            a.emit(
                    Avx.VMOVUPS,
                    ymm(sums + v),
                    at(RAX, k * shape.layout.rowBytes() + v * VECTOR_BYTES));
        }
        for (int row = 0; row < shape.rows; row++) {
            var factor = ymm(left + row % (Vec.COUNT - left));
            a.emit(Avx.VBROADCASTSS, factor, row(row, R8, k * Float.BYTES));
            for (int v = 0; v < shape.vectors(); v++) {
                a.emit(Avx.VFMADD231PS, sum(row, v), ymm(sums + v), factor);
            }
        }
    }

    private Vec sum(int row, int vector) {
        return ymm(row * shape.vectors() + vector);
    }

    /// A place in a row: `r11` points at the first row, `r15` at the fourth.
    private static Address row(int row, Gpr stride, int displacement) {
        var base = row < 3 ? R11 : R15;
        var address = row % 3 == 0 ? at(base) : at(base, stride, row % 3);
        return address.plus(displacement);
    }

    private void storeResults() {
        // The registers of the panel and of the tile's factors are free by now.
        int free = shape.rows * shape.vectors();
        if (shape.masked()) {
            a.mov(RBX, at(RSP, PANELS));
            masks.load(a, RBX, RAX, ymm(free), ymm(free + 1));
        }
        for (int row = 0; row < shape.rows; row++) {
            for (int v = 0; v < shape.vectors(); v++) {
                store(sum(row, v), row(row, R9, v * VECTOR_BYTES), ymm(free + v), ymm(free + 2));
            }
        }
    }

    private void store(Vec sum, Address to, Vec mask, Vec temporary) {
        if (shape.masked()) {
            if (shape.accumulate) {
                a.emit(Avx.VMASKMOVPS, temporary, mask, to);
                a.emit(Avx.VADDPS, sum, sum, temporary);
            }
            a.emit(Avx.VMASKMOVPS, to, mask, sum);
        } else {
            if (shape.accumulate) {
                a.emit(Avx.VADDPS, sum, sum, to);
            }
            a.emit(Avx.VMOVUPS, to, sum);
        }
    }

    /// Moves a pointer on by the rows of a tile.
    private void advance(Gpr pointer, Gpr stride, Gpr threeStrides) {
        for (int i = 0; i < shape.rows / 3; i++) {
            a.add(pointer, threeStrides);
        }
        for (int i = 0; i < shape.rows % 3; i++) {
            a.add(pointer, stride);
        }
    }
}
