package dev.tenon.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorMachine.Availability;
import dev.tenon.kernels.vector.VectorMachine.Recipe;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every operation of vector code against what it is defined to give: on this processor, and on
/// NEON under emulation.
class VectorAssemblerTest {
    private static final float[] SPECIAL = {
        0,
        -0f,
        1,
        -1,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        0.5f,
        -2.5f,
        1e9f
    };

    /// Runs `f(in, out, count)` for each count and gives what is in `out` afterwards.
    private interface Machine {
        int lanes();

        List<float[]> run(Recipe recipe, List<Call> calls);
    }

    /// @param results how many numbers `out` has
    private record Call(float[] in, int results, long count) {}

    private static final class Native implements Machine {
        private final VectorMachine machine;

        Native() {
            assumeTrue(VectorMachine.here() instanceof Availability.Ready, "no vector code here");
            machine = ((Availability.Ready) VectorMachine.here()).machine();
        }

        @Override
        public int lanes() {
            return machine.level().lanes();
        }

        @Override
        public List<float[]> run(Recipe recipe, List<Call> calls) {
            var routine = machine.install(recipe.name(), recipe.emit(machine.assembler()));
            var all = new ArrayList<float[]>();
            for (var call : calls) {
                try (var memory = new GuardedMemory()) {
                    var in = memory.floats(call.in.length, false);
                    MemorySegment.copy(MemorySegment.ofArray(call.in), 0, in, 0, in.byteSize());
                    var out = memory.floats(call.results, false);
                    routine.call(in.address(), out.address(), call.count, 0, 0, 0, 0, 0);
                    var results = new float[call.results];
                    Memory.load(out, 0, results, 0, results.length);
                    all.add(results);
                }
            }
            return all;
        }
    }

    private static final class Emulated implements Machine {
        Emulated() {
            Emulation.assumePresent();
        }

        @Override
        public int lanes() {
            return Emulation.assembler().lanes();
        }

        @Override
        public List<float[]> run(Recipe recipe, List<Call> calls) {
            var emulation = new Emulation();
            long routine = emulation.routine(recipe.emit(Emulation.assembler()));
            var results = new ArrayList<Emulation.Memory>();
            for (var call : calls) {
                var out = emulation.floats(new float[call.results], false);
                results.add(out);
                emulation.call(
                        routine,
                        emulation.floats(call.in, false).address(),
                        out.address(),
                        call.count);
            }
            emulation.run();
            return results.stream().map(emulation::floats).toList();
        }
    }

    private record Code(String name, Emission emission) implements Recipe {
        interface Emission {
            byte[] emit(VectorAssembler a);
        }

        @Override
        public byte[] emit(VectorAssembler assembler) {
            return emission.emit(assembler);
        }
    }

