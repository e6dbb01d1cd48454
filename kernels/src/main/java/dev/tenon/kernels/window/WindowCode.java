package dev.tenon.kernels.window;

import dev.tenon.kernels.elementwise.EpilogueCode;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Source;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import dev.tenon.kernels.window.LineWindows.Fold;
import java.util.stream.IntStream;

/// Folds windows of a channels-last image into tiles of neighbouring outputs of one row or of some
/// rows, a vector of channels at a time:
///
///     f(x, y, table, lines, lineBytes, pixelBytes, tiles, vectors)
///
/// `x` is the first position that the first tile's first window covers in its first line, whether
/// that exists or not; `lines` of the windows exist, and are `lineBytes` apart. Of a tile of several
/// rows all lines exist, and `lines` is how many bytes its rows of `y` are apart. Positions of `x`
/// and `y` are `pixelBytes` apart. Of each position `vectors` of channels are folded; a tile of few
/// channels has so many of them instead.
///
/// The table of [Fold#PRODUCT] has for each vector of channels the weights of all taps of a window,
/// and begins with those of the first line that exists. That of [Fold#MEAN] has a divisor for each
/// output; that of [Fold#MAX] is not read.
///
/// With an epilogue, `pixelBytes` is the address of its table, and the upper half of `vectors` says
/// which channel of all is the first.
final class WindowCode {
    private static final Word X = new Word(0);
    private static final Word Y = new Word(1);
    private static final Word TABLE = new Word(2);
    private static final Word LINES = new Word(3);
    private static final Word LINE_BYTES = new Word(4);
    private static final Word PIXEL = new Word(5);
    private static final Word POINTER = new Word(6);
    private static final Word THREE_PIXELS = new Word(7);
    private static final Word LINE_COUNT = new Word(8);

    // Where a vector of channels begins.
    private static final Word VECTOR_X = new Word(9);
    private static final Word VECTOR_Y = new Word(10);
    private static final Word VECTOR_TABLE = new Word(11);
    private static final Word VECTOR_COUNT = new Word(12);

    // The same in one line.
    private static final Word LINE_X = new Word(13);
    private static final Word LINE_TABLE = new Word(14);
    private static final int WORDS = 15;

    /// Where a row of outputs begins, once all lines are folded.
    private static final Word ROW_Y = LINE_X;

    private static final int TILES_ARGUMENT = 6;
    private static final int VECTORS_ARGUMENT = 7;

    // What is saved: how many tiles are left, and for the epilogue its table and how many bytes the
    // first channel is behind the first of all.
    private static final int TILES_SLOT = 0;
    private static final int EPILOGUE_SLOT = 1;
    private static final int CHANNEL_SLOT = 2;
    private static final int SLOTS = 3;

    private final VectorAssembler a;
    private final WindowTile tile;
    private final int vectorBytes;
    private final Part part;

    /// What is read of the image.
    private final Vector element;

    private WindowCode(WindowTile tile, VectorAssembler a) {
        this.a = a;
        this.tile = tile;
        this.vectorBytes = a.lanes() * Float.BYTES;
        this.part = tile.isNarrow() ? Part.TAIL : Part.ALL;
        this.element = new Vector(a.vectors() - 1);
    }

