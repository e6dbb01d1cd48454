package dev.tenon.kernels.vector;

import dev.tenon.kernels.vector.VectorAssembler.Part;

/// Loops over the vectors of a row: as long as there are enough several at once, then one by one,
/// then what is left.
///
/// @param length how many numbers a row has
/// @param index how many bytes of the row are done; overwritten
/// @param count overwritten
public record RowLoop(VectorAssembler a, Word length, Word index, Word count) {
    /// Emits the code for some vectors at the index.
    @FunctionalInterface
    public interface Body {
        /// @param part [Part#TAIL] only for one vector
        void emit(int vectors, Part part);
    }

    /// Says what the tail of a row is, once for all loops.
    public void setTail() {
        a.copy(index, length);
        a.and(index, a.lanes() - 1);
        a.tail(index, count);
    }

    /// @param width how many vectors at once
    public void run(int width, Body body) {
        a.set(index, 0);
        a.copy(count, length);
        step(width, body);
        if (width > 1) {
            step(1, body);
        }
        a.unlessZero(count, () -> body.emit(1, Part.TAIL));
    }

    private void step(int vectors, Body body) {
        int lanes = vectors * a.lanes();
        a.whileAtLeast(
                count,
                lanes,
                () -> {
                    body.emit(vectors, Part.ALL);
                    a.add(index, lanes * Float.BYTES);
                });
    }

    /// A vector of the row that begins there.
    public Place at(Word row, int vector) {
        return Place.at(row, index).plus(vector * a.lanes() * Float.BYTES);
    }
}
