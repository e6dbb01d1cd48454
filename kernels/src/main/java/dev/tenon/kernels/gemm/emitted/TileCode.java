package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.elementwise.EpilogueCode;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Cache;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import java.util.List;
import java.util.Locale;

/// The product of some rows with panels of two vectors' columns:
///
///     f(a, b, c, depth, rowBytesOfA, rowBytesOfC, counts, panelBytes)
///
/// `a` and `c` are row-major, `b` lies as [Layout] says. Each panel of `b` is multiplied with so
/// many full tiles of rows as the lower half of `counts` says, and then with the lower ones that
/// [Shape#tiles] has; the sums of a tile stay in registers. The upper half says how many panels
/// there are, `panelBytes` how far it is from one to the next, and to what is fetched during the
/// last. With [Shape#masked] there is one panel, and the upper half says how many of its columns
/// exist.
///
/// With an epilogue, `rowBytesOfC` is the address of its table, and the upper half of `depth` says
/// which column of all results is the first.
final class TileCode {
    /// Columns of a matrix in the layout [Layout#WINDOWS], at most.
    static final int WINDOW = 256;

    /// Which columns of a panel exist.
    enum Columns {
        ALL,
        /// Those of the first vector, and some of the second.
        SOME,
        /// At most those of the first vector.
        FEW;

        /// How many vectors of a panel are computed.
        int vectors() {
            return this == FEW ? 1 : TileSize.VECTORS;
        }

        boolean masked() {
            return this != ALL;
        }

        /// What is written of a vector.
        Part part(int vector) {
            return masked() && vector == vectors() - 1 ? Part.TAIL : Part.ALL;
        }

        /// Sets the tail.
        ///
        /// @param existing how many columns of a panel exist; overwritten
        /// @param scratch overwritten
        void setTail(VectorAssembler a, Word existing, Word scratch) {
            if (this == SOME) {
                a.add(existing, -a.lanes());
            }
            if (masked()) {
                a.tail(existing, scratch);
            }
        }

        /// Those of a panel of which so many exist.
        static Columns of(int existing) {
            var size = TileSize.here();
            return existing == size.panel() ? ALL : existing <= size.lanes() ? FEW : SOME;
        }
    }

    /// How the right-hand matrix lies in memory.
    enum Layout {
        /// Panel after panel, in each of them row after row.
        PANELS,
        /// Row after row of [#WINDOW] columns and as many again as keep rows from meeting in the
        /// same lines of the first-level cache.
        WINDOWS;

        /// From one row to the next.
        int rowNumbers(int panel) {
            return this == PANELS ? panel : WINDOW + panel;
        }
    }

    /// How much of the next panel is fetched into the second-level cache while a tile is multiplied
    /// with this one, so that it has come when it is needed.
    enum Ahead {
        /// For matrices that were just written.
        NONE(0),
        /// The next panel has come after four tiles.
        QUARTER(1),
        /// After two.
        HALF(2),
        /// After one.
        WHOLE(4);

        private final int quarters;

        Ahead(int quarters) {
            this.quarters = quarters;
        }

        /// What is right for so many tiles a panel.
        static Ahead of(int tiles) {
            return tiles >= 4 ? QUARTER : tiles >= 2 ? HALF : WHOLE;
        }
    }

    /// @param tiles how the rows are cut; the number of full tiles comes with the call
    /// @param accumulate whether the products are added to what is there
    /// @param epilogue what is done to the sums then
    record Shape(
            Heights tiles,
            Columns columns,
            Layout layout,
            Ahead ahead,
            boolean accumulate,
            EpilogueProgram epilogue) {
        boolean masked() {
            return columns.masked();
        }

        String name() {
            return String.format(
                    Locale.ROOT,
                    "gemm_%sx%d%s%s%s%s%s",
                    tiles.text(),
                    columns.vectors(),
                    layout == Layout.WINDOWS ? "_windows" : "",
                    masked() ? "_masked" : "",
                    ahead == Ahead.NONE ? "" : "_ahead" + ahead.quarters,
                    accumulate ? "_accumulate" : "",
                    epilogue.name());
        }
    }

