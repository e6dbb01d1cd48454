package dev.tenon.kernels.norm;

import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorAssembler.Unary;
import dev.tenon.kernels.vector.Word;

/// Divides numbers by the power ¾ of `bias + factor · Σ t²` over taps at their places:
///
///     f(taps, x, y, tapCount, tapBytes, count, constants)
///
/// The tap of each number lies as far from `taps` as the number from `x`, the next taps `tapBytes`
/// further each; there is at least one. The constants are the factor and the bias.
final class LocalResponseCode {
    /// The power of the sum.
    static final float POWER = 0.75f;

    private static final Word TAPS = new Word(0);
    private static final Word X = new Word(1);
    private static final Word Y = new Word(2);
    private static final Word TAP_COUNT = new Word(3);
    private static final Word TAP_BYTES = new Word(4);
    private static final Word LENGTH = new Word(5);
    private static final Word INDEX = new Word(6);
    private static final Word COUNT = new Word(7);
    private static final Word TAP = new Word(8);
    private static final Word LEFT = new Word(9);
    private static final int WORDS = 10;

    private static final int CONSTANTS_ARGUMENT = 6;

    private static final Vector FACTOR = new Vector(0);
    private static final Vector BIAS = new Vector(1);
    private static final int FIRST_FREE = 2;

    /// Vectors side by side: roots and quotients take long, so that several are worth it.
    private static final int WIDTH = 4;

    private final VectorAssembler a;
    private final RowLoop loop;

    private LocalResponseCode(VectorAssembler a) {
        this.a = a;
        this.loop = new RowLoop(a, LENGTH, INDEX, COUNT);
    }

    static byte[] emit(VectorAssembler assembler) {
        return new LocalResponseCode(assembler).emit();
    }

    private byte[] emit() {
        a.enter(WORDS, 0, 0);
        a.argument(TAP, CONSTANTS_ARGUMENT);
        a.broadcast(FACTOR, Place.at(TAP));
        a.broadcast(BIAS, Place.at(TAP).plus(Float.BYTES));
        loop.setTail();
        loop.run(WIDTH, this::vectors);
        a.leave();
        return a.finish();
    }

    private static Vector sum(int index) {
        return new Vector(FIRST_FREE + 2 * index);
    }

    private static Vector other(int index) {
        return new Vector(FIRST_FREE + 2 * index + 1);
    }

    private void vectors(int count, Part part) {
        for (int i = 0; i < count; i++) {
            a.set(sum(i), Constant.of(0));
        }
        a.address(TAP, Place.at(TAPS, INDEX));
        a.copy(LEFT, TAP_COUNT);
        a.countDown(
                LEFT,
                () -> {
                    for (int i = 0; i < count; i++) {
                        var x = other(i);
                        a.load(x, Place.at(TAP).plus(i * a.lanes() * Float.BYTES), part);
                        a.fma(sum(i), x, x, sum(i));
                    }
                    a.add(TAP, TAP_BYTES);
                });
        for (int i = 0; i < count; i++) {
            var sum = sum(i);
            var x = other(i);
            a.fma(sum, sum, FACTOR, BIAS);
            a.apply(Unary.SQRT, sum, sum);
            a.apply(Unary.SQRT, x, sum);
            a.apply(Binary.MULTIPLY, sum, sum, x);
            a.load(x, loop.at(X, i), part);
            a.apply(Binary.DIVIDE, x, x, sum);
            a.store(x, loop.at(Y, i), part);
        }
    }
}
