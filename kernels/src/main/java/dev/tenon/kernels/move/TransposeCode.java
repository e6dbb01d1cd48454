package dev.tenon.kernels.move;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import java.util.List;
import java.util.stream.IntStream;

/// Transposes matrices of 32-bit elements:
///
///     f(from, to, fromBytes, toBytes, rows, columns)
///
/// `from` has `rows` rows, `fromBytes` apart; `to` has `columns` rows, `toBytes` apart. A block is
/// a vector of rows by four columns: a register has the elements of every fourth row, four lanes
/// each.
final class TransposeCode {
    /// Rows and columns that a matrix has at least.
    enum Extent {
        /// A vector of rows and [#UNIT] columns: the last blocks overlap the ones before.
        BLOCKS,
        /// One of each: blocks are masked.
        ANY;

        /// The best for a matrix.
        ///
        /// @param lanes of a vector
        static Extent of(long rows, long columns, int lanes) {
            return rows >= lanes && columns >= UNIT ? BLOCKS : ANY;
        }
    }

    /// Columns that go through registers at a time.
    private static final int UNIT = 4;

    /// Columns of a strip: what fills a line of the cache.
    private static final int WIDE = 16;

    private static final Word FROM = new Word(0);
    private static final Word TO = new Word(1);
    private static final Word FROM_BYTES = new Word(2);
    private static final Word TO_BYTES = new Word(3);
    private static final Word ROWS = new Word(4);
    private static final Word COLUMNS = new Word(5);
    private static final Four IN = new Four(new Word(6), FROM_BYTES, new Word(7));
    private static final Four OUT = new Four(new Word(8), TO_BYTES, new Word(9));

    /// The first row and column of a block.
    private static final Word BLOCK = new Word(10);

    /// The first column of the result where the block's rows are.
    private static final Word RESULT = new Word(11);

    /// Rows that are left.
    private static final Word COUNT = new Word(12);

    private static final Word SCRATCH = new Word(13);
    private static final int WORDS = 14;

    private static final List<Vector> VECTORS =
            IntStream.range(0, UNIT).mapToObj(Vector::new).toList();

    private static final Vector SPARE = new Vector(UNIT);

    private final VectorAssembler a;

    /// Rows of a block.
    private final int lanes;

    private TransposeCode(VectorAssembler a) {
        this.a = a;
        this.lanes = a.lanes();
    }

    static byte[] emit(Extent extent, VectorAssembler a) {
        return new TransposeCode(a).emit(extent);
    }

    private byte[] emit(Extent extent) {
        a.enter(WORDS, 0, 0);
        IN.setThrice(a);
        OUT.setThrice(a);
        switch (extent) {
            case BLOCKS -> blocks();
            case ANY -> masked();
        }
        a.leave();
        return a.finish();
    }

    private void blocks() {
        a.whileAtLeast(COLUMNS, WIDE, () -> strip(WIDE));
        a.whileAtLeast(COLUMNS, UNIT, () -> strip(UNIT));
        a.unlessZero(
                COLUMNS,
                () -> {
                    // Back, so that a whole strip is left.
                    a.add(COLUMNS, -UNIT);
                    a.address(FROM, Place.at(FROM, COLUMNS, Float.BYTES));
                    a.multiply(COLUMNS, TO_BYTES);
                    a.add(TO, COLUMNS);
                    strip(UNIT);
                });
    }

    /// Some columns of all rows; moves the columns' pointers on.
    private void strip(int columns) {
        rows(
                () -> block(columns),
                () -> {
                    // Back, so that a whole block is left.
                    a.add(COUNT, -lanes);
                    a.address(RESULT, Place.at(RESULT, COUNT, Float.BYTES));
                    a.multiply(COUNT, FROM_BYTES);
                    a.add(BLOCK, COUNT);
                    block(columns);
                });
        a.add(FROM, columns * Float.BYTES);
        for (int column = 0; column < columns; column += UNIT) {
            a.address(TO, Place.at(TO, TO_BYTES, UNIT));
        }
    }

