package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.Word;
import java.util.List;

/// Places in rows that lie a stride apart: each pointer serves five rows.
///
/// @param stride from row to row, in bytes
/// @param triple three times that
/// @param pointers to the first, the sixth and the eleventh row, as far as there are so many
record RowPlaces(VectorAssembler a, Word stride, Word triple, List<Word> pointers) {
    private static final int REACH = 5;

    /// By how many rows one instruction moves a word.
    private static final int[] STEPS = {12, 8, 6, 4, 3, 2, 1};

    /// Sets what is three times the stride.
    void setTriple() {
        a.address(triple, Place.at(stride, stride, 2));
    }

    /// Lets the pointers begin at a row.
    void begin(Word first, int rows) {
        a.copy(pointers.getFirst(), first);
        for (int i = 1; i < used(rows); i++) {
            var before = pointers.get(i - 1);
            a.address(pointers.get(i), Place.at(before, stride, 4));
            a.add(pointers.get(i), stride);
        }
    }

    private static int used(int rows) {
        return Math.ceilDiv(rows, REACH);
    }

    /// The place where the pointers are, in a row.
    Place row(int row) {
        var pointer = pointers.get(row / REACH);
        int further = row % REACH;
        return switch (further) {
            case 0 -> Place.at(pointer);
            case 3 -> Place.at(pointer, triple);
            default -> Place.at(pointer, stride, further);
        };
    }

    /// Moves along the rows.
    void moveAlong(int rows, int bytes) {
        for (int i = 0; i < used(rows); i++) {
            a.add(pointers.get(i), bytes);
        }
    }

    /// Moves a word down by some rows.
    void moveDown(Word word, int rows) {
        int left = rows;
        for (int step : STEPS) {
            while (left >= step) {
                boolean byTriple = step % 3 == 0;
                a.address(
                        word,
                        byTriple ? Place.at(word, triple, step / 3) : Place.at(word, stride, step));
                left -= step;
            }
        }
    }
}
