package dev.tenon.kernels.move;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import java.util.List;
import java.util.stream.IntStream;

/// Transposes matrices of 2 … 4 rows of 32-bit elements: brings planes together, or mixes the
/// channels of groups.
///
///     f(from, to, fromBytes, toBytes, columns, matrices, fromStep, toStep)
///
/// `from` has its rows `fromBytes` apart, `to` its `columns` rows, at least [#UNIT], `toBytes`
/// apart. The next of the matrices begin `fromStep` and `toStep` bytes further. Results of fewer
/// than four rows have to be dense: but for the last, each is overwritten by the ones after it.
final class FewRowsCode {
    static final int MIN_ROWS = 2;
    static final int MAX_ROWS = 4;

    /// Columns at least: as many as go through the lanes of a square.
    static final int UNIT = 4;

    private static final Word FROM = new Word(0);
    private static final Word TO = new Word(1);
    private static final Word COLUMNS = new Word(4);
    private static final Word MATRICES = new Word(5);
    private static final Word COUNT = new Word(6);
    private static final Word STEP = new Word(7);
    private static final Four IN = new Four(new Word(8), new Word(2), new Word(9));
    private static final Four OUT = new Four(new Word(10), new Word(3), new Word(11));
    private static final int WORDS = 12;

    private static final int FROM_STEP_ARGUMENT = 6;
    private static final int TO_STEP_ARGUMENT = 7;

    private static final List<Vector> ROWS =
            IntStream.range(0, MAX_ROWS).mapToObj(Vector::new).toList();

    private static final Vector SCRATCH = new Vector(MAX_ROWS);

    private final VectorAssembler a;
    private final int rows;

    private FewRowsCode(VectorAssembler a, int rows) {
        this.a = a;
        this.rows = rows;
    }

    static byte[] emit(int rows, VectorAssembler a) {
        return new FewRowsCode(a, rows).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, 0, 0);
        a.set(COUNT, rows);
        a.tail(COUNT, STEP);
        IN.setThrice(a);
        OUT.setThrice(a);
        a.countDown(
                MATRICES,
                () -> {
                    matrix();
                    a.argument(STEP, FROM_STEP_ARGUMENT);
                    a.add(FROM, STEP);
                    a.argument(STEP, TO_STEP_ARGUMENT);
                    a.add(TO, STEP);
                });
        a.leave();
        return a.finish();
    }

    /// The last four columns, which may overlap those before, come last.
    private void matrix() {
        a.copy(IN.first(), FROM);
        a.copy(OUT.first(), TO);
        a.copy(COUNT, COLUMNS);
        a.add(COUNT, -1);
        if (a.lanes() > UNIT) {
            a.whileAtLeast(COUNT, a.lanes(), () -> columns(a.lanes()));
        }
        a.whileAtLeast(COUNT, UNIT, () -> columns(UNIT));
        // Back, so that four are left.
        a.add(COUNT, -(UNIT - 1));
        a.address(IN.first(), Place.at(IN.first(), COUNT, Float.BYTES));
        a.multiply(COUNT, OUT.stride());
        a.add(OUT.first(), COUNT);
        last();
    }

    /// Some columns, which become rows; moves the pointers on.
    private void columns(int count) {
        var squares = load(count);
        for (int first = 0; first < count; first += UNIT) {
            for (int i = 0; i < UNIT; i++) {
                a.storeFour(squares.get(i), first, OUT.line(i));
            }
            a.address(OUT.first(), OUT.next());
        }
        a.add(IN.first(), count * Float.BYTES);
    }

    /// Four columns, and nothing behind them.
    private void last() {
        var square = load(UNIT);
        for (int i = 0; i < UNIT - 1; i++) {
            a.storeFour(square.get(i), 0, OUT.line(i));
        }
        var end = OUT.line(UNIT - 1);
        if (rows == MAX_ROWS) {
            a.storeFour(square.getLast(), 0, end);
        } else {
            a.store(square.getLast(), end, Part.TAIL);
        }
    }

    /// The squares of some columns; what the missing rows have is undefined.
    private List<Vector> load(int columns) {
        for (int i = 0; i < rows; i++) {
            a.loadFirst(ROWS.get(i), IN.line(i), columns);
        }
        return a.transpose(ROWS, SCRATCH);
    }
}
