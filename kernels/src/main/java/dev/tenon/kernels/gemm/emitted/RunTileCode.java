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
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The product of some rows, each of which consists of runs of numbers that lie anywhere, with
/// panels of 16 columns, for AVX2 and FMA:
///
///     f(pointers, b, c, runs, terms, rowBytesOfC, tiles, panels)
///
/// For each tile and each run, `pointers` has where the run begins in each of the tile's rows. The
/// lower half of `terms` says how many numbers of each run are multiplied, the upper half how many
/// before them are skipped. `b` lies panel after panel, in each of them row after row; `c` is
/// row-major. With columns missing there is one panel, and `panels` says how many of its columns
/// exist.
final class RunTileCode {
    /// @param rows 1 … 6
    /// @param accumulate whether the products are added to what is there
    record Shape(int rows, Columns columns, boolean accumulate) {
        String name() {
            return String.format(
                    Locale.ROOT,
                    "runs_%dx%d%s%s",
                    rows,
                    columns.vectors() * TileCode.LANES,
                    columns.masked() ? "_masked" : "",
                    accumulate ? "_accumulate" : "");
        }
    }

    private static final int UNROLL = 4;
    private static final int LINE_BYTES = 64;
    private static final int PANEL_BYTES = TileCode.PANEL * Float.BYTES;

    /// What the caller finds as he left it.
    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    /// Where the rows of the tile begin, for the current run.
    private static final List<Gpr> ROWS = List.of(RBX, RBP, R10, R11, R14, R15);

    // What is on the stack, from its top: own values, the saved registers, the return address, and
    // the seventh and eighth argument.
    private static final int LAST_GROUP = 0;
    private static final int END = 8;
    private static final int FIRST = 16;
    private static final int POINTERS = 24;
    private static final int RUNS = 32;
    private static final int ROW_BYTES = 40;
    private static final int PANEL_SIZE = 48;
    private static final int OWN = 56;
    private static final int TILES = OWN + (SAVED.size() + 1) * Long.BYTES;
    private static final int PANELS = TILES + Long.BYTES;

    private final X86Assembler a;
    private final Shape shape;
    private final TileSums sums;
    private final LaneMasks masks = new LaneMasks();

    private RunTileCode(Shape shape, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.shape = shape;
        this.sums = new TileSums(a, shape.rows, shape.columns, shape.accumulate);
    }

    static byte[] emit(Shape shape, Set<Feature> features) {
        return new RunTileCode(shape, features).emit();
    }

    private byte[] emit() {
        var panel = a.label("panel");
        var tile = a.label("tile");
        var run = a.label("run");
        enter();
        a.align(16);
        a.bind(panel);
        a.mov(RDI, at(RSP, POINTERS));
        a.mov(R12, RDX);
        a.mov(R13, at(RSP, TILES));
        a.mov(R9, at(RSP, PANEL_SIZE));
        a.align(16);
        a.bind(tile);
        a.mov(RAX, RSI);
        prefetchResults();
        sums.clear();
        a.mov(RCX, at(RSP, RUNS));
        a.align(16);
        a.bind(run);
        run();
        a.sub(RCX, 1);
        a.jump(Condition.NE, run);
        store();
        a.sub(R13, 1);
        a.jump(Condition.NE, tile);
        if (!shape.columns.masked()) {
            a.mov(RSI, RAX);
            a.add(RDX, PANEL_BYTES);
            a.alu(X86Assembler.Alu.SUB, at(RSP, PANELS), 1);
            a.jump(Condition.NE, panel);
        }
        a.emit(Avx.VZEROUPPER);
        a.add(RSP, OWN);
        SAVED.reversed().forEach(a::pop);
        a.ret();
        if (shape.columns.masked()) {
            masks.emit(a);
        }
        return a.finish();
    }

    private void enter() {
        SAVED.forEach(a::push);
        a.mov(RAX, R8);
        a.shift(X86Assembler.Shift.SHR, RAX, Integer.SIZE);
        a.mov32(R8, R8);
        a.mov(R10, R8);
        a.imul(R10, RCX);
        a.shift(X86Assembler.Shift.SHL, R10, Integer.numberOfTrailingZeros(PANEL_BYTES));
        a.push(R10);
        a.push(R9);
        a.add(R8, RAX);
        a.push(RCX);
        a.push(RDI);
        a.push(RAX);
        a.push(R8);
        a.sub(R8, UNROLL - 1);
        a.push(R8);
    }

    private void prefetchResults() {
        a.mov(RBX, R12);
        a.mov(RBP, at(RSP, ROW_BYTES));
        for (int row = 0; row < shape.rows; row++) {
            if (row > 0) {
                a.add(RBX, RBP);
            }
            a.prefetch(X86Assembler.Prefetch.T0, at(RBX));
        }
    }

    /// One run of every row; `r8` counts its numbers. Of each four rows of the next panel, the line
    /// that `r9` is ahead is fetched into the second-level cache: another one with each tile.
    private void run() {
        var loop = a.label("terms");
        var rest = a.label("rest");
        var single = a.label("single");
        var done = a.label("done");
        for (int row = 0; row < shape.rows; row++) {
            a.mov(ROWS.get(row), at(RDI, row * Long.BYTES));
        }
        a.add(RDI, shape.rows * Long.BYTES);
        a.mov(R8, at(RSP, FIRST));
        a.alu(X86Assembler.Alu.CMP, R8, at(RSP, LAST_GROUP));
        a.jump(Condition.GE, rest);
        a.align(32);
        a.bind(loop);
        a.prefetch(X86Assembler.Prefetch.T1, at(RAX, R9, 1));
        for (int k = 0; k < UNROLL; k++) {
            step(k);
        }
        a.add(R8, UNROLL);
        a.add(RAX, UNROLL * PANEL_BYTES);
        a.alu(X86Assembler.Alu.CMP, R8, at(RSP, LAST_GROUP));
        a.jump(Condition.L, loop);
        a.bind(rest);
        a.alu(X86Assembler.Alu.CMP, R8, at(RSP, END));
        a.jump(Condition.GE, done);
        a.bind(single);
        step(0);
        a.add(R8, 1);
        a.add(RAX, PANEL_BYTES);
        a.alu(X86Assembler.Alu.CMP, R8, at(RSP, END));
        a.jump(Condition.L, single);
        a.bind(done);
    }

    private void step(int k) {
        sums.step(
                at(RAX, k * PANEL_BYTES),
                row -> at(ROWS.get(row), R8, Float.BYTES).plus(k * Float.BYTES));
    }

    /// Writes the tile's results and moves `r12` on to the next tile's.
    private void store() {
        a.mov(R11, R12);
        a.mov(R10, at(RSP, ROW_BYTES));
        a.lea(R14, at(R10, R10, 2));
        a.lea(R15, at(R12, R14, 1));
        if (shape.columns.masked()) {
            a.mov(RBX, at(RSP, PANELS));
            sums.loadMasks(masks, RBX, RAX);
        }
        sums.store(RunTileCode::result);
        for (int i = 0; i < shape.rows / 3; i++) {
            a.add(R12, R14);
        }
        for (int i = 0; i < shape.rows % 3; i++) {
            a.add(R12, R10);
        }
        a.add(R9, LINE_BYTES);
    }

    /// `r11` points at the first row of results, `r15` at the fourth.
    private static Address result(int row) {
        var base = row < 3 ? R11 : R15;
        return row % 3 == 0 ? at(base) : at(base, R10, row % 3);
    }
}
