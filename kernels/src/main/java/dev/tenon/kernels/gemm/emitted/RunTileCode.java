package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.elementwise.EpilogueCode;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Cache;
import dev.tenon.kernels.vector.Word;
import java.util.List;
import java.util.Locale;

/// The product of some rows, each of which consists of runs of numbers that lie anywhere, with a
/// panel of two vectors' columns:
///
///     f(pointers, b, c, runs, terms, rowBytesOfC, counts, ahead)
///
/// For each tile and each run, `pointers` has where the run begins in each of the tile's rows. The
/// lower half of `terms` says how many numbers of each run are multiplied, the upper half how many
/// before them are skipped. `b` lies row after row; `c` is row-major. The lower half of `counts`
/// says how many tiles there are, the upper half how many columns of the panel exist. `ahead` says
/// how many bytes behind the panel the one is that is multiplied next.
///
/// With an epilogue, `rowBytesOfC` is the address of its table, and the upper half of `runs` says
/// which column of all results is the first.
final class RunTileCode {
    /// @param rows 1 … [TileSize#rows]
    /// @param accumulate whether the products are added to what is there
    /// @param epilogue what is done to the sums then
    record Shape(int rows, Columns columns, boolean accumulate, EpilogueProgram epilogue) {
        String name() {
            return String.format(
                    Locale.ROOT,
                    "runs_%dx%d%s%s%s",
                    rows,
                    columns.vectors(),
                    columns.masked() ? "_masked" : "",
                    accumulate ? "_accumulate" : "",
                    epilogue.name());
        }
    }

    private static final int UNROLL = 4;
    private static final int LINE_BYTES = 64;

    private static final Word POINTERS = new Word(0);

    /// Where the panel is read.
    private static final Word AT = new Word(1);

    /// How many bytes of the run are done or skipped.
    private static final Word INDEX = new Word(2);

    private static final Word COUNT = new Word(3);

    /// From where the panel is read to what is fetched.
    private static final Word AHEAD = new Word(4);

    private static final Word SCRATCH = new Word(5);

    /// Where the first rows of the tile begin, for the current run; those of others are read when
    /// they are needed.
    private static final List<Word> ROWS =
            List.of(
                    new Word(6),
                    new Word(7),
                    new Word(8),
                    new Word(9),
                    new Word(10),
                    new Word(11),
                    new Word(12),
                    new Word(13),
                    new Word(14));

    private static final int WORDS = 15;

    private static final int COUNTS_ARGUMENT = 6;
    private static final int AHEAD_ARGUMENT = 7;

    // What is saved: arguments in the slots of their numbers, then more.
    private static final int PANEL = 1;
    private static final int RESULTS = 2;
    private static final int RUNS = 3;
    private static final int TERMS = 4;
    private static final int STRIDE = 5;
    private static final int SKIPPED = 6;
    private static final int TILES_LEFT = 7;
    private static final int RUNS_LEFT = 8;

    // For the epilogue: its table, and how many bytes the panel is behind the first column of all.
    private static final int TABLE = 9;
    private static final int COLUMN = 10;
    private static final int SLOTS = 11;

    private final VectorAssembler a;
    private final Shape shape;
    private final TileSums sums;
    private final int panelBytes;

    /// When sums are written, no words are needed for runs.
    private final RowPlaces results;

    private RunTileCode(Shape shape, VectorAssembler a) {
        this.a = a;
        this.shape = shape;
        sums = new TileSums(a, shape.rows, shape.columns, shape.accumulate);
        panelBytes = TileSize.VECTORS * a.lanes() * Float.BYTES;
        results = new RowPlaces(a, INDEX, COUNT, ROWS);
    }

    static byte[] emit(Shape shape, VectorAssembler a) {
        return new RunTileCode(shape, a).emit();
    }

    private byte[] emit() {
        enter();
        a.countDownSaved(TILES_LEFT, this::tile);
        a.leave();
        return a.finish();
    }

    private void enter() {
        a.enter(WORDS, 0, SLOTS);
        if (!shape.epilogue.isNone()) {
            beginEpilogue();
        }
        for (int i = PANEL; i <= STRIDE; i++) {
            a.save(new Word(i), i);
        }
        var terms = new Word(TERMS);
        var skipped = ROWS.getFirst();
        a.copy(skipped, terms);
        a.highHalf(skipped);
        a.shiftLeft(skipped, Integer.numberOfTrailingZeros(Float.BYTES));
        a.save(skipped, SKIPPED);
        a.lowHalf(terms, terms);
        a.save(terms, TERMS);
        a.argument(COUNT, COUNTS_ARGUMENT);
        a.lowHalf(INDEX, COUNT);
        a.save(INDEX, TILES_LEFT);
        a.highHalf(COUNT);
        shape.columns.setTail(a, COUNT, INDEX);
        a.argument(AHEAD, AHEAD_ARGUMENT);
    }

