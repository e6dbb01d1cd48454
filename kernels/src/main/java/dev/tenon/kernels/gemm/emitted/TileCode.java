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

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
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
        FEW;

        /// How many vectors of a panel are computed.
        int vectors() {
            return this == FEW ? 1 : 2;
        }

        boolean masked() {
            return this != ALL;
        }

        /// Those of a panel of which so many exist.
        static Columns of(int existing) {
            return existing == PANEL ? ALL : existing <= LANES ? FEW : SOME;
        }
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
        boolean masked() {
            return columns.masked();
        }

        String name() {
            return String.format(
                    Locale.ROOT,
                    "gemm_%dx%d%s%s%s",
                    rows,
                    columns.vectors() * LANES,
                    layout == Layout.WINDOWS ? "_windows" : "",
                    masked() ? "_masked" : "",
                    accumulate ? "_accumulate" : "");
        }
    }

    private static final int UNROLL = 4;
    private static final int PANEL_BYTES = PANEL * Float.BYTES;

    /// What the caller finds as he left it.
    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    /// Where the seventh argument is, above the saved registers and the return address.
    private static final int TILES = (SAVED.size() + 1) * Long.BYTES;

    private static final int PANELS = TILES + Long.BYTES;

    private final X86Assembler a;
    private final Shape shape;
    private final TileSums sums;
    private final LaneMasks masks = new LaneMasks();

    private TileCode(Shape shape, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.shape = shape;
        this.sums = new TileSums(a, shape.rows, shape.columns, shape.accumulate);
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
        sums.clear();
        depthLoop();
        a.mov(R11, R12);
        a.lea(R15, at(R12, R14, 1));
        if (shape.masked()) {
            a.mov(RBX, at(RSP, PANELS));
            sums.loadMasks(masks, RBX, RAX);
        }
        sums.store(row -> row(row, R9));
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

    private void step(int k) {
        sums.step(
                at(RAX, k * shape.layout.rowBytes()), row -> row(row, R8).plus(k * Float.BYTES));
    }

    /// A place in a row: `r11` points at the first row, `r15` at the fourth.
    private static Address row(int row, Gpr stride) {
        var base = row < 3 ? R11 : R15;
        return row % 3 == 0 ? at(base) : at(base, stride, row % 3);
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
