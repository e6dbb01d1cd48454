package dev.tenon.kernels.norm;

import dev.tenon.kernels.norm.Normalize.Statistic;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorAssembler.Unary;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.Word;
import java.util.Locale;
import java.util.function.BiConsumer;

/// A routine that normalises contiguous rows, of at least one and of at least one number each, all
/// scaled alike:
///
///     f(x, y, rows, length, scale, bias, lengthAsFloatBits)
///
/// @param scaled whether there are scales, one a column
/// @param biased whether there are biases, one a column
record NormalizeCode(Statistic statistic, float epsilon, boolean scaled, boolean biased)
        implements VectorMachine.Recipe {
    private static final Word X = new Word(0);
    private static final Word Y = new Word(1);
    private static final Word ROWS = new Word(2);
    private static final Word LENGTH = new Word(3);
    private static final Word SCALE = new Word(4);
    private static final Word BIAS = new Word(5);
    private static final Word INDEX = new Word(6);
    private static final Word COUNT = new Word(7);
    private static final Word ROW_BYTES = new Word(8);
    private static final int WORDS = 9;

    private static final int LENGTH_ARGUMENT = 6;

    /// Vectors at once.
    private static final int WIDTH = 4;

    private static final Vector MEAN = new Vector(0);
    private static final Vector FACTOR = new Vector(1);

    /// One over the length.
    private static final Vector SHARE = new Vector(2);

    private static final int FIRST_SUM = 3;
    private static final int FIRST_FREE = FIRST_SUM + WIDTH;

    @Override
    public String name() {
        return String.format(
                Locale.ROOT, "normalize_%s", statistic.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public byte[] emit(VectorAssembler assembler) {
        return new Emitter(assembler).emit();
    }

    private final class Emitter {
        private final VectorAssembler a;
        private final RowLoop loop;

        Emitter(VectorAssembler a) {
            this.a = a;
            this.loop = new RowLoop(a, LENGTH, INDEX, COUNT);
        }

        private static Vector sum(int index) {
            return new Vector(FIRST_SUM + index);
        }

        private static Vector value(int index) {
            return new Vector(FIRST_FREE + index);
        }

        byte[] emit() {
            a.enter(WORDS, 0, 0);
            a.argument(INDEX, LENGTH_ARGUMENT);
            a.broadcast(FACTOR, INDEX);
            a.set(SHARE, Constant.of(1));
            a.apply(Binary.DIVIDE, SHARE, SHARE, FACTOR);
            a.copy(ROW_BYTES, LENGTH);
            a.add(ROW_BYTES, ROW_BYTES);
            a.add(ROW_BYTES, ROW_BYTES);
            loop.setTail();
            a.countDown(
                    ROWS,
                    () -> {
                        measure();
                        finish();
                        a.add(X, ROW_BYTES);
                        a.add(Y, ROW_BYTES);
                    });
            a.leave();
            return a.finish();
        }

        private void measure() {
            if (statistic == Statistic.DEVIATION) {
                average((sum, x) -> a.apply(Binary.ADD, sum, sum, x), false);
                a.set(MEAN, sum(0));
            }
            average((sum, x) -> a.fma(sum, x, x, sum), statistic == Statistic.DEVIATION);
            a.apply(Binary.ADD, sum(0), sum(0), Constant.of(epsilon));
            a.apply(Unary.SQRT, sum(0), sum(0));
            a.set(FACTOR, Constant.of(1));
            a.apply(Binary.DIVIDE, FACTOR, FACTOR, sum(0));
        }

        /// Leaves the sum over the row, divided by its length, in the first sum.
        ///
        /// @param centred whether the mean is taken away before
        private void average(BiConsumer<Vector, Vector> add, boolean centred) {
            for (int i = 0; i < WIDTH; i++) {
                a.set(sum(i), Constant.of(0));
            }
            loop.run(
                    WIDTH,
                    (vectors, part) -> {
                        for (int i = 0; i < vectors; i++) {
                            var x = value(i);
                            a.load(x, loop.at(X, i), part);
                            if (centred) {
                                a.apply(Binary.SUBTRACT, x, x, MEAN);
                                if (part == Part.TAIL) {
                                    a.keepTail(x, Constant.of(0), x);
                                }
                            }
                            add.accept(sum(i), x);
                        }
                    });
            for (int i = 1; i < WIDTH; i++) {
                a.apply(Binary.ADD, sum(0), sum(0), sum(i));
            }
            a.acrossLanes(Binary.ADD, sum(0), value(0));
            a.apply(Binary.MULTIPLY, sum(0), sum(0), SHARE);
        }

        private void finish() {
            loop.run(
                    WIDTH,
                    (vectors, part) -> {
                        for (int i = 0; i < vectors; i++) {
                            var x = value(i);
                            a.load(x, loop.at(X, i), part);
                            if (statistic == Statistic.DEVIATION) {
                                a.apply(Binary.SUBTRACT, x, x, MEAN);
                            }
                            a.apply(Binary.MULTIPLY, x, x, FACTOR);
                            scale(x, i, part);
                            a.store(x, loop.at(Y, i), part);
                        }
                    });
        }

        private void scale(Vector x, int index, Part part) {
            var scale = sum(0);
            var bias = sum(1);
            if (scaled) {
                a.load(scale, loop.at(SCALE, index), part);
            }
            if (biased) {
                a.load(bias, loop.at(BIAS, index), part);
            }
            if (scaled && biased) {
                a.fma(x, x, scale, bias);
            } else if (scaled) {
                a.apply(Binary.MULTIPLY, x, x, scale);
            } else if (biased) {
                a.apply(Binary.ADD, x, x, bias);
            }
        }
    }
}
