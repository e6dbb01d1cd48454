package dev.tenon.kernels.move;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.Word;
import java.util.Locale;

/// Copies rows that lie apart:
///
///     f(from, to, fromBytes, toBytes, rows, bytes)
///
/// A row is `bytes` long; the next begins `fromBytes` and `toBytes` further. Picked rows begin
/// where a table of distances from `from` says, whose address stands for `fromBytes`. The end of a
/// row is copied as a whole part that overlaps the one before.
final class RowCopyCode {
    /// @param lanes what rows are cut into: vectors where rows have as much, else half of a row at
    ///   least
    /// @param picked whether a table says where rows begin
    record Variant(int lanes, boolean picked) {
        /// @param bytes of a row, at least [#MIN_BYTES]
        /// @param most lanes of a vector
        static Variant of(long bytes, boolean picked, int most) {
            long lanes = Long.highestOneBit(bytes / Float.BYTES);
            return new Variant((int) Math.min(lanes, most), picked);
        }

        String name() {
            return String.format(Locale.ROOT, "%s_rows_%d", picked ? "pick" : "copy", lanes);
        }
    }

    /// Rows shorter than this are not copied here.
    static final int MIN_BYTES = Float.BYTES;

    private static final int UNROLL = 4;

    private static final Word FROM = new Word(0);
    private static final Word TO = new Word(1);
    private static final Word FROM_BYTES = new Word(2);
    private static final Word TABLE = FROM_BYTES;
    private static final Word TO_BYTES = new Word(3);
    private static final Word ROWS = new Word(4);
    private static final Word BYTES = new Word(5);
    private static final Word INDEX = new Word(6);
    private static final Word COUNT = new Word(7);

    /// Where the last part of a row begins.
    private static final Word LAST = new Word(8);

    private static final Word BASE = new Word(9);
    private static final int WORDS = 10;

    private final VectorAssembler a;
    private final Variant variant;
    private final int part;

    private RowCopyCode(VectorAssembler a, Variant variant) {
        this.a = a;
        this.variant = variant;
        this.part = variant.lanes * Float.BYTES;
    }

    static byte[] emit(Variant variant, VectorAssembler a) {
        return new RowCopyCode(a, variant).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, 0, 0);
        if (variant.picked) {
            a.copy(BASE, FROM);
        }
        a.copy(LAST, BYTES);
        a.add(LAST, -part);
        a.align(16);
        a.countDown(ROWS, this::row);
        a.leave();
        return a.finish();
    }

    private void row() {
        if (variant.picked) {
            a.load(FROM, Place.at(TABLE));
            a.add(FROM, BASE);
            a.add(TABLE, Long.BYTES);
        }
        if (variant.lanes == a.lanes()) {
            a.set(INDEX, 0);
            a.copy(COUNT, BYTES);
            parts(UNROLL);
            parts(1);
            a.unlessZero(COUNT, () -> copy(Place.at(FROM, LAST), Place.at(TO, LAST)));
        } else {
            copy(Place.at(FROM), Place.at(TO));
            copy(Place.at(FROM, LAST), Place.at(TO, LAST));
        }
        if (!variant.picked) {
            a.add(FROM, FROM_BYTES);
        }
        a.add(TO, TO_BYTES);
    }

    /// As many as there are, some at once.
    private void parts(int count) {
        a.whileAtLeast(
                COUNT,
                count * part,
                () -> {
                    for (int i = 0; i < count; i++) {
                        a.loadFirst(
                                new Vector(i), Place.at(FROM, INDEX).plus(i * part), variant.lanes);
                    }
                    for (int i = 0; i < count; i++) {
                        a.storeFirst(
                                new Vector(i), Place.at(TO, INDEX).plus(i * part), variant.lanes);
                    }
                    a.add(INDEX, count * part);
                });
    }

    private void copy(Place from, Place to) {
        a.loadFirst(new Vector(0), from, variant.lanes);
        a.storeFirst(new Vector(0), to, variant.lanes);
    }
}
