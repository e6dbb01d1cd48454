package dev.tenon.kernels.reduce;

import dev.tenon.kernels.reduce.Reduction.Fold;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorAssembler.Unary;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.Word;
import java.util.Locale;

/// A routine that folds rows, or columns, of at least one number each; there is at least one.
///
/// Rows are contiguous and give a number each:
///
///     f(x, y, rows, length, 0, lengthAsFloatBits)
///
/// Columns lie side by side, their numbers `rowBytes` apart:
///
///     f(x, y, length, columns, rowBytes, lengthAsFloatBits)
///
/// The largest or smallest of zeros has the sign of one of them.
record ReductionCode(Fold fold, boolean columns) implements VectorMachine.Recipe {
    private static final Word X = new Word(0);
    private static final Word Y = new Word(1);

    /// Rows, or how many numbers a column has.
    private static final Word OUTER = new Word(2);

    /// How many numbers a row has, or how many columns there are.
    private static final Word INNER = new Word(3);

    private static final Word ROW_BYTES = new Word(4);
    private static final Word LENGTH_BITS = new Word(5);
    private static final Word INDEX = new Word(6);
    private static final Word COUNT = new Word(7);
    private static final Word ROW = new Word(8);
    private static final Word ROWS_LEFT = new Word(9);
    private static final int WORDS = 10;

    /// Vectors at once.
    private static final int WIDTH = 4;

    private static final Vector LENGTH = new Vector(0);
    private static final Vector LOADED = new Vector(1);
    private static final Vector SCRATCH = new Vector(2);
    private static final int FIRST_RESULT = 3;
    private static final int FIRST_NAN = FIRST_RESULT + WIDTH;

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "reduce_%s_%s",
                columns ? "columns" : "rows",
                fold.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public byte[] emit(VectorAssembler assembler) {
        return new Emitter(assembler).emit();
    }

    private boolean isExtreme() {
        return fold == Fold.MAX || fold == Fold.MIN;
    }

    /// What leaves the other number as it is.
    private Constant neutral() {
        return Constant.of(
                switch (fold) {
                    case MAX -> Float.NEGATIVE_INFINITY;
                    case MIN -> Float.POSITIVE_INFINITY;
                    default -> 0;
                });
    }

    private Binary function() {
        return switch (fold) {
            case MAX -> Binary.MAX;
            case MIN -> Binary.MIN;
            default -> Binary.ADD;
        };
    }

    private final class Emitter {
        private final VectorAssembler a;
        private final RowLoop loop;

        Emitter(VectorAssembler a) {
            this.a = a;
            this.loop = new RowLoop(a, INNER, INDEX, COUNT);
        }

        private static Vector result(int index) {
            return new Vector(FIRST_RESULT + index);
        }

        /// Where a NaN was met.
        private static Vector nan(int index) {
            return new Vector(FIRST_NAN + index);
        }

        byte[] emit() {
            a.enter(WORDS, 0, 0);
            a.broadcast(LENGTH, LENGTH_BITS);
            loop.setTail();
            if (columns) {
                loop.run(WIDTH, this::column);
            } else {
                rows();
            }
            a.leave();
            return a.finish();
        }

        private void rows() {
            a.copy(ROW_BYTES, INNER);
            a.add(ROW_BYTES, ROW_BYTES);
            a.add(ROW_BYTES, ROW_BYTES);
            a.countDown(
                    OUTER,
                    () -> {
                        start(WIDTH);
                        loop.run(
                                WIDTH,
                                (vectors, part) -> {
                                    for (int i = 0; i < vectors; i++) {
                                        add(i, loop.at(X, i), part);
                                    }
                                });
                        joinLanes();
                        finish(0);
                        a.storeFirst(result(0), Place.at(Y), 1);
                        a.add(X, ROW_BYTES);
                        a.add(Y, Float.BYTES);
                    });
        }

        private void column(int vectors, Part part) {
            start(vectors);
            a.copy(ROW, X);
            a.copy(ROWS_LEFT, OUTER);
            a.countDown(
                    ROWS_LEFT,
                    () -> {
                        for (int i = 0; i < vectors; i++) {
                            add(i, loop.at(ROW, i), part);
                        }
                        a.add(ROW, ROW_BYTES);
                    });
            for (int i = 0; i < vectors; i++) {
                finish(i);
                a.store(result(i), loop.at(Y, i), part);
            }
        }

        private void start(int vectors) {
            for (int i = 0; i < vectors; i++) {
                a.set(result(i), neutral());
                if (isExtreme()) {
                    a.set(nan(i), Constant.of(0));
                }
            }
        }

        private void add(int index, Place from, Part part) {
            var result = result(index);
            a.load(LOADED, from, part);
            if (isExtreme()) {
                if (part == Part.TAIL) {
                    a.keepTail(LOADED, neutral(), SCRATCH);
                }
                a.apply(function(), result, result, LOADED);
                a.apply(Binary.UNORDERED, LOADED, LOADED, LOADED);
                a.apply(Binary.OR, nan(index), nan(index), LOADED);
            } else if (fold == Fold.SUM || fold == Fold.MEAN) {
                a.apply(Binary.ADD, result, result, LOADED);
            } else {
                a.fma(result, LOADED, LOADED, result);
            }
        }

        /// Folds all lanes of all results into the first.
        private void joinLanes() {
            for (int i = 1; i < WIDTH; i++) {
                a.apply(function(), result(0), result(0), result(i));
                if (isExtreme()) {
                    a.apply(Binary.OR, nan(0), nan(0), nan(i));
                }
            }
            a.acrossLanes(function(), result(0), SCRATCH);
            if (isExtreme()) {
                a.acrossLanes(Binary.OR, nan(0), SCRATCH);
            }
        }

        private void finish(int index) {
            var result = result(index);
            switch (fold) {
                case MAX, MIN -> a.apply(Binary.OR, result, result, nan(index));
                case MEAN -> a.apply(Binary.DIVIDE, result, result, LENGTH);
                case NORM -> a.apply(Unary.SQRT, result, result);
                case SUM, SUM_OF_SQUARES -> {}
            }
        }
    }
}
