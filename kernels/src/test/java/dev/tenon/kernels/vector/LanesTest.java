package dev.tenon.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Instructions whose lanes differ, at the level of the process.
class LanesTest {
    private static final Word FROM = new Word(0);
    private static final Word TO = new Word(1);
    private static final Word COUNT = new Word(2);
    private static final Word SCRATCH = new Word(3);

    private static int lanes;

    /// A routine `f(from, to, count)`; equal names are the same code.
    private record Snippet(String name, Consumer<VectorAssembler> code)
            implements VectorMachine.Recipe {
        @Override
        public byte[] emit(VectorAssembler a) {
            a.enter(4, 0, 0);
            code.accept(a);
            a.leave();
            return a.finish();
        }
    }

    @BeforeEach
    void needsMachineCode() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
        lanes = VectorLevel.here().orElseThrow().lanes();
    }

    /// What a routine makes of the numbers `1, 2, …`; places that it leaves alone are 0.
    private static int[] run(
            int inputs, int outputs, int count, boolean atStart, Consumer<VectorAssembler> code) {
        var machine = ((VectorMachine.Availability.Ready) VectorMachine.here()).machine();
        var routine = machine.routine(new Snippet("snippet", code));
        try (var guarded = new GuardedMemory()) {
            var x = guarded.floats(inputs, atStart);
            var y = guarded.floats(outputs, atStart);
            for (int i = 0; i < inputs; i++) {
                Memory.set(x, i, i + 1);
            }
            routine.call(x.address(), y.address(), count, 0, 0, 0, 0, 0);
            var result = new int[outputs];
            Memory.load(y, 0, result, 0, outputs);
            return result;
        }
    }

    private static Place row(Word base, int index) {
        return Place.at(base).plus(index * lanes * Float.BYTES);
    }

    private static List<Vector> vectors(int count) {
        return IntStream.range(0, count).mapToObj(Vector::new).toList();
    }

    private static void transpose(VectorAssembler a, int rows) {
        var square = vectors(rows);
        for (int i = 0; i < rows; i++) {
            a.load(square.get(i), row(FROM, i), Part.ALL);
        }
        var columns = a.transpose(square, new Vector(rows));
        for (int i = 0; i < rows; i++) {
            a.store(columns.get(i), row(TO, i), Part.ALL);
        }
    }

    @Test
    void transposesSquaresOfAllLanes() {
        int size = lanes * lanes;
        var result = run(size, size, 0, true, a -> transpose(a, lanes));
        for (int i = 0; i < size; i++) {
            assertEquals(1 + i % lanes * lanes + i / lanes, result[i], "element " + i);
        }
    }

    @Test
    void transposesSquaresOfFourSideBySide() {
        int size = 4 * lanes;
        var result = run(size, size, 0, true, a -> transpose(a, 4));
        for (int i = 0; i < size; i++) {
            int row = i / lanes;
            int column = i % lanes;
            int expected = 1 + column % 4 * lanes + column / 4 * 4 + row;
            assertEquals(expected, result[i], "element " + i);
        }
    }

    @Test
    void movesTheFirstLanesAndNothingElse() {
        for (int count = 1; count <= lanes; count *= 2) {
            int few = count;
            for (boolean atStart : new boolean[] {false, true}) {
                var result =
                        run(
                                few,
                                few,
                                0,
                                atStart,
                                a -> {
                                    a.loadFirst(new Vector(3), Place.at(FROM), few);
                                    a.storeFirst(new Vector(3), Place.at(TO), few);
                                });
                for (int i = 0; i < few; i++) {
                    assertEquals(i + 1, result[i]);
                }
            }
        }
    }

    @Test
    void movesFourLanesAndNothingElse() {
        var x = new Vector(1);
        var y = new Vector(2);
        // Fours of memory in reverse order, then four of a vector in the last place.
        var result =
                run(
                        lanes,
                        lanes + 4,
                        0,
                        false,
                        a -> {
                            for (int i = 0; i < lanes; i += 4) {
                                int from = (lanes - 4 - i) * Float.BYTES;
                                a.setFour(x, i, Place.at(FROM).plus(from));
                            }
                            for (int i = 0; i < lanes; i += 4) {
                                a.storeFour(x, i, Place.at(TO).plus(i * Float.BYTES));
                            }
                            a.loadFirst(y, Place.at(FROM), 4);
                            a.setFour(x, lanes - 4, y);
                            a.storeFour(x, lanes - 4, row(TO, 1));
                        });
        for (int i = 0; i < lanes; i++) {
            assertEquals(1 + (lanes - 4 - i / 4 * 4) + i % 4, result[i]);
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(1 + i, result[lanes + i]);
        }
    }

    @Test
    void movesTailsAndNothingElse() {
        for (int count = 0; count <= lanes; count++) {
            int few = count;
            var result =
                    run(
                            few,
                            few,
                            few,
                            false,
                            a -> {
                                a.tail(COUNT, SCRATCH);
                                a.load(new Vector(0), Place.at(FROM), Part.TAIL);
                                a.store(new Vector(0), Place.at(TO), Part.TAIL);
                            });
            for (int i = 0; i < few; i++) {
                assertEquals(i + 1, result[i]);
            }
        }
    }

    @Test
    void picksLanes() {
        // Three times in reverse.
        var result =
                run(
                        2 * lanes,
                        lanes,
                        0,
                        false,
                        a -> {
                            a.load(new Vector(1), row(FROM, 0), Part.ALL);
                            a.set(new Vector(2), new Constant(lanes));
                            a.apply(
                                    VectorAssembler.Binary.INT_SUBTRACT,
                                    new Vector(2),
                                    new Vector(2),
                                    new Vector(1));
                            a.pick(new Vector(1), new Vector(2), row(FROM, 1));
                            a.pick(new Vector(1), new Vector(2), new Vector(1));
                            a.pick(new Vector(1), new Vector(2), new Vector(1));
                            a.store(new Vector(1), row(TO, 0), Part.ALL);
                        });
        for (int i = 0; i < lanes; i++) {
            assertEquals(2 * lanes - i, result[i]);
        }
    }

    @Test
    void goesAroundWhatIsBelow() {
        for (int count : new int[] {0, 1, 2, 3}) {
            var result =
                    run(
                            2,
                            1,
                            count,
                            true,
                            a -> {
                                a.loadFirst(new Vector(0), Place.at(FROM), 1);
                                a.unlessBelow(
                                        COUNT,
                                        2,
                                        () ->
                                                a.loadFirst(
                                                        new Vector(0),
                                                        Place.at(FROM).plus(Float.BYTES),
                                                        1));
                                a.storeFirst(new Vector(0), Place.at(TO), 1);
                            });
            assertEquals(count < 2 ? 1 : 2, result[0]);
        }
    }
}
