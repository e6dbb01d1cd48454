package dev.tenon.kernels.attention;

import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.Word;

/// Multiplies rows of sums by what the states of a running softmax say:
///
///     f(values, rowBytes, rows, size, states)
///
/// There is at least one row and one value; states are those of [WeightCode].
final class ScaleCode {
    private static final Word VALUES = new Word(0);
    private static final Word ROW_BYTES = new Word(1);
    private static final Word ROWS = new Word(2);
    private static final Word SIZE = new Word(3);
    private static final Word STATES = new Word(4);
    private static final Word INDEX = new Word(5);
    private static final Word COUNT = new Word(6);
    private static final int WORDS = 7;

    /// Vectors of a row at once.
    private static final int WIDTH = 4;

    private static final Vector FACTOR = new Vector(0);
    private static final int FIRST_VALUE = 1;

    private ScaleCode() {}

    /// @param divides whether by the reciprocals of the sums, rather than by the factors
    static byte[] emit(boolean divides, VectorAssembler a) {
        var loop = new RowLoop(a, SIZE, INDEX, COUNT);
        a.enter(WORDS, 0, 0);
        loop.setTail();
        a.countDown(
                ROWS,
                () -> {
                    loadFactor(divides, a);
                    loop.run(
                            WIDTH,
                            (vectors, part) -> {
                                for (int i = 0; i < vectors; i++) {
                                    var x = new Vector(FIRST_VALUE + i);
                                    a.load(x, loop.at(VALUES, i), part);
                                    a.apply(Binary.MULTIPLY, x, x, FACTOR);
                                    a.store(x, loop.at(VALUES, i), part);
                                }
                            });
                    a.add(VALUES, ROW_BYTES);
                    a.add(STATES, WeightCode.STATE_BYTES);
                });
        a.leave();
        return a.finish();
    }

    private static void loadFactor(boolean divides, VectorAssembler a) {
        var state = Place.at(STATES);
        if (divides) {
            var sum = new Vector(FIRST_VALUE);
            a.broadcast(sum, state.plus(WeightCode.SUM * Float.BYTES));
            a.set(FACTOR, Constant.of(1));
            a.apply(Binary.DIVIDE, FACTOR, FACTOR, sum);
        } else {
            a.broadcast(FACTOR, state.plus(WeightCode.FACTOR * Float.BYTES));
        }
    }
}
