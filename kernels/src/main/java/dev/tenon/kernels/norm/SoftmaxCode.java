package dev.tenon.kernels.norm;

import dev.tenon.kernels.elementwise.VectorMath;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Cache;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorCode;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.Word;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A routine for the softmax of contiguous rows, of at least one and of at least one number each:
///
///     f(x, y, rows, length)
///
/// @param logarithm whether the result is the logarithm of the softmax
record SoftmaxCode(boolean logarithm) implements VectorMachine.Recipe {
    private static final Word X = new Word(0);
    private static final Word Y = new Word(1);
    private static final Word ROWS = new Word(2);
    private static final Word LENGTH = new Word(3);
    private static final Word INDEX = new Word(4);
    private static final Word COUNT = new Word(5);
    private static final Word ROW_BYTES = new Word(6);
    private static final Word NEXT = new Word(7);
    private static final Word PREVIOUS = new Word(8);

    /// Where the result of the next row will be.
    private static final Word AFTER = new Word(9);

    private static final int WORDS = 10;

    /// Vectors at once where rows are read or scaled.
    private static final int WIDTH = 4;

    /// Vectors at once where exponentials are computed, at most.
    private static final int MAX_POWERS = 4;

    /// The largest number, then what is taken from each.
    private static final Vector LARGEST = new Vector(0);

    /// The first of [#WIDTH] sums, or of as many largest numbers.
    private static final int FIRST_SUM = 1;

    private static final int FIRST_AHEAD = FIRST_SUM + WIDTH;

    /// How many largest numbers of the next row there are.
    private static final int AHEAD = 2;

    /// What the previous row is multiplied by.
    private static final Vector FACTOR = new Vector(FIRST_AHEAD + AHEAD);

    /// Registers that leave enough for exponentials when rows overlap.
    private static final int MANY_VECTORS = 32;

    @Override
    public String name() {
        return logarithm ? "log_softmax" : "softmax";
    }

    @Override
    public byte[] emit(VectorAssembler assembler) {
        return new Emitter(assembler).emit();
    }

    /// Some vectors of a row at the loop's index.
    private record Columns(int vectors, Part part) {}

    private final class Emitter {
        private final VectorAssembler a;
        private final RowLoop loop;
        private final VectorCode power;
        private final VectorCode powers;
        private final VectorCode last;

        /// Whether a row is scaled and the next one's largest number is found while the
        /// exponentials of the row between them are computed, so that none of the three waits.
        private final boolean overlaps;

        private final int firstFree;

        Emitter(VectorAssembler a) {
            this.a = a;
            this.loop = new RowLoop(a, LENGTH, INDEX, COUNT);
            this.overlaps = !logarithm && a.vectors() >= MANY_VECTORS;
            this.firstFree = overlaps ? FACTOR.number() + 1 : FIRST_AHEAD;
            var free = IntStream.range(firstFree, a.vectors()).mapToObj(Vector::new).toList();
            var block = new VectorBlock();
            var difference = block.subtract(block.load(0), VectorBlock.pinned(LARGEST));
            var result = List.of(new VectorMath(block, a.hasTables()).expOfNegative(difference));
            power = block.complete(result, free);
            powers = block.completeWide(result, MAX_POWERS, free);
            last = last(free);
        }

        /// What the sum comes to: its reciprocal, or its logarithm.
        private VectorCode last(List<Vector> free) {
            var block = new VectorBlock();
            var sum = VectorBlock.pinned(sum(0));
            var result =
                    logarithm
                            ? new VectorMath(block, a.hasTables()).log(sum)
                            : block.divide(VectorBlock.constant(1), sum);
            return block.complete(List.of(result), free);
        }

        private static Vector sum(int index) {
            return new Vector(FIRST_SUM + index);
        }

        private static Vector ahead(int index) {
            return new Vector(FIRST_AHEAD + index);
        }

        private Vector free(int index) {
            return new Vector(firstFree + index);
        }

        byte[] emit() {
            a.enter(WORDS, Math.max(power.slots(), powers.slots()), 0);
            a.copy(ROW_BYTES, LENGTH);
            a.add(ROW_BYTES, ROW_BYTES);
            a.add(ROW_BYTES, ROW_BYTES);
            loop.setTail();
            if (overlaps) {
                overlappingRows();
            } else {
                a.countDown(ROWS, this::row);
            }
            a.leave();
            return a.finish();
        }

        private void row() {
            findLargest();
            addPowers(_ -> {});
            last.emit(a, (_, _, _) -> {});
            a.set(sum(0), last.result());
            if (logarithm) {
                // (x - largest) - logarithm, as it is defined, keeps the smaller numbers exact.
                rewrite(
                        X,
                        Y,
                        v -> {
                            a.apply(Binary.SUBTRACT, v, v, LARGEST);
                            a.apply(Binary.SUBTRACT, v, v, sum(0));
                        });
            } else {
                rewrite(Y, Y, v -> a.apply(Binary.MULTIPLY, v, v, sum(0)));
            }
            a.add(X, ROW_BYTES);
            a.add(Y, ROW_BYTES);
        }