    /// Rows of a panel between two turns of the loop.
    private static final int UNROLL = 4;

    private static final int LINE_BYTES = 64;

    private static final Word A = new Word(0);
    private static final Word B = new Word(1);
    private static final Word C = new Word(2);
    private static final Word DEPTH = new Word(3);
    private static final Word A_STRIDE = new Word(4);
    private static final Word C_STRIDE = new Word(5);
    private static final Word A_TRIPLE = new Word(6);
    private static final Word COUNT = new Word(7);

    /// Where the panel is read.
    private static final Word AT = new Word(8);

    /// Where rows of the tile are read, or written.
    private static final List<Word> ROWS = List.of(new Word(9), new Word(10), new Word(11));

    private static final Word TILES = new Word(12);

    /// The line of the next panel to fetch, and how far it moves with the loop.
    private static final Word AHEAD = new Word(13);

    private static final Word AHEAD_STEP = new Word(14);
    private static final int WORDS = 15;

    private static final int COUNTS_ARGUMENT = 6;
    private static final int STRIDE_ARGUMENT = 7;

    // What is saved: the first rows of a panel, how many tiles it has, how many panels are left,
    // and how far it is from panel to panel.
    private static final int LEFT = 0;
    private static final int RESULTS = 1;
    private static final int FULL_TILES = 2;
    private static final int PANELS = 3;
    private static final int STRIDE = 4;

    // For the epilogue: its table, how many bytes the panel is behind the first column of all, and
    // the depth, whose word it uses.
    private static final int TABLE = 5;
    private static final int COLUMN = 6;
    private static final int SAVED_DEPTH = 7;
    private static final int SLOTS = 8;

    private final VectorAssembler a;
    private final Shape shape;
    private final int panelBytes;
    private final int rowBytes;
    private final RowPlaces left;

    /// Needs no word of its own for three strides: the counter of the sums is free when they are
    /// written.
    private final RowPlaces results;

    private TileCode(Shape shape, VectorAssembler a) {
        this.a = a;
        this.shape = shape;
        int panel = TileSize.VECTORS * a.lanes();
        panelBytes = panel * Float.BYTES;
        rowBytes = shape.layout.rowNumbers(panel) * Float.BYTES;
        left = new RowPlaces(a, A_STRIDE, A_TRIPLE, ROWS);
        results = new RowPlaces(a, C_STRIDE, COUNT, ROWS);
    }