    private void beginEpilogue() {
        var stride = new Word(STRIDE);
        a.save(stride, TABLE);
        a.load(stride, Place.at(stride));
        var runs = new Word(RUNS);
        var column = ROWS.getFirst();
        a.copy(column, runs);
        a.highHalf(column);
        a.shiftLeft(column, Integer.numberOfTrailingZeros(Float.BYTES));
        a.save(column, COLUMN);
        a.lowHalf(runs, runs);
    }

    private void tile() {
        a.restore(AT, PANEL);
        var epilogue = epilogue();
        prefetchResults(epilogue);
        sums.clear();
        a.restore(SCRATCH, RUNS);
        a.save(SCRATCH, RUNS_LEFT);
        a.align(16);
        a.countDownSaved(RUNS_LEFT, this::run);
        store(epilogue);
    }

    private void prefetchResults(EpilogueCode epilogue) {
        int bytes = panelBytes / TileSize.VECTORS * shape.columns.vectors();
        a.restore(SCRATCH, RESULTS);
        a.restore(INDEX, STRIDE);
        for (int row = 0; row < shape.rows; row++) {
            if (row > 0) {
                a.add(SCRATCH, INDEX);
            }
            epilogue.prefetch(SCRATCH, bytes);
        }
    }

    /// One run of every row. A quarter of the next panel's lines are fetched into the second-level
    /// cache: others with each tile.
    private void run() {
        for (int row = 0; row < Math.min(shape.rows, ROWS.size()); row++) {
            a.load(ROWS.get(row), pointer(row));
        }
        a.restore(INDEX, SKIPPED);
        a.restore(COUNT, TERMS);
        a.whileAtLeast(
                COUNT,
                UNROLL,
                () -> {
                    for (int line = 0; line < linesAhead(); line++) {
                        a.prefetch(Place.at(AT, AHEAD).plus(line * LINE_BYTES), Cache.SECOND_LEVEL);
                    }
                    for (int k = 0; k < UNROLL; k++) {
                        step(k);
                    }
                    advance(UNROLL);
                });
        a.unlessZero(
                COUNT,
                () ->
                        a.countDown(
                                COUNT,
                                () -> {
                                    step(0);
                                    advance(1);
                                }));
        a.add(POINTERS, shape.rows * Long.BYTES);
    }

    /// How many lines are fetched while four rows of a panel are multiplied.
    private int linesAhead() {
        return Math.ceilDiv(panelBytes, LINE_BYTES);
    }

    private static Place pointer(int row) {
        return Place.at(POINTERS).plus(row * Long.BYTES);
    }

    private void step(int k) {
        sums.step(
                Place.at(AT).plus(k * panelBytes),
                row -> Place.at(row(row), INDEX).plus(k * Float.BYTES));
    }

    /// Where a row of the run begins.
    private Word row(int row) {
        if (row < ROWS.size()) {
            return ROWS.get(row);
        }
        a.load(SCRATCH, pointer(row));
        return SCRATCH;
    }

    private void advance(int steps) {
        a.add(INDEX, steps * Float.BYTES);
        a.add(AT, steps * panelBytes);
    }

    /// Writes the tile's results, and moves on to the next tile's.
    private void store(EpilogueCode epilogue) {
        a.restore(SCRATCH, RESULTS);
        a.restore(INDEX, STRIDE);
        results.setTriple();
        results.begin(SCRATCH, shape.rows);
        sums.store(results::row, epilogue);
        results.moveDown(SCRATCH, shape.rows);
        a.save(SCRATCH, RESULTS);
        a.add(AHEAD, linesAhead() * LINE_BYTES);
    }

    private EpilogueCode epilogue() {
        var where =
                new EpilogueCode.Arguments(
                        to -> a.restore(to, TABLE), to -> a.addSaved(to, COLUMN));
        var free = ROWS.subList(ROWS.size() - 2, ROWS.size());
        return new EpilogueCode(
                shape.epilogue, a, sums.others(), where, free.getFirst(), free.getLast());
    }
}
