package dev.tenon.kernels.resample;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import java.util.List;

/// Picks numbers of rows by groups of a vector each:
///
///     f(from, to, groups, groupCount, rows, rowCount, rowBytes)
///
/// An entry of `rows`, of which there are `rowCount`, has the distance from `from` of a row that is
/// picked from, and whether the results are one row or two, `rowBytes` apart, as 64 bits each. An
/// entry of `groups` has the distances, as 64
/// bits each, of a vector from the row's beginning and of what is picked from it from the result's,
/// and the lane that each lane is picked from. There is at least one row and one group.
final class PickCode {
    static final int TO = 8;
    static final int LANES = 16;

    /// Where an entry of `rows` says how many results there are: one or [#MAX_RESULTS].
    static final int RESULTS = 8;

    static final int MAX_RESULTS = 2;
    static final int ROW_ENTRY_BYTES = 16;

    private static final Word FROM = new Word(0);
    private static final Word RESULT = new Word(1);
    private static final Word GROUPS = new Word(2);
    private static final Word GROUP_COUNT = new Word(3);
    private static final Word ROWS = new Word(4);
    private static final Word ROW_COUNT = new Word(5);
    private static final Word ROW_BYTES = new Word(6);
    private static final Word ROW = new Word(7);
    private static final Word GROUP = new Word(8);
    private static final Word LEFT = new Word(9);
    private static final Word AT = new Word(10);
    private static final Word KIND = new Word(11);
    private static final Word TWO = new Word(12);
    private static final Word SECOND = new Word(13);
    private static final int WORDS = 14;

    private static final int ROW_BYTES_ARGUMENT = 6;

    private PickCode() {}

    /// Bytes of an entry.
    ///
    /// @param lanes of a vector
    static int entryBytes(int lanes) {
        return LANES + lanes * Float.BYTES;
    }

    static byte[] emit(VectorAssembler a) {
        a.enter(WORDS, 0, 0);
        a.argument(ROW_BYTES, ROW_BYTES_ARGUMENT);
        a.set(TWO, MAX_RESULTS);
        a.countDown(
                ROW_COUNT,
                () -> {
                    a.load(ROW, Place.at(ROWS));
                    a.add(ROW, FROM);
                    a.load(KIND, Place.at(ROWS).plus(RESULTS));
                    a.address(SECOND, Place.at(RESULT, ROW_BYTES));
                    a.ifBelow(KIND, TWO, () -> row(a, List.of(RESULT)));
                    a.unlessBelow(
                            KIND,
                            TWO,
                            () -> {
                                row(a, List.of(RESULT, SECOND));
                                a.add(RESULT, ROW_BYTES);
                            });
                    a.add(RESULT, ROW_BYTES);
                    a.add(ROWS, ROW_ENTRY_BYTES);
                });
        a.leave();
        return a.finish();
    }

    private static void row(VectorAssembler a, List<Word> results) {
        var x = new Vector(0);
        a.copy(GROUP, GROUPS);
        a.copy(LEFT, GROUP_COUNT);
        a.countDown(
                LEFT,
                () -> {
                    a.load(x, Place.at(GROUP).plus(LANES), Part.ALL);
                    a.load(AT, Place.at(GROUP));
                    a.pick(x, x, Place.at(ROW, AT));
                    a.load(AT, Place.at(GROUP).plus(TO));
                    results.forEach(result -> a.store(x, Place.at(result, AT), Part.ALL));
                    a.add(GROUP, entryBytes(a.lanes()));
                });
    }
}
