package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.Scalar;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.vector.VectorMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Epilogues as machine code against the same epilogues in Java.
class EmittedRowProgramTest {
    private static final int[] COLUMNS = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 71, 100};

    @BeforeEach
    void needsMachineCode() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
    }

    private static MemorySegment numbers(GuardedMemory memory, Random random, long count) {
        var segment = memory.floats(count, random.nextBoolean());
        for (long i = 0; i < count; i++) {
            Memory.set(segment, i, Expressions.number(random));
        }
        return segment;
    }

    private static MatrixView operand(GuardedMemory memory, Random random, int rows, int columns) {
        return switch (random.nextInt(4)) {
            case 0 -> new MatrixView(numbers(memory, random, 1), 0, rows, columns, 0, 0);
            case 1 -> new MatrixView(numbers(memory, random, columns), 0, rows, columns, 0, 1);
            case 2 -> new MatrixView(numbers(memory, random, rows), 0, rows, columns, 1, 0);
            default ->
                    MatrixView.of(numbers(memory, random, (long) rows * columns), 0, rows, columns);
        };
    }

    /// What an expression comes to on a block, by the loops in Java.
    private static float[] inJava(
            Scalar expression,
            List<MatrixView> operands,
            float[] block,
            int rows,
            int columns,
            int m,
            int from) {
        var program = Program.of(expression, 1 + operands.size());
        int size = rows * columns;
        var registers = new float[program.registers()][size];
        registers[0] = block.clone();
        for (int k = 0; k < operands.size(); k++) {
            var view = operands.get(k);
            for (int i = 0; i < size; i++) {
                registers[1 + k][i] =
                        Memory.getFloat(
                                view.memory(),
                                view.offset()
                                        + (m + i / columns) * view.rowStride()
                                        + (from + i % columns) * view.columnStride());
            }
        }
        return FloatLanes.run(program, registers, new float[3][size], size);
    }

    /// Applies an expression to a rectangle of a product of some rows and columns.
    private static void check(
            Scalar expression,
            List<MatrixView> operands,
            Epilogue epilogue,
            int all,
            int width,
            Random random,
            String what) {
        int m = random.nextInt(all);
        int rows = 1 + random.nextInt(all - m);
        int from = random.nextInt(width);
        int columns = 1 + random.nextInt(width - from);
        int stride = columns + random.nextInt(3);
        try (var memory = new GuardedMemory()) {
            var product = numbers(memory, random, (long) (rows - 1) * stride + columns);
            var block = new float[rows * columns];
            var gaps = new ArrayList<Float>();
            for (int i = 0; i < rows; i++) {
                Memory.load(product, (long) i * stride, block, i * columns, columns);
                for (int j = columns; j < stride && i + 1 < rows; j++) {
                    gaps.add(Memory.getFloat(product, (long) i * stride + j));
                }
            }
            var expected = inJava(expression, operands, block, rows, columns, m, from);
            epilogue.applyAll(block, rows, columns, m, from);
            assertArrayEquals(Arrays.copyOf(expected, block.length), block, () -> what);
            epilogue.applyTo(product, 0, stride, rows, columns, m, from);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    assertEquals(
                            expected[i * columns + j],
                            Memory.getFloat(product, (long) i * stride + j),
                            what);
                }
                for (int j = columns; j < stride && i + 1 < rows; j++) {
                    assertEquals(
                            gaps.removeFirst(), Memory.getFloat(product, (long) i * stride + j));
                }
            }
        }
    }

    @Test
    void agreesWithJava() {
        var random = new Random(11);
        for (int round = 0; round < 300; round++) {
            int count = random.nextInt(6);
            var expression = Expressions.random(random, 1 + count, 1 + random.nextInt(5));
            assertEquals(Optional.empty(), ProgramCode.refusal(Program.of(expression, 1 + count)));
            var program = new RowProgram(expression, count);
            int rows = 1 + random.nextInt(5);
            int columns = COLUMNS[random.nextInt(COLUMNS.length)];
            try (var memory = new GuardedMemory()) {
                var operands = new ArrayList<MatrixView>();
                for (int i = 0; i < count; i++) {
                    operands.add(operand(memory, random, rows, columns));
                }
                check(
                        expression,
                        operands,
                        program.with(operands),
                        rows,
                        columns,
                        random,
                        round + ": " + expression);
            }
        }
    }

    @Test
    void savesValuesWhenRegistersRunOut() {
        var sum = Scalar.arg(0);
        var terms = new ArrayList<Scalar>();
        for (int i = 0; i < 40; i++) {
            var term = Scalar.arg(i % 3).plus(i).max(Scalar.arg((i + 1) % 3));
            terms.add(term);
            sum = sum.plus(term);
        }
        for (var term : terms) {
            sum = sum.times(term).minus(Scalar.arg(1));
        }
        var random = new Random(3);
        try (var memory = new GuardedMemory()) {
            var operands = List.of(operand(memory, random, 4, 37), operand(memory, random, 4, 37));
            check(sum, operands, new RowProgram(sum, 2).with(operands), 4, 37, random, "sum");
        }
    }

    @Test
    void joinsWithAnAddend() {
        var random = new Random(5);
        try (var memory = new GuardedMemory()) {
            var bias = new MatrixView(numbers(memory, random, 50), 0, 3, 50, 0, 1);
            var scale = new MatrixView(numbers(memory, random, 3), 0, 3, 50, 1, 0);
            var relu = Scalar.arg(0).times(Scalar.arg(1)).max(Scalar.constant(0));
            var steps =
                    List.of(
                            RowProgram.addition(bias),
                            new RowProgram(relu, 1).with(List.of(scale)));
            var joined = Epilogue.of(steps);
            assertTrue(!(joined instanceof Epilogue.Sequence), joined::toString);
            var whole = Scalar.arg(0).plus(Scalar.arg(1)).times(Scalar.arg(2));
            check(
                    whole.max(Scalar.constant(0)),
                    List.of(bias, scale),
                    joined,
                    3,
                    50,
                    random,
                    "joined");
            var apart = new float[50];
            var together = new float[50];
            for (int j = 0; j < 50; j++) {
                apart[j] = together[j] = Expressions.number(random);
            }
            steps.forEach(step -> step.apply(apart, 50, 1, 0));
            joined.apply(together, 50, 1, 0);
            assertArrayEquals(apart, together);
        }
    }

    @Test
    void rowsOfOneColumnAreComputedTogether() {
        var program = new RowProgram(Scalar.arg(0).plus(Scalar.arg(1)).plus(Scalar.arg(2)), 2);
        var column = MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        var number = MemorySegment.ofArray(new float[] {100});
        var epilogue =
                program.with(
                        List.of(
                                new MatrixView(column, 0, 12, 1, 1, 1),
                                new MatrixView(number, 0, 12, 1, 0, 1)));
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(12 * Float.BYTES);
            epilogue.applyTo(memory, 2, 1, 9, 1, 3, 0);
            for (int i = 0; i < 12; i++) {
                float expected = i < 2 || i > 10 ? 0 : 100 + i + 2;
                assertEquals(expected, Memory.getFloat(memory, i), "element " + i);
            }
        }
    }
}
