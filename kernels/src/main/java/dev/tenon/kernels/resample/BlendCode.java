package dev.tenon.kernels.resample;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.Word;

/// Blends pairs of rows:
///
///     f(from, to, pairs, count, length)
///
/// Each of the `count` pairs, at least one, gives a row of `length` numbers, at least one; the
/// results are dense. An entry of the table has the distances of both rows from `from`, as 64 bits
/// each, and what each is multiplied by, as `f32` each.
final class BlendCode {
    static final int ENTRY_BYTES = 24;
    static final int SECOND = 8;
    static final int FIRST_WEIGHT = 16;
    static final int SECOND_WEIGHT = 20;

    private static final Word FROM = new Word(0);
    private static final Word TO = new Word(1);
    private static final Word PAIRS = new Word(2);
    private static final Word COUNT = new Word(3);
    private static final Word LENGTH = new Word(4);
    private static final Word INDEX = new Word(5);
    private static final Word LEFT = new Word(6);
    private static final Word X = new Word(7);
    private static final Word Y = new Word(8);
    private static final int WORDS = 9;

    /// Vectors at once, at least where there are as many, and at most.
    private static final int MIN_WIDTH = 4;

    private static final int MAX_WIDTH = 8;

    private static final Vector X_WEIGHT = new Vector(0);
    private static final Vector Y_WEIGHT = new Vector(1);
    private static final int FIRST_FREE = 2;

    private final int width;
    private final VectorAssembler a;
    private final RowLoop loop;

    private BlendCode(int width, VectorAssembler a) {
        this.width = width;
        this.a = a;
        this.loop = new RowLoop(a, LENGTH, INDEX, LEFT);
    }

    /// @param width vectors at once, as long as there are enough
    static byte[] emit(int width, VectorAssembler a) {
        return new BlendCode(width, a).emit();
    }

    /// How many vectors at once take the fewest steps for a row of so many numbers.
    static int width(int length, VectorLevel level) {
        int vectors = length / level.lanes();
        // One register may hold the mask of a tail.
        int most = Math.min(MAX_WIDTH, (level.registers() - 1 - FIRST_FREE) / 2);
        int width = MIN_WIDTH;
        for (int w = MIN_WIDTH + 1; w <= most; w++) {
            if (vectors / w + vectors % w < vectors / width + vectors % width) {
                width = w;
            }
        }
        return width;
    }

    private byte[] emit() {
        a.enter(WORDS, 0, 0);
        loop.setTail();
        a.countDown(
                COUNT,
                () -> {
                    a.load(X, Place.at(PAIRS));
                    a.add(X, FROM);
                    a.load(Y, Place.at(PAIRS).plus(SECOND));
                    a.add(Y, FROM);
                    a.broadcast(X_WEIGHT, Place.at(PAIRS).plus(FIRST_WEIGHT));
                    a.broadcast(Y_WEIGHT, Place.at(PAIRS).plus(SECOND_WEIGHT));
                    loop.run(width, this::blend);
                    a.address(TO, Place.at(TO, LENGTH, Float.BYTES));
                    a.add(PAIRS, ENTRY_BYTES);
                });
        a.leave();
        return a.finish();
    }

    private void blend(int vectors, Part part) {
        for (int i = 0; i < vectors; i++) {
            var x = new Vector(FIRST_FREE + 2 * i);
            var y = new Vector(FIRST_FREE + 1 + 2 * i);
            a.load(x, loop.at(X, i), part);
            a.load(y, loop.at(Y, i), part);
            a.apply(Binary.MULTIPLY, x, x, X_WEIGHT);
            a.apply(Binary.MULTIPLY, y, y, Y_WEIGHT);
            a.apply(Binary.ADD, x, x, y);
            a.store(x, loop.at(TO, i), part);
        }
    }
}
