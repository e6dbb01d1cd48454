package dev.tenon.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kernel of the family against three plain loops, at awkward sizes.
class GemmTest {
    private static final int[] ROWS = {0, 1, 2, 7, 8, 9, 31, 33};
    private static final int[] COLUMNS = {1, 7, 8, 9, 64, 511, 513, 1025};
    private static final int[] TERMS = {0, 1, 3, 4, 5, 127, 130};

    static Stream<Kernel<Gemm.Query, Gemm>> kernels() {
        return Gemm.FAMILY.kernels().stream().filter(k -> k.refuses(Gemm.Query.DYNAMIC).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void agreesWithLoops(Kernel<Gemm.Query, Gemm> kernel) {
        var random = new Random(1);
        for (int m : ROWS) {
            for (int n : COLUMNS) {
                for (int k : TERMS) {
                    check(kernel, random, m, n, k);
                }
            }
        }
    }

    private static void check(Kernel<Gemm.Query, Gemm> kernel, Random random, int m, int n, int k) {
        var a = values(random, m * k + 3);
        var b = values(random, k * n + 5);
        boolean turned = random.nextBoolean();
        var left =
                new MatrixView(MemorySegment.ofArray(a), 3, m, k, turned ? 1 : k, turned ? m : 1);
        var right =
                new MatrixView(MemorySegment.ofArray(b), 5, k, n, turned ? 1 : n, turned ? k : 1);
        float alpha = turned ? 0.5f : 1;
        var bias = values(random, n);
        var epilogue = Epilogue.add(new MatrixView(MemorySegment.ofArray(bias), 0, m, n, 0, 1), 2);
        var expected = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int t = 0; t < k; t++) {
                    sum +=
                            (double) a[(int) (3 + i * left.rowStride() + t * left.columnStride())]
                                    * b[
                                            (int)
                                                    (5
                                                            + t * right.rowStride()
                                                            + j * right.columnStride())];
                }
                expected[i * n + j] = (float) (alpha * sum + 2 * bias[j]);
            }
        }
        for (boolean constant : new boolean[] {false, true}) {
            var out = new float[m * n];
            kernel.bind(new Gemm.Query(constant ? right : null, alpha))
                    .run(
                            Gemm.Call.of(
                                    left,
                                    constant ? null : right,
                                    MemorySegment.ofArray(out),
                                    epilogue),
                            Workers.CALLER);
            assertArrayEquals(expected, out, 1e-3f, () -> m + "×" + n + "×" + k);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void multipliesBatches(Kernel<Gemm.Query, Gemm> kernel) {
        var a = MemorySegment.ofArray(new float[] {1, 2, 3, 4});
        var b = MemorySegment.ofArray(new float[] {5, 6, 7, 8});
        var out = new float[8];
        var call =
                new Gemm.Call(
                        MatrixView.of(a, 0, 1, 2),
                        new long[] {0, 2, 0, 2},
                        MatrixView.of(b, 0, 2, 2),
                        new long[] {0, 0, 0, 0},
                        MemorySegment.ofArray(out),
                        (row, count, m, from) -> row[0] += m);
        kernel.bind(Gemm.Query.DYNAMIC).run(call, Workers.CALLER);
        assertArrayEquals(new float[] {19, 22, 44, 50, 21, 22, 46, 50}, out);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void carriesWhatIsNoNumber(Kernel<Gemm.Query, Gemm> kernel) {
        var a = MatrixView.of(MemorySegment.ofArray(new float[] {1, 0, 1, Float.NaN}), 0, 2, 2);
        var b =
                MatrixView.of(
                        MemorySegment.ofArray(new float[] {Float.POSITIVE_INFINITY, 1, 2, 3}),
                        0,
                        2,
                        2);
        var out = new float[4];
        kernel.bind(Gemm.Query.DYNAMIC)
                .run(Gemm.Call.of(a, b, MemorySegment.ofArray(out), Epilogue.NONE), Workers.CALLER);
        assertEquals(Float.POSITIVE_INFINITY, out[0]);
        assertEquals(1, out[1]);
        assertEquals(Float.NaN, out[2]);
        assertEquals(Float.NaN, out[3]);
    }

    private static float[] values(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
