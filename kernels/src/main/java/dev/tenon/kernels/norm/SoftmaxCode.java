package dev.tenon.kernels.norm;

import dev.tenon.kernels.elementwise.VectorMath;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
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
    private static final int WORDS = 7;

    /// Vectors at once where rows are read or scaled.
    private static final int WIDTH = 4;

    /// Vectors at once where exponentials are computed, at most.
    private static final int MAX_POWERS = 4;

    /// The largest number, then what is taken from each.
    private static final Vector LARGEST = new Vector(0);

    /// The first of [#WIDTH] sums, or of as many largest numbers.
    private static final int FIRST_SUM = 1;

    private static final int FIRST_FREE = FIRST_SUM + WIDTH;

    @Override
    public String name() {
        return logarithm ? "log_softmax" : "softmax";
    }

    @Override
    public byte[] emit(VectorAssembler assembler) {
        return new Emitter(assembler).emit();
    }

    private final class Emitter {
        private final VectorAssembler a;
        private final RowLoop loop;
        private final VectorCode power;
        private final VectorCode powers;
        private final VectorCode last;

        Emitter(VectorAssembler a) {
            this.a = a;
            this.loop = new RowLoop(a, LENGTH, INDEX, COUNT);
            var free = IntStream.range(FIRST_FREE, a.vectors()).mapToObj(Vector::new).toList();
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

        private static Vector free(int index) {
            return new Vector(FIRST_FREE + index);
        }

        byte[] emit() {
            a.enter(WORDS, Math.max(power.slots(), powers.slots()), 0);
            a.copy(ROW_BYTES, LENGTH);
            a.add(ROW_BYTES, ROW_BYTES);
            a.add(ROW_BYTES, ROW_BYTES);
            loop.setTail();
            a.countDown(
                    ROWS,
                    () -> {
                        findLargest();
                        addPowers();
                        finish();
                        a.add(X, ROW_BYTES);
                        a.add(Y, ROW_BYTES);
                    });
            a.leave();
            return a.finish();
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
            for (int i = 1; i < WIDTH; i++) {
                a.apply(function, sum(0), sum(0), sum(i));
            }
            a.acrossLanes(function, sum(0), free(0));
        }

        private void addPowers() {
            for (int i = 0; i < WIDTH; i++) {
                a.set(sum(i), Constant.of(0));
            }
            loop.run(
                    powers.results().size(),
                    (vectors, part) -> {
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

        private void finish() {
            last.emit(a, (_, _, _) -> {});
            if (logarithm) {
                // (x - largest) - logarithm, as it is defined, keeps the smaller numbers exact.
                a.set(sum(0), last.result());
                rewrite(
                        X,
                        v -> {
                            a.apply(Binary.SUBTRACT, v, v, LARGEST);
                            a.apply(Binary.SUBTRACT, v, v, sum(0));
                        });
            } else {
                a.set(sum(0), last.result());
                rewrite(Y, v -> a.apply(Binary.MULTIPLY, v, v, sum(0)));
            }
        }

        private void rewrite(Word from, Consumer<Vector> change) {
            loop.run(
                    WIDTH,
                    (vectors, part) -> {
                        for (int i = 0; i < vectors; i++) {
                            a.load(free(i), loop.at(from, i), part);
                            change.accept(free(i));
                            a.store(free(i), loop.at(Y, i), part);
                        }
                    });
        }
    }
}