    static byte[] emit(Shape shape, VectorAssembler a) {
        return new TileCode(shape, a).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, 0, SLOTS);
        if (!shape.epilogue.isNone()) {
            beginEpilogue();
        }
        left.setTriple();
        a.argument(COUNT, COUNTS_ARGUMENT);
        a.lowHalf(AT, COUNT);
        a.save(AT, FULL_TILES);
        a.highHalf(COUNT);
        a.argument(AT, STRIDE_ARGUMENT);
        a.save(AT, STRIDE);
        if (shape.masked()) {
            shape.columns.setTail(a, COUNT, AT);
            panel();
        } else {
            a.save(A, LEFT);
            a.save(C, RESULTS);
            a.save(COUNT, PANELS);
            a.countDownSaved(PANELS, this::panelOfSeveral);
        }
        a.leave();
        return a.finish();
    }

    private void beginEpilogue() {
        a.save(C_STRIDE, TABLE);
        a.load(C_STRIDE, Place.at(C_STRIDE));
        a.copy(AT, DEPTH);
        a.highHalf(AT);
        a.shiftLeft(AT, Integer.numberOfTrailingZeros(Float.BYTES));
        a.save(AT, COLUMN);
        a.lowHalf(DEPTH, DEPTH);
        a.save(DEPTH, SAVED_DEPTH);
    }

    private void panelOfSeveral() {
        a.restore(A, LEFT);
        a.restore(C, RESULTS);
        panel();
        a.addSaved(B, STRIDE);
        a.addToSaved(RESULTS, panelBytes);
        if (!shape.epilogue.isNone()) {
            a.addToSaved(COLUMN, panelBytes);
        }
    }

    private void panel() {
        var tiles = shape.tiles;
        beginFetching();
        if (tiles.full() > 0) {
            a.restore(TILES, FULL_TILES);
            a.align(16);
            a.countDown(TILES, () -> tile(tiles.tile()));
        }
        for (int rows : new int[] {tiles.second(), tiles.third()}) {
            if (rows > 0) {
                tile(rows);
            }
        }
    }

    private void tile(int rows) {
        var sums = new TileSums(a, rows, shape.columns, shape.accumulate);
        var epilogue = epilogue(sums);
        prefetchResults(rows, epilogue);
        a.copy(AT, B);
        left.begin(A, rows);
        sums.clear();
        depthLoop(sums);
        endFetching();
        results.setTriple();
        results.begin(C, rows);
        sums.store(results::row, epilogue);
        if (!shape.epilogue.isNone()) {
            a.restore(DEPTH, SAVED_DEPTH);
        }
        left.moveDown(A, rows);
        results.moveDown(C, rows);
    }

    private EpilogueCode epilogue(TileSums sums) {
        var where =
                new EpilogueCode.Arguments(
                        to -> a.restore(to, TABLE), to -> a.addSaved(to, COLUMN));
        return new EpilogueCode(shape.epilogue, a, sums.others(), where, AT, DEPTH);
    }

    private void prefetchResults(int rows, EpilogueCode epilogue) {
        int bytes = panelBytes / TileSize.VECTORS * shape.columns.vectors();
        var row = ROWS.getFirst();
        a.copy(row, C);
        for (int i = 0; i < rows; i++) {
            if (i > 0) {
                a.add(row, C_STRIDE);
            }
            epilogue.prefetch(row, bytes);
        }
    }

    private void beginFetching() {
        if (shape.ahead != Ahead.NONE) {
            a.copy(AHEAD, B);
            a.addSaved(AHEAD, STRIDE);
            a.set(AHEAD_STEP, (long) linesAhead() * LINE_BYTES);
        }
    }

    /// How many lines are fetched while four rows of a panel are multiplied.
    private int linesAhead() {
        return Math.ceilDiv(shape.ahead.quarters * panelBytes, LINE_BYTES);
    }

    /// Stops at the end of the next panel; this one has been read to its end.
    private void endFetching() {
        if (shape.ahead != Ahead.NONE) {
            var end = ROWS.getFirst();
            a.copy(end, AT);
            a.addSaved(end, STRIDE);
            a.unlessBelow(
                    AHEAD,
                    end,
                    () -> {
                        a.copy(AHEAD, B);
                        a.set(AHEAD_STEP, 0);
                    });
        }
    }

    private void depthLoop(TileSums sums) {
        a.copy(COUNT, DEPTH);
        a.whileAtLeast(
                COUNT,
                UNROLL,
                () -> {
                    for (int k = 0; k < UNROLL; k++) {
                        step(sums, k);
                        fetch(k);
                    }
                    advance(sums, UNROLL);
                    if (shape.ahead != Ahead.NONE) {
                        a.add(AHEAD, AHEAD_STEP);
                    }
                });
        a.unlessZero(
                COUNT,
                () ->
                        a.countDown(
                                COUNT,
                                () -> {
                                    step(sums, 0);
                                    advance(sums, 1);
                                }));
    }

    private void step(TileSums sums, int k) {
        sums.step(Place.at(AT).plus(k * rowBytes), row -> left.row(row).plus(k * Float.BYTES));
    }

    /// Fetches one row's share of the lines.
    private void fetch(int k) {
        for (int line = k; line < linesAhead(); line += UNROLL) {
            a.prefetch(Place.at(AHEAD).plus(line * LINE_BYTES), Cache.SECOND_LEVEL);
        }
    }

    private void advance(TileSums sums, int steps) {
        left.moveAlong(sums.rows(), steps * Float.BYTES);
        a.add(AT, steps * rowBytes);
    }
}
