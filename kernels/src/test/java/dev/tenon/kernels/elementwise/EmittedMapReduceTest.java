package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.reduce.Reduction.Fold;
import dev.tenon.kernels.vector.VectorMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Maps and folds as machine code against numbers that are computed one by one.
class EmittedMapReduceTest {
    private static final EmittedMapReduce EMITTED = new EmittedMapReduce();

    private static final float[] AWKWARD = {
        Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0.0f, 0.0f
    };

    @BeforeEach
    void needsMachineCode() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
    }

    private static Tensor guarded(
            GuardedMemory memory, Random random, boolean awkward, long... dims) {
        long size = Tensor.size(dims);
        var segment = memory.floats(size, random.nextBoolean());
        for (long i = 0; i < size; i++) {
            boolean strange = awkward && random.nextInt(50) == 0;
            Memory.set(
                    segment,
                    i,
                    strange
                            ? AWKWARD[random.nextInt(AWKWARD.length)]
                            : (float) random.nextGaussian());
        }
        return Tensor.of(DType.FLOAT32, segment, dims);
    }

    private static void check(
            Scalar expression, Fold fold, List<Tensor> inputs, long[] dims, int from, int to) {
        var query = new MapReduce.Query(expression, inputs.size(), fold);
        assertTrue(EMITTED.refuses(query).isEmpty());
        long outer = Tensor.size(Arrays.copyOf(dims, from));
        long length = Tensor.size(Arrays.copyOfRange(dims, from, to));
        long inner = Tensor.size(Arrays.copyOfRange(dims, to, dims.length));
        var mapped = Tensor.zeros(DType.FLOAT32, dims);
        var elementwise =
                new Elementwise.Query(
                        expression,
                        Collections.nCopies(inputs.size(), DType.FLOAT32),
                        DType.FLOAT32,
                        false);
        new JavaElementwise().bind(elementwise).run(inputs, mapped, Workers.CALLER);
        try (var memory = new GuardedMemory()) {
            var out = Tensor.of(DType.FLOAT32, memory.floats(outer * inner, true), outer, inner);
            EMITTED.bind(query).run(inputs, dims, from, to, out, Workers.CALLER);
            for (long i = 0; i < outer * inner; i++) {
                double expected = start(fold);
                double sizes = 1;
                for (long k = 0; k < length; k++) {
                    double number = mapped.getDouble((i / inner * length + k) * inner + i % inner);
                    expected = combine(fold, expected, number);
                    sizes += fold == Fold.SUM_OF_SQUARES ? number * number : Math.abs(number);
                }
                expected =
                        switch (fold) {
                            case MEAN -> expected / length;
                            case NORM -> Math.sqrt(expected);
                            default -> expected;
                        };
                double tolerance = Double.isFinite(sizes) ? 1e-5 * sizes : 0;
                assertEquals(expected, out.getDouble(i), tolerance, fold + " of " + expression);
            }
        }
    }

    private static double start(Fold fold) {
        return switch (fold) {
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
            default -> 0;
        };
    }

    private static double combine(Fold fold, double before, double number) {
        return switch (fold) {
            case SUM, MEAN -> before + number;
            case MAX -> Math.max(before, number);
            case MIN -> Math.min(before, number);
            case SUM_OF_SQUARES, NORM -> before + number * number;
        };
    }

    @ParameterizedTest
    @EnumSource
    void foldsLikeNumbersOneByOne(Fold fold) {
        var random = new Random(fold.ordinal());
        for (int round = 0; round < 150; round++) {
            int rank = 1 + random.nextInt(4);
            var dims = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                dims[axis] = 1L + random.nextInt(axis == rank - 1 ? 70 : 5);
            }
            int from = random.nextInt(rank);
            int to = from + 1 + random.nextInt(rank - from);
            int count = 1 + random.nextInt(4);
            try (var memory = new GuardedMemory()) {
                var inputs = new ArrayList<Tensor>();
                inputs.add(guarded(memory, random, round % 2 == 1, dims));
                for (int i = 1; i < count; i++) {
                    int own = random.nextInt(rank + 1);
                    var shape = new long[own];
                    for (int axis = 0; axis < own; axis++) {
                        shape[axis] = random.nextInt(3) == 0 ? 1 : dims[rank - own + axis];
                    }
                    inputs.add(guarded(memory, random, round % 2 == 1, shape));
                }
                var expression = Scalar.arg(0).plus(1);
                for (int i = 1; i < count; i++) {
                    expression = expression.times(Scalar.arg(i)).plus(0.5);
                }
                check(expression, fold, inputs, dims, from, to);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void foldsNothingAndLongLines(Fold fold) {
        var random = new Random(9);
        var square = Scalar.arg(0).times(Scalar.arg(0));
        try (var memory = new GuardedMemory()) {
            check(
                    square,
                    fold,
                    List.of(guarded(memory, random, false, 3, 0)),
                    new long[] {3, 0},
                    0,
                    1);
            long[] dims = {2, 20_011};
            check(square, fold, List.of(guarded(memory, random, false, dims)), dims, 1, 2);
            long[] wide = {3, 2, 40_003};
            check(square, fold, List.of(guarded(memory, random, false, wide)), wide, 1, 2);
        }
    }

    @Test
    void functionsOfManyRegistersAreFolded() {
        var random = new Random(4);
        var gate =
                Scalar.arg(0)
                        .tanh()
                        .times(Scalar.arg(1))
                        .plus(Scalar.arg(1).exp())
                        .max(Scalar.arg(2).tanh());
        long[] dims = {5, 3, 45};
        for (var fold : Fold.values()) {
            try (var memory = new GuardedMemory()) {
                var inputs =
                        List.of(
                                guarded(memory, random, true, dims),
                                guarded(memory, random, false, 3, 1),
                                guarded(memory, random, false, 45));
                check(gate, fold, inputs, dims, 2, 3);
                check(gate, fold, inputs, dims, 0, 1);
            }
        }
    }
}
