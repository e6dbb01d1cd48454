package dev.tenon.kernels.vector;

import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorAssembler.Shift;
import dev.tenon.kernels.vector.VectorAssembler.Unary;
import java.util.ArrayList;
import java.util.List;

/// Every operation on vectors, with destinations that are sources and sources of every kind, in one
/// routine:
///
///     f(in, out, tail)
///
/// `in` holds three vectors, `x`, `y` and `z`, and `out` receives a vector an operation.
final class VectorOperations {
    /// What an operation makes of one lane.
    interface Lane {
        int of(int x, int y, int z, boolean inTail);
    }

    private interface Emission {
        /// @return where the result is
        Vector emit(VectorAssembler a);
    }

    /// @param lane what is expected
    record Operation(String name, Emission emission, Lane lane) {}

    private static final Word IN = new Word(0);
    private static final Word OUT = new Word(1);
    private static final Word TAIL = new Word(2);
    private static final Word INDEX = new Word(3);
    private static final Word SCRATCH = new Word(4);

    private static final Vector X = new Vector(0);
    private static final Vector Y = new Vector(1);
    private static final Vector Z = new Vector(2);
    private static final Vector FREE = new Vector(3);
    private static final Vector FREE_TOO = new Vector(4);

    private static final Constant[] CONSTANTS = {
        Constant.of(0),
        Constant.of(-0f),
        Constant.of(1),
        Constant.of(-1.9375f),
        Constant.of(0.1f),
        Constant.of(Float.POSITIVE_INFINITY),
        new Constant(-1),
        new Constant(5),
        new Constant(0x7FFF_FFFF)
    };

    private final int lanes;
    private final List<Operation> operations = new ArrayList<>();

    VectorOperations(int lanes) {
        this.lanes = lanes;
        settings();
        for (var function : Unary.values()) {
            for (var to : List.of(X, FREE)) {
                add(
                        function + " to " + to,
                        to,
                        a -> a.apply(function, to, X),
                        (x, _, _, _) -> unary(function, x));
            }
        }
        for (var function : Binary.values()) {
            binary(function);
        }
        for (var shift : Shift.values()) {
            for (int bits : new int[] {0, 1, 23, 31}) {
                add(
                        shift + " by " + bits,
                        FREE,
                        a -> a.shift(shift, FREE, X, bits),
                        (x, _, _, _) -> shift(shift, x, bits));
            }
        }
        fused();
        blends();
        tails();
    }

    List<Operation> operations() {
        return operations;
    }

    private Place place(int vector) {
        return Place.at(IN).plus(vector * lanes * Float.BYTES);
    }

    private void add(
            String name,
            Vector result,
            java.util.function.Consumer<VectorAssembler> emission,
            Lane lane) {
        operations.add(
                new Operation(
                        name,
                        a -> {
                            emission.accept(a);
                            return result;
                        },
                        lane));
    }

    byte[] emit(VectorAssembler a) {
        a.enter(5, 2, 0);
        a.tail(TAIL, SCRATCH);
        int at = 0;
        for (var operation : operations) {
            a.load(X, place(0), Part.ALL);
            a.load(Y, place(1), Part.ALL);
            a.load(Z, place(2), Part.ALL);
            a.store(operation.emission.emit(a), Place.at(OUT).plus(at), Part.ALL);
            at += lanes * Float.BYTES;
        }
        a.leave();
        return a.finish();
    }

    private void settings() {
        for (var constant : CONSTANTS) {
            add(
                    "set " + constant,
                    FREE,
                    a -> a.set(FREE, constant),
                    (_, _, _, _) -> constant.bits());
        }
        add("set vector", FREE, a -> a.set(FREE, Y), (_, y, _, _) -> y);
        add("set place", FREE, a -> a.set(FREE, place(1)), (_, y, _, _) -> y);
        add(
                "load at a scaled index",
                FREE,
                a -> {
                    a.set(INDEX, lanes);
                    a.load(FREE, Place.at(IN, INDEX, Float.BYTES), Part.ALL);
                },
                (_, y, _, _) -> y);
        add(
                "load at an index and an offset",
                FREE,
                a -> {
                    a.set(INDEX, (long) lanes * Float.BYTES);
                    a.load(FREE, Place.at(IN, INDEX).plus(lanes * Float.BYTES), Part.ALL);
                },
                (_, _, z, _) -> z);
        add(
                "load far away",
                FREE,
                a -> {
                    a.address(INDEX, Place.at(IN).plus(-1_000_003));
                    a.load(FREE, Place.at(INDEX).plus(1_000_003), Part.ALL);
                },
                (x, _, _, _) -> x);
        add(
                "save and restore",
                FREE,
                a -> {
                    a.save(X, 0);
                    a.save(Y, 1);
                    a.restore(FREE, 1);
                },
                (_, y, _, _) -> y);
        add(
                "broadcast a word",
                FREE,
                a -> {
                    a.set(SCRATCH, 0x1234_5678_9ABC_DEF0L);
                    a.broadcast(FREE, SCRATCH);
                },
                (_, _, _, _) -> 0x9ABC_DEF0);
    }

