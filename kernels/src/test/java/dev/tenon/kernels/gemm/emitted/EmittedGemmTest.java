package dev.tenon.kernels.gemm.emitted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The emitted product against sums in `double`, on random and awkward sizes, every native operand
/// between guard pages. `-Dtest.args=-Dsoak.seconds=3600` goes on for so long, `-Dseed=` starts
/// elsewhere.
class EmittedGemmTest {
    private static final int[] AWKWARD = {
        0, 1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 23, 29, 31, 32, 33, 47, 48, 49, 63,
        65, 97
    };
    private static final float EPSILON = 0x1p-24f;

    private final EmittedGemm kernel = new EmittedGemm();

    /// Chunks in an order of its own, to show that the order does not matter.
    private static final Workers BACKWARDS =
            (chunks, body) -> {
                for (int i = chunks - 1; i >= 0; i--) {
                    body.run(i);
                }
            };

    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    @BeforeEach
    void emittedCodeRuns() {
        var refusal = kernel.refuses(Gemm.Query.DYNAMIC);
        assumeTrue(refusal.isEmpty(), () -> refusal.get().toString());
    }

    /// One product and how its operands lie in memory.
    private record Example(
            int m,
            int n,
            int k,
            int batches,
            Lie a,
            Lie b,
            boolean constant,
            boolean heapOut,
            float alpha) {}

    /// How a matrix lies in memory.
    private record Lie(boolean heap, boolean transposed, int padding, int gap) {
        static final Lie DENSE = new Lie(false, false, 0, 1);

        static Lie random(Random random) {
            boolean strided = random.nextInt(8) == 0;
            return new Lie(
                    random.nextInt(4) == 0,
                    random.nextBoolean(),
                    random.nextInt(3),
                    strided ? 2 : 1);
        }

        MatrixView matrix(GuardedMemory guarded, int rows, int columns, int count, Random random) {
            long inner = (long) (transposed ? rows : columns) * gap;
            long stride = inner + padding;
            long outer = transposed ? columns : rows;
            long size = outer == 0 || inner == 0 ? 0 : count * outer * stride - padding - (gap - 1);
            var memory =
                    heap
                            ? MemorySegment.ofArray(new float[(int) size])
                            : guarded.floats(size, random.nextBoolean());
            for (long i = 0; i < size; i++) {
                Memory.set(memory, i, random.nextFloat() - 0.5f);
            }
            return transposed
                    ? new MatrixView(memory, 0, rows, columns, gap, stride)
                    : new MatrixView(memory, 0, rows, columns, stride, gap);
        }

        long matrixSize(int rows, int columns) {
            return (long) (transposed ? columns : rows)
                    * ((long) (transposed ? rows : columns) * gap + padding);
        }
    }

    @Test
    void awkwardSizes() {
        var random = new Random(7);
        for (int m : AWKWARD) {
            for (int n : AWKWARD) {
                int k = AWKWARD[random.nextInt(AWKWARD.length)];
                check(new Example(m, n, k, 1, Lie.DENSE, Lie.DENSE, m % 2 == 0, false, 1), random);
            }
        }
    }

    @Test
    void sumsOfNothingWithPaddedRows() {
        var padded = new Lie(false, false, 3, 1);
        for (float alpha : new float[] {1, 2}) {
            check(new Example(20, 20, 0, 3, padded, padded, false, true, alpha), new Random(3));
        }
    }

    @Test
    void everyTileRowAndEpilogueOfSeveralBlocks() {
        var random = new Random(11);
        for (int m = 1; m <= 2 * TileSize.here().rows() + 2; m++) {
            for (int n : new int[] {1, 8, 9, 15, 16, 17, 24, 31, 32, 33, 64, 79, 130}) {
                check(new Example(m, n, 401, 1, Lie.DENSE, Lie.DENSE, true, false, 1), random);
            }
        }
    }

