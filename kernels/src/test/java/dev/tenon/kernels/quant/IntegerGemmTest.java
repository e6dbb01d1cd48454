package dev.tenon.kernels.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Workers;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Integer products are exact, also where every term is as large as can be.
class IntegerGemmTest {
    static Stream<Kernel<IntegerGemm.Query, IntegerGemm>> kernels() {
        return IntegerGemm.FAMILY.kernels().stream();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void isExact(Kernel<IntegerGemm.Query, IntegerGemm> kernel) {
        var random = new Random(1);
        for (int k : new int[] {1, 3, 255, 256, 257, 1030}) {
            for (int m : new int[] {1, 9}) {
                for (int n : new int[] {1, 17, 515}) {
                    for (boolean extreme : new boolean[] {false, true}) {
                        check(kernel, random, m, n, k, extreme);
                    }
                }
            }
        }
    }

    private static void check(
            Kernel<IntegerGemm.Query, IntegerGemm> kernel,
            Random random,
            int m,
            int n,
            int k,
            boolean extreme) {
        var a = bytes(random, DType.UINT8, extreme, m, k);
        var b = bytes(random, extreme ? DType.UINT8 : DType.INT8, extreme, k, n);
        var aZero = extreme ? null : bytes(random, DType.UINT8, false, m);
        var bZero = extreme ? null : bytes(random, DType.INT8, false, n);
        var query = new IntegerGemm.Query(b, bZero);
        if (kernel.refuses(query).isPresent()) {
            return;
        }
        var out = Tensor.zeros(DType.INT32, m, n);
        kernel.bind(query).run(a, aZero, out.segment(), Workers.CALLER);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                long sum = 0;
                for (int t = 0; t < k; t++) {
                    sum +=
                            (a.getLong((long) i * k + t) - (aZero == null ? 0 : aZero.getLong(i)))
                                    * (b.getLong((long) t * n + j)
                                            - (bZero == null ? 0 : bZero.getLong(j)));
                }
                assertEquals(sum, out.getLong((long) i * n + j));
            }
        }
    }

    private static Tensor bytes(Random random, DType dtype, boolean extreme, long... dims) {
        var tensor = Tensor.zeros(dtype, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setLong(i, extreme ? 255 : random.nextInt(256));
        }
        return tensor;
    }
}