    private void binary(Binary function) {
        Lane expected = (x, y, _, _) -> binary(function, x, y);
        for (var to : List.of(X, Y, FREE)) {
            add(function + " to " + to, to, a -> a.apply(function, to, X, Y), expected);
            add(
                    function + " twice the same to " + to,
                    to,
                    a -> a.apply(function, to, X, X),
                    (x, _, _, _) -> binary(function, x, x));
            add(
                    function + " with memory to " + to,
                    to,
                    a -> a.apply(function, to, X, place(1)),
                    expected);
        }
        for (var constant : CONSTANTS) {
            add(
                    function + " with " + constant,
                    FREE,
                    a -> a.apply(function, FREE, X, constant),
                    (x, _, _, _) -> binary(function, x, constant.bits()));
            add(
                    function + " in place with " + constant,
                    X,
                    a -> a.apply(function, X, X, constant),
                    (x, _, _, _) -> binary(function, x, constant.bits()));
        }
    }

    private void fused() {
        var c = Constant.of(0.1f);
        for (boolean negated : new boolean[] {false, true}) {
            for (var to : List.of(X, Y, Z, FREE)) {
                fused(negated, to, Y, Z, (x, y, z, _) -> fma(negated, x, y, z));
                fused(negated, to, c, Z, (x, _, z, _) -> fma(negated, x, c.bits(), z));
                fused(negated, to, Y, c, (x, y, _, _) -> fma(negated, x, y, c.bits()));
                fused(negated, to, place(1), Z, (x, y, z, _) -> fma(negated, x, y, z));
                fused(negated, to, Y, place(2), (x, y, z, _) -> fma(negated, x, y, z));
                fused(negated, to, X, X, (x, _, _, _) -> fma(negated, x, x, x));
            }
        }
    }

    private void fused(boolean negated, Vector to, Source y, Source z, Lane expected) {
        add(
                (negated ? "z - x·y" : "x·y + z") + " to " + to + " of " + y + " and " + z,
                to,
                a -> {
                    if (negated) {
                        a.negatedFma(to, X, y, z);
                    } else {
                        a.fma(to, X, y, z);
                    }
                },
                expected);
    }

    private void blends() {
        var c = Constant.of(0.1f);
        for (var to : List.of(X, Y, FREE, FREE_TOO)) {
            blend(to, X, (x, y, z, _) -> floats(z) < 0 ? x : y);
            blend(to, place(2), (_, y, z, _) -> floats(z) < 0 ? z : y);
            blend(to, c, (_, y, z, _) -> floats(z) < 0 ? c.bits() : y);
        }
    }

    /// The mask is where `z` is below 0.
    private void blend(Vector to, Source then, Lane expected) {
        add(
                "blend " + then + " to " + to,
                to,
                a -> {
                    a.apply(Binary.LESS, FREE, Z, Constant.of(0));
                    a.blend(to, FREE, then, Y);
                },
                expected);
    }

    private void tails() {
        add("load tail", FREE, a -> a.load(FREE, place(0), Part.TAIL), (x, _, _, in) -> in ? x : 0);
        add(
                "load tail at an index",
                FREE,
                a -> {
                    a.set(INDEX, lanes);
                    a.load(
                            FREE,
                            Place.at(IN, INDEX, Float.BYTES).plus(lanes * Float.BYTES),
                            Part.TAIL);
                },
                (_, _, z, in) -> in ? z : 0);
        for (var constant : CONSTANTS) {
            add(
                    "keep tail, otherwise " + constant,
                    X,
                    a -> a.keepTail(X, constant, FREE),
                    (x, _, _, in) -> in ? x : constant.bits());
        }
    }

    private static float floats(int bits) {
        return Float.intBitsToFloat(bits);
    }

    private static int bits(float number) {
        return Float.floatToRawIntBits(number);
    }

    private static int mask(boolean holds) {
        return holds ? -1 : 0;
    }

    private static int fma(boolean negated, int x, int y, int z) {
        return bits(Math.fma(negated ? -floats(x) : floats(x), floats(y), floats(z)));
    }

    private static int shift(Shift shift, int x, int bits) {
        return switch (shift) {
            case LEFT -> x << bits;
            case RIGHT -> x >>> bits;
            case SIGNED_RIGHT -> x >> bits;
        };
    }

    private static int unary(Unary function, int x) {
        float number = floats(x);
        return switch (function) {
            case SQRT -> bits((float) Math.sqrt(number));
            case ROUND -> bits((float) Math.rint(number));
            case FLOOR -> bits((float) Math.floor(number));
            case CEIL -> bits((float) Math.ceil(number));
            case TO_INT -> (int) Math.rint(number);
            case FROM_INT -> bits((float) x);
        };
    }

    private static int binary(Binary function, int x, int y) {
        float a = floats(x);
        float b = floats(y);
        return switch (function) {
            case ADD -> bits(a + b);
            case SUBTRACT -> bits(a - b);
            case MULTIPLY -> bits(a * b);
            case DIVIDE -> bits(a / b);
            case MIN -> a < b ? x : y;
            case MAX -> a > b ? x : y;
            case AND -> x & y;
            case AND_NOT -> ~x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case INT_ADD -> x + y;
            case INT_SUBTRACT -> x - y;
            case LESS -> mask(a < b);
            case LESS_OR_EQUAL -> mask(a <= b);
            case EQUAL -> mask(a == b);
            case NOT_EQUAL -> mask(a != b);
            case UNORDERED -> mask(Float.isNaN(a) || Float.isNaN(b));
        };
    }
}