    private static float[] numbers(Random random, int count) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] =
                    random.nextInt(3) == 0
                            ? SPECIAL[random.nextInt(SPECIAL.length)]
                            : (float) random.nextGaussian() * 4;
        }
        return numbers;
    }

    @Test
    void operationsGiveWhatTheyAreDefinedToGive() {
        checkOperations(new Native());
    }

    @Test
    @Tag("emulated")
    void operationsGiveTheSameOnNeon() {
        checkOperations(new Emulated());
    }

    private static void checkOperations(Machine machine) {
        int lanes = machine.lanes();
        var operations = new VectorOperations(lanes);
        int count = operations.operations().size();
        var random = new Random(5);
        var calls = new ArrayList<Call>();
        for (int i = 0; i < 40; i++) {
            calls.add(new Call(numbers(random, 3 * lanes), count * lanes, i % (lanes + 1)));
        }
        var results = machine.run(new Code("operations", operations::emit), calls);
        for (int i = 0; i < calls.size(); i++) {
            for (int operation = 0; operation < count; operation++) {
                check(
                        operations.operations().get(operation),
                        lanes,
                        calls.get(i),
                        Arrays.copyOfRange(
                                results.get(i), operation * lanes, (operation + 1) * lanes));
            }
        }
    }

    private static void check(
            VectorOperations.Operation operation, int lanes, Call call, float[] got) {
        for (int lane = 0; lane < lanes; lane++) {
            float x = call.in[lane];
            if (operation.name().startsWith("TO_INT") && !(Math.abs(x) < 1 << 30)) {
                continue; // Only defined for numbers that are integers of 32 bits.
            }
            int expected =
                    operation
                            .lane()
                            .of(
                                    bits(x),
                                    bits(call.in[lanes + lane]),
                                    bits(call.in[2 * lanes + lane]),
                                    lane < call.count);
            boolean nans = Float.isNaN(Float.intBitsToFloat(expected)) && Float.isNaN(got[lane]);
            if (!nans) {
                assertEquals(
                        Integer.toHexString(expected),
                        Integer.toHexString(bits(got[lane])),
                        operation.name() + " in lane " + lane + " of " + Arrays.toString(call.in));
            }
        }
    }

    private static int bits(float number) {
        return Float.floatToRawIntBits(number);
    }

    @Test
    void tailsAndLanesAreRight() {
        checkTails(new Native());
        checkLanes(new Native());
    }

    @Test
    @Tag("emulated")
    void tailsAndLanesAreRightOnNeon() {
        checkTails(new Emulated());
        checkLanes(new Emulated());
    }

    /// Copies fewer numbers than a vector has, with memory that nobody may touch behind them.
    private static void checkTails(Machine machine) {
        int lanes = machine.lanes();
        var copy =
                new Code(
                        "copy_tail",
                        a -> {
                            a.enter(4, 0, 0);
                            a.tail(new Word(2), new Word(3));
                            a.load(new Vector(1), Place.at(new Word(0)), Part.TAIL);
                            a.store(new Vector(1), Place.at(new Word(1)), Part.TAIL);
                            a.leave();
                            return a.finish();
                        });
        var random = new Random(6);
        var calls =
                IntStream.rangeClosed(0, lanes)
                        .mapToObj(n -> new Call(numbers(random, n), n, n))
                        .toList();
        var results = machine.run(copy, calls);
        for (int i = 0; i < calls.size(); i++) {
            assertArrayEquals(calls.get(i).in, results.get(i));
        }
    }

    /// Broadcasts, a transposition and folds across lanes.
    private static void checkLanes(Machine machine) {
        int lanes = machine.lanes();
        int bytes = lanes * Float.BYTES;
        var in = new Word(0);
        var out = new Word(1);
        var index = new Word(3);
        var square = IntStream.range(0, lanes).mapToObj(Vector::new).toList();
        var scratch = new Vector(lanes == 16 ? 30 : lanes);
        var folds = List.of(Binary.ADD, Binary.MAX, Binary.MIN, Binary.OR);
        var code =
                new Code(
                        "lanes",
                        a -> {
                            a.enter(4, 0, 0);
                            for (int i = 0; i < lanes; i++) {
                                a.load(square.get(i), Place.at(in).plus(i * bytes), Part.ALL);
                            }
                            var columns = a.transpose(square, scratch);
                            int at = 0;
                            for (var column : columns) {
                                a.store(column, Place.at(out).plus(at), Part.ALL);
                                at += bytes;
                            }
                            for (var fold : folds) {
                                a.load(new Vector(0), Place.at(in), Part.ALL);
                                a.acrossLanes(fold, new Vector(0), new Vector(1));
                                a.store(new Vector(0), Place.at(out).plus(at), Part.ALL);
                                at += bytes;
                            }
                            a.set(index, 3);
                            var places =
                                    List.of(
                                            Place.at(in),
                                            Place.at(in).plus(Float.BYTES),
                                            Place.at(in, index, Float.BYTES),
                                            Place.at(in, index, Float.BYTES).plus(8));
                            for (var place : places) {
                                a.broadcast(new Vector(2), place);
                                a.store(new Vector(2), Place.at(out).plus(at), Part.ALL);
                                at += bytes;
                            }
                            a.load(new Vector(3), Place.at(in), Part.ALL);
                            a.storeFirst(new Vector(3), Place.at(out).plus(at), 1);
                            a.leave();
                            return a.finish();
                        });
        var numbers = new float[lanes * lanes];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i + 1;
        }
        var expected = new ArrayList<Float>();
        for (int i = 0; i < numbers.length; i++) {
            expected.add(numbers[i % lanes * lanes + i / lanes]);
        }
        int or = 0;
        for (int i = 0; i < lanes; i++) {
            or |= bits(i + 1);
        }
        for (float folded :
                new float[] {
                    lanes * (lanes + 1) / 2, lanes, 1, Float.intBitsToFloat(or), 1, 2, 4, 6
                }) {
            for (int i = 0; i < lanes; i++) {
                expected.add(folded);
            }
        }
        expected.add(1f);
        var result = machine.run(code, List.of(new Call(numbers, expected.size(), 0))).getFirst();
        for (int i = 0; i < result.length; i++) {
            assertEquals(expected.get(i), result[i], "at " + i);
        }
    }

    @Test
    void literalsDifferByLane() {
        checkLiterals(new Native());
    }

    @Test
    @Tag("emulated")
    void literalsDifferByLaneOnNeon() {
        checkLiterals(new Emulated());
    }

    private static void checkLiterals(Machine machine) {
        int lanes = machine.lanes();
        var literal = new ByLane(IntStream.range(0, lanes).map(i -> i * i + 1).boxed().toList());
        var code =
                new Code(
                        "literals",
                        a -> {
                            a.enter(2, 0, 0);
                            a.load(new Vector(0), Place.at(new Word(0)), Part.ALL);
                            a.set(new Vector(1), literal);
                            a.store(new Vector(1), Place.at(new Word(1)), Part.ALL);
                            a.apply(Binary.INT_ADD, new Vector(1), new Vector(0), literal);
                            var second = Place.at(new Word(1)).plus(lanes * Float.BYTES);
                            a.store(new Vector(1), second, Part.ALL);
                            a.leave();
                            return a.finish();
                        });
        var in = numbers(new Random(8), lanes);
        var results = machine.run(code, List.of(new Call(in, 2 * lanes, 0))).getFirst();
        for (int i = 0; i < lanes; i++) {
            assertEquals(literal.bits().get(i), bits(results[i]));
            assertEquals(bits(in[i]) + literal.bits().get(i), bits(results[lanes + i]));
        }
    }

    /// What is looked up, where it is looked up into, and what is in memory of the table.
    @Test
    void tablesAreLookedUpByTheLastBitsOfIndices() {
        var machine = new Native();
        assumeTrue(machine.machine.assembler().hasTables(), "no tables on this processor");
        int lanes = machine.lanes();
        var low = new ByLane(IntStream.range(0, lanes).mapToObj(i -> 100 + i).toList());
        var high = new ByLane(IntStream.range(lanes, 2 * lanes).mapToObj(i -> 100 + i).toList());
        var code =
                new Code(
                        "tables",
                        a -> {
                            var indices = new Vector(0);
                            a.enter(2, 0, 0);
                            a.load(indices, Place.at(new Word(0)), Part.ALL);
                            a.lookUp(new Vector(1), indices, low, high);
                            a.store(new Vector(1), Place.at(new Word(1)), Part.ALL);
                            a.set(new Vector(2), low);
                            a.set(new Vector(3), high);
                            a.lookUp(new Vector(2), indices, new Vector(2), new Vector(3));
                            var second = Place.at(new Word(1)).plus(lanes * Float.BYTES);
                            a.store(new Vector(2), second, Part.ALL);
                            a.leave();
                            return a.finish();
                        });
        for (int seed = 0; seed < 20; seed++) {
            var in = new float[lanes];
            var random = new Random(seed);
            for (int i = 0; i < lanes; i++) {
                in[i] = Float.intBitsToFloat(random.nextInt(0x7F80_0000));
            }
            var results = machine.run(code, List.of(new Call(in, 2 * lanes, 0))).getFirst();
            for (int i = 0; i < 2 * lanes; i++) {
                int index = bits(in[i % lanes]) & VectorAssembler.TABLE_SIZE - 1;
                assertEquals(100 + index, bits(results[i]));
            }
        }
    }

    @Test
    void scalingRoundsOnce() {
        var machine = new Native();
        assumeTrue(machine.machine.assembler().hasTables(), "no tables on this processor");
        int lanes = machine.lanes();
        var code =
                new Code(
                        "scale",
                        a -> {
                            a.enter(2, 0, 0);
                            a.load(new Vector(0), Place.at(new Word(0)), Part.ALL);
                            var exponents = Place.at(new Word(0)).plus(lanes * Float.BYTES);
                            a.scale(new Vector(1), new Vector(0), exponents);
                            a.store(new Vector(1), Place.at(new Word(1)), Part.ALL);
                            a.leave();
                            return a.finish();
                        });
        var random = new Random(9);
        for (int run = 0; run < 50; run++) {
            var in = numbers(random, 2 * lanes);
            for (int i = lanes; i < 2 * lanes; i++) {
                in[i] = (random.nextInt(400 * 16) - 200 * 16) / 16f;
            }
            var results = machine.run(code, List.of(new Call(in, lanes, 0))).getFirst();
            for (int i = 0; i < lanes; i++) {
                double expected = in[i] * Math.pow(2, Math.floor(in[lanes + i]));
                assertEquals((float) expected, results[i], in[i] + " by " + in[lanes + i]);
            }
        }
    }

    @Test
    void wordsAndLoopsCount() {
        checkWords(new Native());
    }

    @Test
    @Tag("emulated")
    void wordsAndLoopsCountOnNeon() {
        checkWords(new Emulated());
    }

    /// A step on general-purpose registers, and what the first becomes.
    private record Step(String name, Consumer<VectorAssembler> emission, long expected) {}

    private static final Word VALUE = new Word(8);
    private static final Word OTHER = new Word(13);
    private static final long A = 0x1234_5678_9ABC_DEF0L;
    private static final long B = 1_000_003;

    private static List<Step> steps() {
        return List.of(
                new Step("set", a -> {}, A),
                new Step("set small", a -> a.set(VALUE, -5), -5),
                new Step("copy", a -> a.copy(VALUE, OTHER), B),
                new Step("low half", a -> a.lowHalf(VALUE, VALUE), 0x9ABC_DEF0L),
                new Step("high half", a -> a.highHalf(VALUE), 0x1234_5678L),
                new Step("add", a -> a.add(VALUE, OTHER), A + B),
                new Step("add number", a -> a.add(VALUE, 77), A + 77),
                new Step("add negative", a -> a.add(VALUE, -4096), A - 4096),
                new Step("add large", a -> a.add(VALUE, 0x1234567), A + 0x1234567),
                new Step("add large negative", a -> a.add(VALUE, -0x1234567), A - 0x1234567),
                new Step("subtract", a -> a.subtract(VALUE, OTHER), A - B),
                new Step("multiply", a -> a.multiply(VALUE, OTHER), A * B),
                new Step("and", a -> a.and(VALUE, 15), A & 15),
                new Step("and odd", a -> a.and(VALUE, 0x5A5), A & 0x5A5),
                new Step("and negative", a -> a.and(VALUE, -16), A & -16),
                new Step("shift left", a -> a.shiftLeft(VALUE, 7), A << 7),
                new Step("shift right", a -> a.shiftRight(VALUE, 9), A >>> 9),
                new Step(
                        "save",
                        a -> {
                            a.save(OTHER, 1);
                            a.save(VALUE, 0);
                            a.restore(VALUE, 1);
                        },
                        B),
                new Step(
                        "add saved",
                        a -> {
                            a.save(OTHER, 1);
                            a.addToSaved(1, -7);
                            a.addSaved(VALUE, 1);
                        },
                        A + B - 7),
                new Step(
                        "address",
                        a -> {
                            a.set(VALUE, 3);
                            a.address(VALUE, Place.at(OTHER, VALUE, 8).plus(-100));
                        },
                        B + 24 - 100),
                new Step(
                        "while at least",
                        a -> {
                            a.set(VALUE, 0);
                            a.whileAtLeast(OTHER, 1000, () -> a.add(VALUE, OTHER));
                            a.add(VALUE, OTHER);
                        },
                        1000L * 999 / 2 * 1000 + 3 * 1000 + 3),
                new Step(
                        "unless zero",
                        a -> {
                            a.unlessZero(VALUE, () -> a.set(VALUE, 0));
                            a.unlessZero(VALUE, () -> a.set(VALUE, 1));
                        },
                        0),
                new Step(
                        "unless below",
                        a -> {
                            a.unlessBelow(OTHER, VALUE, () -> a.set(VALUE, 1));
                            a.unlessBelow(VALUE, VALUE, () -> a.add(VALUE, 1));
                            a.set(OTHER, -1);
                            a.unlessBelow(OTHER, VALUE, () -> a.add(VALUE, 1));
                        },
                        A + 2),
                new Step(
                        "count down",
                        a -> {
                            a.set(OTHER, 5);
                            a.countDown(OTHER, () -> a.add(VALUE, 2));
                        },
                        A + 10),
                new Step(
                        "count down saved",
                        a -> {
                            a.set(OTHER, 5);
                            a.save(OTHER, 0);
                            a.countDownSaved(0, () -> a.add(VALUE, 3));
                        },
                        A + 15));
    }

    private static void checkWords(Machine machine) {
        var steps = steps();
        var code =
                new Code(
                        "words",
                        a -> {
                            a.enter(a.words(), 3, 2);
                            for (int i = 0; i < steps.size(); i++) {
                                a.set(VALUE, A);
                                a.set(OTHER, B);
                                steps.get(i).emission.accept(a);
                                a.store(VALUE, Place.at(new Word(1)).plus(i * Long.BYTES));
                            }
                            a.load(VALUE, Place.at(new Word(0)));
                            a.store(VALUE, Place.at(new Word(1)).plus(steps.size() * Long.BYTES));
                            a.align(32);
                            a.prefetch(Place.at(new Word(0)), VectorAssembler.Cache.SECOND_LEVEL);
                            a.leave();
                            return a.finish();
                        });
        float[] in = {1.5f, 2.5f};
        var result = machine.run(code, List.of(new Call(in, 2 * steps.size() + 2, 0))).getFirst();
        for (int i = 0; i < steps.size(); i++) {
            assertEquals(steps.get(i).expected, longAt(result, i), steps.get(i).name);
        }
        assertEquals(longAt(in, 0), longAt(result, steps.size()));
    }

    private static long longAt(float[] numbers, int index) {
        long low = bits(numbers[2 * index]) & 0xFFFF_FFFFL;
        return low | (long) bits(numbers[2 * index + 1]) << Integer.SIZE;
    }
}
