package dev.tenon.kernels.elementwise;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.Word;
import java.util.ArrayList;
import java.util.List;

/// The arguments of routines that compute a program on a rectangle of `f32`, and where they are
/// kept:
///
///     f(rows << 32 | columns, out, outRowBytes, p0, p0RowBytes, p1, p1RowBytes, others)
///
/// `p0` and `p1` are the operands of the program that are in memory of their own; `others` is where
/// the address and row bytes of the third and of each further one are. There is at least one row
/// and one column.
///
/// Saved words are the number of rows, then the row bytes of each operand in memory of its own, then
/// what the routine itself saves.
final class RectangleArguments {
    /// How an operand lies under the columns of a row.
    enum Access {
        /// It is the result, before it is overwritten.
        IN_PLACE,
        /// One number a column.
        COLUMNS,
        /// One number for all columns.
        REPEATED
    }

    /// Operands in memory of their own, at most.
    static final int MAX_OPERANDS = 9;

    /// Operands that are arguments of the routine.
    static final int DIRECT = 2;

    static final Word OUT = new Word(1);
    static final Word OUT_ROW_BYTES = new Word(2);
    static final int ROWS_SLOT = 0;

    private static final int FIRST_DIRECT_ARGUMENT = 3;
    private static final int FIRST_STRIDE_SLOT = 1;

    private static final Word COUNT = new Word(0);
    private static final Word INDEX = new Word(6);
    private static final Word COLUMNS = new Word(7);
    private static final Word SCRATCH = new Word(8);

    /// Where the pointers of operands are.
    private static final int[] POINTERS = {3, 5, 4, 9, 10, 11, 12, 13, 14};

    private final VectorAssembler a;
    private final List<Access> operands;
    private final RowLoop loop;

    /// The pointer of each operand.
    private final List<Word> places = new ArrayList<>();

    RectangleArguments(VectorAssembler a, List<Access> operands) {
        this.a = a;
        this.operands = operands;
        this.loop = new RowLoop(a, COLUMNS, INDEX, COUNT);
        int next = 0;
        for (var access : operands) {
            places.add(access == Access.IN_PLACE ? OUT : new Word(POINTERS[next++]));
        }
    }

    /// How many operands are in memory of their own.
    private int pointers() {
        return (int) operands.stream().filter(o -> o != Access.IN_PLACE).count();
    }

    /// How many words are saved; the routine's own come after them.
    int slots() {
        return FIRST_STRIDE_SLOT + pointers();
    }

    /// How many words [#keep] saves.
    int keptSlots() {
        return 1 + pointers();
    }

    /// The loop over the columns.
    RowLoop loop() {
        return loop;
    }

    /// The first argument is taken apart last, since it is where the routine counts.
    void read() {
        int pointers = pointers();
        for (int i = 0; i < Math.min(DIRECT, pointers); i++) {
            argument(SCRATCH, FIRST_DIRECT_ARGUMENT + 2 * i + 1);
            a.save(SCRATCH, FIRST_STRIDE_SLOT + i);
        }
        if (pointers > DIRECT) {
            argument(INDEX, FIRST_DIRECT_ARGUMENT + 2 * DIRECT);
            for (int i = DIRECT; i < pointers; i++) {
                var entry = Place.at(INDEX).plus((i - DIRECT) * 2 * Long.BYTES);
                a.load(new Word(POINTERS[i]), entry);
                a.load(SCRATCH, entry.plus(Long.BYTES));
                a.save(SCRATCH, FIRST_STRIDE_SLOT + i);
            }
        }
        a.lowHalf(COLUMNS, COUNT);
        a.highHalf(COUNT);
        a.save(COUNT, ROWS_SLOT);
    }

    private void argument(Word to, int index) {
        if (index < 6) {
            a.copy(to, new Word(index));
        } else {
            a.argument(to, index);
        }
    }

    /// Moves the pointers of operands in memory of their own to the next row.
    void nextRow() {
        int slot = FIRST_STRIDE_SLOT;
        for (int i = 0; i < operands.size(); i++) {
            if (operands.get(i) != Access.IN_PLACE) {
                a.addSaved(places.get(i), slot++);
            }
        }
    }

    /// Saves where the rows begin and how many there are.
    void keep() {
        a.restore(SCRATCH, ROWS_SLOT);
        a.save(SCRATCH, slots());
        for (int i = 0; i < pointers(); i++) {
            a.save(new Word(POINTERS[i]), slots() + 1 + i);
        }
    }

    /// Goes back to what [#keep] saved.
    void goBack() {
        a.restore(SCRATCH, slots());
        a.save(SCRATCH, ROWS_SLOT);
        for (int i = 0; i < pointers(); i++) {
            a.restore(new Word(POINTERS[i]), slots() + 1 + i);
        }
    }

    /// Loads operands under the columns at the loop's index.
    VectorBlock.Loader loader(Part part) {
        return (operand, copy, to) -> load(operand, copy, to, part);
    }

    private void load(int operand, int copy, Vector to, Part part) {
        var base = places.get(operand);
        if (operands.get(operand) == Access.REPEATED) {
            a.broadcast(to, Place.at(base));
        } else {
            a.load(to, loop.at(base, copy), part);
        }
    }
}
