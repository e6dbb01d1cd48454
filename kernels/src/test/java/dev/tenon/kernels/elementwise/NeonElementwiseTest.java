package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.vector.Emulation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Element-wise routines for NEON, under emulation, against the kernels in Java.
@Tag("emulated")
class NeonElementwiseTest {
    private static final int ROUNDS = 6;
    private static final int CASES = 40;

    @BeforeEach
    void needsEmulation() {
        Emulation.assumePresent();
    }

    /// One rectangle: what it is to hold, and where it is.
    private record Case(String name, float[] expected, Emulation.Memory result) {}

    @Test
    void rectanglesAgreeWithJava() {
        var random = new Random(31);
        for (int round = 0; round < ROUNDS; round++) {
            var emulation = new Emulation();
            var cases = new ArrayList<Case>();
            for (int i = 0; i < CASES; i++) {
                int operands = random.nextInt(8) == 0 ? 9 : 1 + random.nextInt(4);
                var expression = Expressions.random(random, operands, 1 + random.nextInt(4));
                cases.add(rectangle(emulation, random, expression, operands));
            }
            emulation.run();
            for (var one : cases) {
                assertArrayEquals(one.expected, emulation.floats(one.result), one.name);
            }
        }
    }

    private static Case rectangle(
            Emulation emulation, Random random, Scalar expression, int operands) {
        int rows = 1 + random.nextInt(4);
        int columns = 1 + random.nextInt(40);
        var result = numbers(random, rows * columns);
        var out = emulation.floats(result, random.nextBoolean());
        var accesses = new ArrayList<Access>();
        var inputs = new ArrayList<Tensor>();
        var places = new ArrayList<Long>();
        for (int i = 0; i < operands; i++) {
            var access = Access.values()[random.nextInt(Access.values().length)];
            accesses.add(access);
            if (access == Access.IN_PLACE) {
                inputs.add(Tensor.of(result, rows, columns));
                continue;
            }
            int own = random.nextBoolean() ? rows : 1;
            int width = access == Access.COLUMNS ? columns : 1;
            var numbers = numbers(random, own * width);
            inputs.add(Tensor.of(numbers, own, width));
            places.add(emulation.floats(numbers, random.nextBoolean()).address());
            places.add(own == 1 ? 0L : (long) width * Float.BYTES);
        }
        call(
                emulation,
                new RectangleCode(Program.of(expression, operands), accesses, false),
                rows,
                columns,
                out.address(),
                places);
        var expected = Tensor.zeros(DType.FLOAT32, rows, columns);
        var query =
                new Elementwise.Query(
                        expression,
                        Collections.nCopies(operands, DType.FLOAT32),
                        DType.FLOAT32,
                        false);
        new JavaElementwise().bind(query).run(inputs, expected, Workers.CALLER);
        return new Case(expression + " " + accesses, expected.toFloats(), out);
    }

    /// @param places the address and row bytes of each operand in memory of its own
    private static void call(
            Emulation emulation,
            RectangleCode code,
            int rows,
            int columns,
            long out,
            List<Long> places) {
        int direct = 2 * RectangleArguments.DIRECT;
        var arguments = new long[4 + direct];
        arguments[0] = (long) rows << Integer.SIZE | columns;
        arguments[1] = out;
        arguments[2] = (long) columns * Float.BYTES;
        for (int i = 0; i < Math.min(direct, places.size()); i++) {
            arguments[3 + i] = places.get(i);
        }
        if (places.size() > direct) {
            var others = places.subList(direct, places.size());
            arguments[3 + direct] =
                    emulation.longs(others.stream().mapToLong(v -> v).toArray()).address();
        }
        emulation.call(emulation.routine(code.emit(Emulation.assembler())), arguments);
    }

    private static float[] numbers(Random random, int count) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = Expressions.number(random);
        }
        return numbers;
    }
}