    @Test
    void randomExamples() {
        long seed = Long.getLong("seed", 42);
        long end = System.nanoTime() + Long.getLong("soak.seconds", 4) * 1_000_000_000L;
        for (int i = 0; System.nanoTime() < end; i++) {
            var random = new Random(seed + i);
            var example =
                    new Example(
                            size(random),
                            size(random),
                            random.nextInt(5) == 0 ? random.nextInt(1200) : size(random),
                            1 + random.nextInt(3),
                            Lie.random(random),
                            Lie.random(random),
                            random.nextBoolean(),
                            random.nextInt(3) == 0,
                            random.nextInt(4) == 0 ? 0.7f : 1);
            try {
                check(example, random);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + example, e);
            }
        }
    }

    private static int size(Random random) {
        return random.nextBoolean()
                ? AWKWARD[random.nextInt(AWKWARD.length)]
                : random.nextInt(random.nextInt(10) == 0 ? 400 : 70);
    }

    private void check(Example e, Random random) {
        try (var guarded = new GuardedMemory()) {
            int matricesOfB = e.constant ? 1 : e.batches;
            var a = e.a.matrix(guarded, e.m, e.k, e.batches, random);
            var b = e.b.matrix(guarded, e.k, e.n, matricesOfB, random);
            var bias = Lie.DENSE.matrix(guarded, 1, e.n, 1, random);
            var aOffsets = offsets(e.batches, e.a.matrixSize(e.m, e.k));
            var bOffsets = offsets(matricesOfB, e.b.matrixSize(e.k, e.n));
            boolean biased = random.nextBoolean();
            var epilogue =
                    biased
                            ? Epilogue.add(new MatrixView(bias.memory(), 0, e.m, e.n, 0, 1), 1)
                            : Epilogue.NONE;
            var gemm = kernel.bind(new Gemm.Query(e.constant ? b : null, e.alpha));
            int size = e.batches * e.m * e.n;
            MemorySegment first = null;
            for (var workers : new Workers[] {Workers.CALLER, BACKWARDS, PARALLEL}) {
                var out =
                        e.heapOut
                                ? MemorySegment.ofArray(new float[size])
                                : guarded.floats(size, random.nextBoolean());
                var call =
                        new Gemm.Call(
                                a,
                                aOffsets,
                                e.constant ? null : b,
                                e.constant ? new long[0] : bOffsets,
                                out,
                                epilogue);
                gemm.run(call, workers);
                if (first == null) {
                    first = out;
                    compare(e, a, aOffsets, b, bOffsets, biased ? bias : null, out);
                } else {
                    assertEquals(-1, first.mismatch(out), "the workers make a difference");
                }
            }
        }
    }

    private static long[] offsets(int count, long size) {
        return IntStream.range(0, count).mapToLong(i -> i * size).toArray();
    }

    private static void compare(
            Example e,
            MatrixView a,
            long[] aOffsets,
            MatrixView b,
            long[] bOffsets,
            MatrixView bias,
            MemorySegment out) {
        for (int batch = 0; batch < e.batches; batch++) {
            long bOffset = bOffsets[e.constant ? 0 : batch];
            for (int i = 0; i < e.m; i++) {
                for (int j = 0; j < e.n; j++) {
                    double sum = 0;
                    double size = 0;
                    for (int k = 0; k < e.k; k++) {
                        double product =
                                (double) e.alpha
                                        * at(a, aOffsets[batch], i, k)
                                        * at(b, bOffset, k, j);
                        sum += product;
                        size += Math.abs(product);
                    }
                    double extra = bias == null ? 0 : at(bias, 0, 0, j);
                    float got = Memory.getFloat(out, ((long) batch * e.m + i) * e.n + j);
                    double tolerance = EPSILON * ((e.k + 3) * size + 2 * Math.abs(extra));
                    assertTrue(
                            Math.abs(got - (sum + extra)) <= tolerance,
                            "batch %d row %d column %d: %s for %s"
                                    .formatted(batch, i, j, got, sum + extra));
                }
            }
        }
    }

    private static float at(MatrixView matrix, long offset, int row, int column) {
        return Memory.getFloat(
                matrix.memory(),
                offset + row * matrix.rowStride() + column * matrix.columnStride());
    }

    @Test
    void specialNumbers() {
        float inf = Float.POSITIVE_INFINITY;
        var a = new float[] {inf, 1, 0, 0, Float.NaN, 0, -0f, 0, 1, 1, 1, -inf};
        var b = new float[] {1, 0, 1, 2, 3, -0f};
        var out = product(a, 6, 2, b, 3);
        var expected = new float[18];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 3; j++) {
                expected[3 * i + j] = 0f + a[2 * i] * b[j] + a[2 * i + 1] * b[3 + j];
            }
        }
        assertEquals(Arrays.toString(expected), Arrays.toString(out));
        // What fills the last panel up must not meet the infinities.
        assertTrue(Float.isInfinite(out[0]));
        assertTrue(Float.isNaN(out[1]));
    }

    private float[] product(float[] a, int m, int k, float[] b, int n) {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate((long) m * n * Float.BYTES, 64);
            var left = arena.allocate((long) m * k * Float.BYTES, 64);
            Memory.store(a, 0, left, 0, m * k);
            var right = MatrixView.of(MemorySegment.ofArray(b), 0, k, n);
            kernel.bind(new Gemm.Query(right, 1))
                    .run(
                            Gemm.Call.of(MatrixView.of(left, 0, m, k), null, out, Epilogue.NONE),
                            Workers.CALLER);
            var result = new float[m * n];
            Memory.load(out, 0, result, 0, m * n);
            return result;
        }
    }

    @Test
    void operandsOutsideTheirMemoryAreRefused() {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(16 * Float.BYTES, 64);
            var dense = MatrixView.of(memory, 0, 4, 4);
            var gemm = kernel.bind(new Gemm.Query(dense, 1));
            var beyond = MatrixView.of(memory, 1, 4, 4);
            var short1 = memory.asSlice(4);
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () ->
                            gemm.run(
                                    Gemm.Call.of(beyond, null, memory, Epilogue.NONE),
                                    Workers.CALLER));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () ->
                            gemm.run(
                                    Gemm.Call.of(dense, null, short1, Epilogue.NONE),
                                    Workers.CALLER));
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            gemm.run(
                                    Gemm.Call.of(
                                            MatrixView.of(memory, 0, 3, 5),
                                            null,
                                            memory,
                                            Epilogue.NONE),
                                    Workers.CALLER));
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            gemm.run(
                                    Gemm.Call.of(dense, null, memory.asReadOnly(), Epilogue.NONE),
                                    Workers.CALLER));
        }
    }

    @Test
    void cutsCoverEveryResultOnce() {
        for (int rows : AWKWARD) {
            for (int panels : new int[] {1, 2, 7, 24, 192}) {
                for (int depth : new int[] {0, 1, 384, 4608}) {
                    var cut = Cut.of(Math.max(1, rows * 17), panels, depth, 1);
                    var seen = new int[Math.max(1, rows * 17) * panels];
                    for (var part : cut.parts()) {
                        for (int r = part.row(); r < part.row() + part.rows(); r++) {
                            for (int p = part.panel(); p < part.panel() + part.panels(); p++) {
                                seen[r * panels + p]++;
                            }
                        }
                    }
                    assertTrue(Arrays.stream(seen).allMatch(s -> s == 1), cut::toString);
                }
            }
        }
    }
}
