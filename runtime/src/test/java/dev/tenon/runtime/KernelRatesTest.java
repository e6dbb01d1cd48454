package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.conv.Conv;
import dev.tenon.kernels.conv.TransposedConv;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.pool.Pool;
import dev.tenon.kernels.resample.Resample;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelRatesTest {
    /// The kernels that the choice of layouts weighs against each other.
    static Stream<String> kernels() {
        return Stream.of(
                        Conv.FAMILY,
                        TransposedConv.FAMILY,
                        Gemm.FAMILY,
                        Pool.FAMILY,
                        Resample.FAMILY)
                .flatMap(KernelRatesTest::names)
                .filter(name -> !name.equals(ModelledCosts.PRODUCT));
    }

    private static <Q, B> Stream<String> names(KernelFamily<Q, B> family) {
        return family.kernels().stream().map(Kernel::name);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void eachKernelHasRates(String kernel) {
        var rates = KernelRates.of(kernel);
        assertTrue(rates.flops() > 0 && rates.bytes() > 0, rates.toString());
    }
}