    static byte[] emit(WindowTile tile, VectorAssembler assembler) {
        return new WindowCode(tile, assembler).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, 0, SLOTS);
        if (!tile.epilogue().isNone()) {
            beginEpilogue();
        }
        a.argument(POINTER, TILES_ARGUMENT);
        a.save(POINTER, TILES_SLOT);
        if (tile.isNarrow()) {
            vectors(POINTER);
            a.tail(POINTER, THREE_PIXELS);
        }
        a.address(THREE_PIXELS, Place.at(PIXEL, PIXEL, 2));
        a.countDownSaved(
                TILES_SLOT,
                () -> {
                    vectors();
                    advance(Y, tile.outputs());
                    advance(X, tile.outputs() * tile.line().stride());
                    if (tile.fold() == Fold.MEAN) {
                        a.add(TABLE, tile.outputs() * Float.BYTES);
                    }
                });
        a.leave();
        return a.finish();
    }

    private void beginEpilogue() {
        a.save(PIXEL, EPILOGUE_SLOT);
        a.load(PIXEL, Place.at(PIXEL));
        a.argument(POINTER, VECTORS_ARGUMENT);
        a.highHalf(POINTER);
        a.shiftLeft(POINTER, Integer.numberOfTrailingZeros(Float.BYTES));
        a.save(POINTER, CHANNEL_SLOT);
    }

    /// Reads how many vectors of channels there are, or how many channels of one.
    private void vectors(Word to) {
        a.argument(to, VECTORS_ARGUMENT);
        a.lowHalf(to, to);
    }

    private void advance(Word pointer, int positions) {
        a.set(POINTER, positions);
        a.multiply(POINTER, PIXEL);
        a.add(pointer, POINTER);
    }

    /// All channels of one tile.
    private void vectors() {
        a.copy(VECTOR_X, X);
        a.copy(VECTOR_Y, Y);
        a.copy(VECTOR_TABLE, TABLE);
        if (tile.isNarrow()) {
            vector();
            return;
        }
        vectors(VECTOR_COUNT);
        a.align(16);
        a.countDown(
                VECTOR_COUNT,
                () -> {
                    vector();
                    a.add(VECTOR_X, vectorBytes);
                    a.add(VECTOR_Y, vectorBytes);
                    if (tile.fold() == Fold.PRODUCT) {
                        a.add(VECTOR_TABLE, tile.taps() * vectorBytes);
                    }
                });
    }

    /// One vector of channels of one tile.
    private void vector() {
        float none = tile.fold() == Fold.MAX ? Float.NEGATIVE_INFINITY : 0;
        for (int i = 0; i < tile.sums(); i++) {
            a.set(new Vector(i), Constant.of(none));
        }
        a.copy(LINE_X, VECTOR_X);
        a.copy(LINE_TABLE, VECTOR_TABLE);
        if (tile.rows() == 1) {
            linesOfRow();
        } else {
            linesOfRows();
        }
        results();
    }

    /// Folds as many lines as exist.
    private void linesOfRow() {
        a.copy(LINE_COUNT, LINES);
        a.unlessZero(
                LINE_COUNT,
                () -> {
                    a.align(16);
                    a.countDown(
                            LINE_COUNT,
                            () -> {
                                load(0);
                                fold(0);
                                a.add(LINE_X, LINE_BYTES);
                                if (tile.fold() == Fold.PRODUCT) {
                                    a.add(LINE_TABLE, tile.line().taps() * vectorBytes);
                                }
                            });
                });
    }

    /// Folds all lines that windows of some rows cover.
    private void linesOfRows() {
        for (int line = 0; line < tile.column().positions(tile.rows()); line++) {
            int tapLine = tile.column().tapAt(line);
            if (tapLine >= 0) {
                load(tapLine);
            }
            fold(line);
            a.add(LINE_X, LINE_BYTES);
        }
    }

    /// Loads the weights of a line of taps that are kept.
    private void load(int tapLine) {
        if (tile.keepsWeights()) {
            for (int tap = 0; tap < tile.line().taps(); tap++) {
                a.load(kept(tapLine, tap), weight(tapLine, tap), Part.ALL);
            }
        }
    }

    private Vector kept(int tapLine, int tap) {
        int slot = tapLine % tile.keptLines();
        return new Vector(tile.sums() + slot * tile.line().taps() + tap);
    }

    private Place weight(int tapLine, int tap) {
        return Place.at(LINE_TABLE).plus((tapLine * tile.line().taps() + tap) * vectorBytes);
    }

    /// Folds one line into the rows whose windows cover it.
    private void fold(int line) {
        a.copy(POINTER, LINE_X);
        var walk = new Walk(a, POINTER);
        for (int position = tile.from(); position < tile.to(); position++) {
            boolean loaded = false;
            for (int row = 0; row < tile.rows(); row++) {
                int tapLine = tile.rows() == 1 ? 0 : tile.column().tapOf(row, line);
                for (int output = 0; tapLine >= 0 && output < tile.outputs(); output++) {
                    int tap = tile.line().tapOf(output, position);
                    if (tap >= 0) {
                        if (!loaded) {
                            element(walk.to(position));
                            loaded = true;
                        }
                        fold(row * tile.outputs() + output, tapLine, tap);
                    }
                }
            }
        }
    }

    private void element(Place from) {
        a.load(element, from, part);
        if (tile.fold() == Fold.MAX) {
            a.apply(Binary.UNORDERED, unordered(), element, element);
        }
    }

    private Vector unordered() {
        return new Vector(a.vectors() - 2);
    }

    private void fold(int output, int tapLine, int tap) {
        var sum = new Vector(output);
        switch (tile.fold()) {
            case PRODUCT -> {
                Source weight = tile.keepsWeights() ? kept(tapLine, tap) : weight(tapLine, tap);
                a.fma(sum, element, weight, sum);
            }
            case MEAN -> a.apply(Binary.ADD, sum, sum, element);
            case MAX -> {
                // A NaN so far is the result of the comparison; a NaN element is all ones.
                a.apply(Binary.MAX, sum, element, sum);
                a.apply(Binary.OR, sum, sum, unordered());
            }
        }
    }

    private void results() {
        var epilogue = epilogue();
        epilogue.columns(0, part);
        a.copy(ROW_Y, VECTOR_Y);
        for (int row = 0; row < tile.rows(); row++) {
            if (row > 0) {
                a.add(ROW_Y, LINES);
            }
            a.copy(POINTER, ROW_Y);
            var walk = new Walk(a, POINTER);
            for (int output = 0; output < tile.outputs(); output++) {
                var sum = new Vector(row * tile.outputs() + output);
                if (tile.fold() == Fold.MEAN) {
                    a.broadcast(element, Place.at(TABLE).plus(output * Float.BYTES));
                    a.apply(Binary.DIVIDE, sum, sum, element);
                }
                var to = walk.to(output);
                a.store(epilogue.apply(sum, to, 0, part), to, part);
            }
        }
    }

    private EpilogueCode epilogue() {
        var where =
                new EpilogueCode.Arguments(
                        to -> a.restore(to, EPILOGUE_SLOT),
                        to -> {
                            a.addSaved(to, CHANNEL_SLOT);
                            a.add(to, VECTOR_Y);
                            a.subtract(to, Y);
                        });
        var others = IntStream.range(tile.sums(), a.vectors()).mapToObj(Vector::new).toList();
        return new EpilogueCode(tile.epilogue(), a, others, where, LINE_COUNT, LINE_TABLE);
    }

    /// Addresses of growing positions from a pointer that moves on.
    private static final class Walk {
        private static final int STEP = 4;

        private final VectorAssembler a;
        private final Word pointer;
        private int base;

        Walk(VectorAssembler a, Word pointer) {
            this.a = a;
            this.pointer = pointer;
        }

        Place to(int position) {
            while (position - base >= STEP) {
                a.address(pointer, Place.at(pointer, PIXEL, STEP));
                base += STEP;
            }
            return switch (position - base) {
                case 0 -> Place.at(pointer);
                case 3 -> Place.at(pointer, THREE_PIXELS);
                default -> Place.at(pointer, PIXEL, position - base);
            };
        }
    }
}