    /// Goes over the rows.
    ///
    /// @param whole done for each block
    /// @param rest done for the rows that are left
    private void rows(Runnable whole, Runnable rest) {
        a.copy(BLOCK, FROM);
        a.copy(RESULT, TO);
        a.copy(COUNT, ROWS);
        a.whileAtLeast(
                COUNT,
                lanes,
                () -> {
                    whole.run();
                    for (int row = 0; row < lanes; row += UNIT) {
                        a.address(BLOCK, Place.at(BLOCK, FROM_BYTES, UNIT));
                    }
                    a.add(RESULT, lanes * Float.BYTES);
                });
        a.unlessZero(COUNT, rest);
    }

    private void block(int columns) {
        a.copy(OUT.first(), RESULT);
        for (int column = 0; column < columns; column += UNIT) {
            int bytes = column * Float.BYTES;
            a.address(IN.first(), Place.at(BLOCK).plus(bytes));
            for (int row = 0; row < lanes; row += UNIT) {
                for (int i = 0; i < UNIT; i++) {
                    a.setFour(VECTORS.get(i), row, IN.line(i));
                }
                a.address(IN.first(), IN.next());
            }
            var results = a.transpose(VECTORS, SPARE);
            for (int i = 0; i < UNIT; i++) {
                a.store(results.get(i), OUT.line(i), Part.ALL);
            }
            a.address(OUT.first(), OUT.next());
        }
    }

    private void masked() {
        a.whileAtLeast(
                COLUMNS,
                UNIT,
                () -> {
                    rows(() -> block(UNIT), () -> someRows(false));
                    a.add(FROM, UNIT * Float.BYTES);
                    a.address(TO, Place.at(TO, TO_BYTES, UNIT));
                });
        a.unlessZero(COLUMNS, () -> rows(this::someColumns, () -> someRows(true)));
    }

    /// The columns that are left, of a block of rows.
    private void someColumns() {
        a.tail(COLUMNS, SCRATCH);
        a.copy(IN.first(), BLOCK);
        for (int row = 0; row < lanes; row += UNIT) {
            for (int i = 0; i < UNIT; i++) {
                loadTail(i, row);
            }
            a.address(IN.first(), IN.next());
        }
        a.copy(OUT.first(), RESULT);
        storeColumns(0, a.transpose(VECTORS, SPARE), Part.ALL);
    }

    /// The rows that are left.
    ///
    /// @param few whether fewer than [#UNIT] columns are left
    private void someRows(boolean few) {
        if (few) {
            a.tail(COLUMNS, SCRATCH);
        }
        a.copy(IN.first(), BLOCK);
        loadRows(0, few);
        a.tail(COUNT, SCRATCH);
        a.copy(OUT.first(), RESULT);
        var results = a.transpose(VECTORS, SPARE);
        if (few) {
            storeColumns(0, results, Part.TAIL);
        } else {
            for (int i = 0; i < UNIT; i++) {
                a.store(results.get(i), OUT.line(i), Part.TAIL);
            }
        }
    }

    /// Those of the rows from one on that exist; the others are undefined.
    private void loadRows(int row, boolean few) {
        int i = row % UNIT;
        if (few) {
            loadTail(i, row - i);
        } else {
            a.setFour(VECTORS.get(i), row - i, IN.line(i));
        }
        if (row + 1 < lanes - 1) {
            a.unlessBelow(
                    COUNT,
                    row + 2,
                    () -> {
                        if (i == UNIT - 1) {
                            a.address(IN.first(), IN.next());
                        }
                        loadRows(row + 1, few);
                    });
        }
    }

    private void loadTail(int index, int lane) {
        if (lane == 0) {
            a.load(VECTORS.get(index), IN.line(index), Part.TAIL);
        } else {
            a.load(SPARE, IN.line(index), Part.TAIL);
            a.setFour(VECTORS.get(index), lane, SPARE);
        }
    }

    /// Those of three columns from one on that exist.
    private void storeColumns(int column, List<Vector> results, Part part) {
        a.store(results.get(column), OUT.line(column), part);
        if (column + 1 < UNIT - 1) {
            a.unlessBelow(COLUMNS, column + 2, () -> storeColumns(column + 1, results, part));
        }
    }
}
