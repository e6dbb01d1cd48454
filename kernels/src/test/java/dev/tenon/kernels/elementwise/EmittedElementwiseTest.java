package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.vector.VectorMachine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Element-wise kernels as machine code against those in Java.
class EmittedElementwiseTest {
    private static final EmittedElementwise EMITTED = new EmittedElementwise();

    @BeforeEach
    void needsMachineCode() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
    }

    private static Elementwise.Query query(Scalar expression, int inputs) {
        return new Elementwise.Query(
                expression, Collections.nCopies(inputs, DType.FLOAT32), DType.FLOAT32, false);
    }

    private static Tensor guarded(GuardedMemory memory, Random random, long... dims) {
        long size = Tensor.size(dims);
        var segment = memory.floats(size, random.nextBoolean());
        for (long i = 0; i < size; i++) {
            Memory.set(segment, i, Expressions.number(random));
        }
        return Tensor.of(DType.FLOAT32, segment, dims);
    }

    /// Runs the chunks in another order.
    private static void shuffled(int chunks, Workers.Chunk body) {
        for (int i = chunks - 1; i >= 0; i--) {
            body.run(i);
        }
    }

    private static void check(Scalar expression, List<Tensor> inputs, Tensor out) {
        var query = query(expression, inputs.size());
        assertTrue(EMITTED.refuses(query).isEmpty(), () -> EMITTED.refuses(query).toString());
        var expected = Tensor.zeros(DType.FLOAT32, out.dims());
        new JavaElementwise().bind(query).run(inputs, expected, Workers.CALLER);
        EMITTED.bind(query).run(inputs, out, EmittedElementwiseTest::shuffled);
        assertArrayEquals(expected.toFloats(), out.toFloats(), expression::toString);
    }

    @Test
    void broadcastsLikeJava() {
        var random = new Random(21);
        for (int round = 0; round < 200; round++) {
            int rank = random.nextInt(5);
            var dims = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                dims[axis] = 1 + random.nextInt(axis == rank - 1 ? 40 : 5);
            }
            int count = 1 + random.nextInt(4);
            try (var memory = new GuardedMemory()) {
                var inputs = new ArrayList<Tensor>();
                for (int i = 0; i < count; i++) {
                    int own = random.nextInt(rank + 1);
                    var shape = new long[own];
                    for (int axis = 0; axis < own; axis++) {
                        shape[axis] = random.nextInt(3) == 0 ? 1 : dims[rank - own + axis];
                    }
                    inputs.add(guarded(memory, random, shape));
                }
                var expression = Expressions.random(random, count, 1 + random.nextInt(4));
                check(expression, inputs, guarded(memory, random, dims));
            }
        }
    }

    @Test
    void cutsLongRowsAndStreamsResultsPastTheCaches() {
        var random = new Random(2);
        var sum = Scalar.arg(0).plus(Scalar.arg(1)).max(Scalar.constant(0));
        for (long size : new long[] {(1 << 16) - 1, (1 << 16) + 5, (1 << 21) + 3}) {
            try (var memory = new GuardedMemory()) {
                var x = guarded(memory, random, size);
                var y = guarded(memory, random, size);
                check(sum, List.of(x, y), guarded(memory, random, size));
            }
        }
        try (var memory = new GuardedMemory()) {
            var x = guarded(memory, random, 1 << 12, 1 << 9);
            var y = guarded(memory, random, 1 << 12, 1);
            check(sum, List.of(x, y), guarded(memory, random, 1 << 12, 1 << 9));
        }
    }

    @Test
    void computesInPlace() {
        var random = new Random(4);
        try (var memory = new GuardedMemory()) {
            var x = guarded(memory, random, 7, 45);
            var y = guarded(memory, random, 45);
            var query = query(Scalar.arg(0).times(Scalar.arg(1)), 2);
            var expected = Tensor.zeros(DType.FLOAT32, 7, 45);
            new JavaElementwise().bind(query).run(List.of(x, y), expected, Workers.CALLER);
            EMITTED.bind(query).run(List.of(x, y), x, Workers.CALLER);
            assertArrayEquals(expected.toFloats(), x.toFloats());
        }
    }

    @Test
    void computesTheSameOnTheHeap() {
        var random = new Random(6);
        var kernel = EMITTED.bind(query(Scalar.arg(0).tanh().times(Scalar.arg(1)), 2));
        try (var memory = new GuardedMemory()) {
            var x = guarded(memory, random, 3, 50);
            var y = guarded(memory, random, 3, 1);
            var out = guarded(memory, random, 3, 50);
            var onHeap = Tensor.zeros(DType.FLOAT32, 3, 50);
            kernel.run(List.of(x, y), out, Workers.CALLER);
            kernel.run(
                    List.of(Tensor.of(x.toFloats(), 3, 50), Tensor.of(y.toFloats(), 3, 1)),
                    onHeap,
                    Workers.CALLER);
            assertArrayEquals(out.toFloats(), onHeap.toFloats());
        }
    }

    @Test
    void saysWhyItRefuses() {
        var sine = query(Scalar.apply(UnaryFunction.SIN, Scalar.arg(0)), 1);
        assertEquals(
                "there is no vector code for the function SIN",
                EMITTED.refuses(sine).orElseThrow().reason());
        var wide =
                new Elementwise.Query(
                        Scalar.arg(0).abs(), List.of(DType.FLOAT64), DType.FLOAT64, false);
        assertEquals("an element is not f32", EMITTED.refuses(wide).orElseThrow().reason());
        assertTrue(EMITTED.refuses(query(Scalar.arg(9), 10)).isPresent());
    }
}