        /// The first row is preceded by itself before its exponentials are there, and the last one
        /// followed by itself.
        private void overlappingRows() {
            findLargest();
            a.set(FACTOR, Constant.of(1));
            a.copy(PREVIOUS, Y);
            a.countDown(
                    ROWS,
                    () -> {
                        a.address(AFTER, Place.at(Y, ROW_BYTES));
                        a.copy(NEXT, X);
                        a.unlessBelow(ROWS, 2, () -> a.add(NEXT, ROW_BYTES));
                        for (int i = 0; i < AHEAD; i++) {
                            a.set(ahead(i), Constant.of(Float.NEGATIVE_INFINITY));
                        }
                        addPowers(this::neighbours);
                        last.emit(a, (_, _, _) -> {});
                        a.set(FACTOR, last.result());
                        join(Binary.MAX, ahead(0), ahead(1));
                        a.set(LARGEST, ahead(0));
                        a.copy(PREVIOUS, Y);
                        a.copy(X, NEXT);
                        a.add(Y, ROW_BYTES);
                    });
            rewrite(PREVIOUS, PREVIOUS, v -> a.apply(Binary.MULTIPLY, v, v, FACTOR));
        }

        /// What is done with the previous and the next row at the same columns. Where the next one
        /// goes is fetched, since stores that wait for it would hold up those behind them.
        private void neighbours(Columns columns) {
            for (int i = 0; i < columns.vectors; i++) {
                var previous = free(i);
                a.load(previous, loop.at(PREVIOUS, i), columns.part);
                a.apply(Binary.MULTIPLY, previous, previous, FACTOR);
                a.store(previous, loop.at(PREVIOUS, i), columns.part);
            }
            for (int i = 0; i < columns.vectors; i++) {
                var next = free(i);
                a.prefetch(loop.at(AFTER, i), Cache.FIRST_LEVEL);
                a.load(next, loop.at(NEXT, i), columns.part);
                if (columns.part == Part.TAIL) {
                    a.keepTail(next, Constant.of(Float.NEGATIVE_INFINITY), free(WIDTH));
                }
                a.apply(Binary.MAX, ahead(i % AHEAD), ahead(i % AHEAD), next);
            }
        }

        /// NaN may be lost here; it returns with the exponential.
        private void findLargest() {
            var least = Constant.of(Float.NEGATIVE_INFINITY);
            for (int i = 0; i < WIDTH; i++) {
                a.set(sum(i), least);
            }
            loop.run(
                    WIDTH,
                    (vectors, part) -> {
                        for (int i = 0; i < vectors; i++) {
                            a.load(free(i), loop.at(X, i), part);
                            if (part == Part.TAIL) {
                                a.keepTail(free(i), least, free(WIDTH));
                            }
                            a.apply(Binary.MAX, sum(i), sum(i), free(i));
                        }
                    });
            join(Binary.MAX);
            a.set(LARGEST, sum(0));
        }

        /// Combines what the vectors at once came to.
        private void join(Binary function) {
            for (int i = 2; i < WIDTH; i++) {
                a.apply(function, sum(i % 2), sum(i % 2), sum(i));
            }
            join(function, sum(0), sum(1));
        }

        private void join(Binary function, Vector x, Vector y) {
            a.apply(function, x, x, y);
            a.acrossLanes(function, x, free(0));
        }

        /// @param before what is emitted before the exponentials of some columns
        private void addPowers(Consumer<Columns> before) {
            for (int i = 0; i < WIDTH; i++) {
                a.set(sum(i), Constant.of(0));
            }
            loop.run(
                    powers.results().size(),
                    (vectors, part) -> {
                        before.accept(new Columns(vectors, part));
                        var code = vectors == 1 ? power : powers;
                        code.emit(a, (_, copy, to) -> a.load(to, loop.at(X, copy), part));
                        for (int i = 0; i < vectors; i++) {
                            var result = code.results().get(i);
                            if (part == Part.TAIL) {
                                a.keepTail(result, Constant.of(0), result);
                            }
                            if (!logarithm) {
                                a.store(result, loop.at(Y, i), part);
                            }
                            a.apply(Binary.ADD, sum(i), sum(i), result);
                        }
                    });
            join(Binary.ADD);
        }

        private void rewrite(Word from, Word to, Consumer<Vector> change) {
            loop.run(
                    WIDTH,
                    (vectors, part) -> {
                        for (int i = 0; i < vectors; i++) {
                            a.load(free(i), loop.at(from, i), part);
                            change.accept(free(i));
                            a.store(free(i), loop.at(to, i), part);
                        }
                    });
        }
    }
}
