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
/// `a` and `c` are row-major, `b` lies as [Layout] says. Each panel of 16 columns of `b` is
/// multiplied with so many tiles of six rows and then with the lower ones that [Shape#tiles] has; a
/// tile of six rows keeps its 96 sums in twelve registers. With [Shape#masked] there is one panel, and `panels` says how many of its columns exist.
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

    /// How many lines of the next panel are fetched into the second-level cache while four rows of
    /// this one are multiplied, so that it has come when it is needed.
    enum Ahead {
        /// For matrices that were just written.
        NONE(0),
        /// The next panel has come after four tiles.
        QUARTER(1),
        /// After two.
        HALF(2),
        /// After one.
        WHOLE(4);

        private final int lines;

        Ahead(int lines) {
            this.lines = lines;
        }

        /// What is right for so many tiles a panel.
        static Ahead of(int tiles) {
            return tiles >= 4 ? QUARTER : tiles >= 2 ? HALF : WHOLE;
        }
    }

    /// @param tiles how the rows are cut; the number of full tiles comes with the call
    /// @param accumulate whether the products are added to what is there
    record Shape(Heights tiles, Columns columns, Layout layout, Ahead ahead, boolean accumulate) {
        boolean masked() {
            return columns.masked();
        }

        String name() {
            return String.format(
                    Locale.ROOT,
                    "gemm_%sx%d%s%s%s%s",
                    tiles.text(),
                    columns.vectors() * LANES,
                    layout == Layout.WINDOWS ? "_windows" : "",
                    masked() ? "_masked" : "",
                    ahead == Ahead.NONE ? "" : "_ahead" + ahead.lines,
                    accumulate ? "_accumulate" : "");
        }
    }

    private static final int UNROLL = 4;
    private static final long LINE_BYTES = 64;
    private static final int PANEL_BYTES = PANEL * Float.BYTES;

    /// What the caller finds as he left it.
    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    /// Where the first and the third argument are kept, below the saved registers.
    private static final int LEFT = Long.BYTES;

    private static final int RESULTS = 0;

    /// Where the seventh argument is, above the kept ones, the saved registers and the return
    /// address.
    private static final int TILES = (2 + SAVED.size() + 1) * Long.BYTES;

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
        a.push(RDI);
        a.push(RDX);
        a.lea(R10, at(R8, R8, 2));
        a.lea(R14, at(R9, R9, 2));
        a.align(16);
        a.bind(panel);
        a.mov(RBP, at(RSP, LEFT));
        a.mov(R12, at(RSP, RESULTS));
        a.mov(R13, at(RSP, TILES));
        beginFetching();
        if (shape.tiles.full() > 0) {
            a.align(16);
            a.bind(tile);
            tile(MAX_ROWS);
            a.sub(R13, 1);
            a.jump(Condition.NE, tile);
        }
        if (shape.tiles.second() > 0) {
            tile(shape.tiles.second());
        }
        if (shape.tiles.third() > 0) {
            tile(shape.tiles.third());
        }
        if (!shape.masked()) {
            if (shape.layout == Layout.PANELS) {
                a.mov(RSI, RAX);
            } else {
                a.add(RSI, PANEL_BYTES);
            }
            a.alu(X86Assembler.Alu.ADD, at(RSP, RESULTS), PANEL_BYTES);
            a.alu(X86Assembler.Alu.SUB, at(RSP, PANELS), 1);
            a.jump(Condition.NE, panel);
        }
        a.emit(Avx.VZEROUPPER);
        a.add(RSP, 2 * Long.BYTES);
        SAVED.reversed().forEach(a::pop);
        a.ret();
        if (shape.masked()) {
            masks.emit(a);
        }
        return a.finish();
    }

    private void tile(int rows) {
        var sums = new TileSums(a, rows, shape.columns, shape.accumulate);
        a.mov(R11, RBP);
        a.lea(R15, at(RBP, R10, 1));
        a.mov(RAX, RSI);
        prefetchResults(rows);
        sums.clear();
        depthLoop(sums);
        endFetching();
        a.mov(R11, R12);
        a.lea(R15, at(R12, R14, 1));
        if (shape.masked()) {
            a.mov(RBX, at(RSP, PANELS));
            sums.loadMasks(masks, RBX, RDX);
        }
        sums.store(row -> row(row, R9));
        advance(RBP, rows, R8, R10);
        advance(R12, rows, R9, R14);
    }

    private void prefetchResults(int rows) {
        a.mov(RBX, R12);
        for (int row = 0; row < rows; row++) {
            if (row > 0) {
                a.add(RBX, R9);
            }
            a.prefetch(X86Assembler.Prefetch.T0, at(RBX));
        }
    }

    /// `rdx` is the line of the next panel to fetch, `rdi` how far it moves in four rows.
    private void beginFetching() {
        if (shape.ahead != Ahead.NONE) {
            a.mov(RDX, RCX);
            a.shift(X86Assembler.Shift.SHL, RDX, Integer.numberOfTrailingZeros(PANEL_BYTES));
            a.add(RDX, RSI);
            a.mov(RDI, shape.ahead.lines * LINE_BYTES);
        }
    }

    /// Stops at the end of the next panel; `rax` is at its beginning, `rsi` at that of this one.
    private void endFetching() {
        if (shape.ahead != Ahead.NONE) {
            var going = a.label("going");
            a.lea(R11, at(RAX, RAX, 1));
            a.sub(R11, RSI);
            a.alu(X86Assembler.Alu.CMP, RDX, R11);
            a.jump(Condition.B, going);
            a.mov(RDX, RSI);
            a.mov(RDI, 0);
            a.bind(going);
        }
    }

    private void depthLoop(TileSums sums) {
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
            step(sums, k);
            if (k < shape.ahead.lines) {
                a.prefetch(X86Assembler.Prefetch.T1, at(RDX, (int) (k * LINE_BYTES)));
            }
        }
        advanceDepth(UNROLL);
        if (shape.ahead != Ahead.NONE) {
            a.add(RDX, RDI);
        }
        a.sub(RBX, UNROLL);
        a.jump(Condition.GE, loop);
        a.bind(rest);
        a.add(RBX, UNROLL);
        a.jump(Condition.E, done);
        a.bind(single);
        step(sums, 0);
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

    private void step(TileSums sums, int k) {
        sums.step(at(RAX, k * shape.layout.rowBytes()), row -> row(row, R8).plus(k * Float.BYTES));
    }

    /// A place in a row: `r11` points at the first row, `r15` at the fourth.
    private static Address row(int row, Gpr stride) {
        var base = row < 3 ? R11 : R15;
        return row % 3 == 0 ? at(base) : at(base, stride, row % 3);
    }

    /// Moves a pointer on by the rows of a tile.
    private void advance(Gpr pointer, int rows, Gpr stride, Gpr threeStrides) {
        for (int i = 0; i < rows / 3; i++) {
            a.add(pointer, threeStrides);
        }
        for (int i = 0; i < rows % 3; i++) {
            a.add(pointer, stride);
        }
    }
}
