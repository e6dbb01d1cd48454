package dev.tenon.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.vector.VectorAssembler.Binary;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VectorBlockTest {
    private static List<Vector> registers(int count) {
        return IntStream.range(0, count).mapToObj(Vector::new).toList();
    }

    @Test
    void computesOnceWhatIsReadAndNothingElse() {
        var block = new VectorBlock();
        var x = block.load(0);
        var square = block.multiply(x, x);
        block.subtract(square, VectorBlock.constant(3));
        var sum = block.add(square, block.multiply(block.load(0), x));
        var code = block.complete(List.of(sum), registers(4));
        assertEquals(3, code.instructions().size());
        assertEquals(0, code.slots());
    }

    @Test
    void savesValuesWhereRegistersRunOut() {
        var block = new VectorBlock();
        var values = new ArrayList<VectorBlock.Value>();
        for (int i = 0; i < 6; i++) {
            values.add(block.load(i));
        }
        var sum = values.getLast();
        for (var value : values) {
            sum = block.multiply(sum, value);
        }
        assertEquals(0, block.complete(List.of(sum), registers(8)).slots());
        assertTrue(block.complete(List.of(sum), registers(3)).slots() > 0);
    }

    @Test
    void placesVectorsSideBySideInRegistersOfTheirOwn() {
        var block = new VectorBlock();
        var code =
                block.completeWide(
                        List.of(block.multiply(block.load(0), block.load(1))), 4, registers(15));
        assertEquals(4, new HashSet<>(code.results()).size());
        assertEquals(0, code.slots());
    }

    @Test
    void loadsALiteralOnceForVectorsSideBySide() {
        var block = new VectorBlock();
        var larger = block.apply(Binary.MAX, VectorBlock.constant(3), block.load(0));
        // Two loads, the constant, two operations.
        assertEquals(5, block.complete(List.of(larger), 2, registers(8)).instructions().size());
        // Too few registers to keep it.
        assertEquals(6, block.complete(List.of(larger), 2, registers(3)).instructions().size());
    }

    @Test
    void computesWithLiteralsAlone() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
        var machine = ((VectorMachine.Availability.Ready) VectorMachine.here()).machine();
        var two = VectorBlock.constant(2);
        record Fused(VectorBlock block, VectorBlock.Value value) implements VectorMachine.Recipe {
            @Override
            public String name() {
                return "fused_literals";
            }

            @Override
            public byte[] emit(VectorAssembler a) {
                var code = block.complete(List.of(value), registers(a.vectors()));
                a.enter(1, code.slots(), 0);
                code.emit(a, (_, _, _) -> {});
                a.store(code.result(), Place.at(new Word(0)), VectorAssembler.Part.ALL);
                a.leave();
                return a.finish();
            }
        }
        var block = new VectorBlock();
        var routine = machine.routine(new Fused(block, block.fma(two, two, two)));
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(64, 64);
            routine.call(out.address(), 0, 0, 0, 0, 0, 0, 0);
            assertEquals(6f, out.get(ValueLayout.JAVA_FLOAT, 0));
        }
    }

    @Test
    void equalRecipesShareARoutine() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
        record Return(int number) implements VectorMachine.Recipe {
            @Override
            public String name() {
                return "return";
            }

            @Override
            public byte[] emit(VectorAssembler a) {
                a.enter(7, 0, 0);
                a.set(new Word(6), number);
                a.leave();
                return a.finish();
            }
        }
        var machine = ((VectorMachine.Availability.Ready) VectorMachine.here()).machine();
        var routine = machine.routine(new Return(5));
        assertSame(routine, machine.routine(new Return(5)));
        assertEquals(5, routine.call(0, 0, 0, 0, 0, 0, 0, 0));
        assertEquals(6, machine.routine(new Return(6)).call(0, 0, 0, 0, 0, 0, 0, 0));
    }
}
