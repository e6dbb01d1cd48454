package dev.tenon.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.attention.Attention;
import dev.tenon.kernels.conv.Conv;
import dev.tenon.kernels.conv.TransposedConv;
import dev.tenon.kernels.elementwise.Elementwise;
import dev.tenon.kernels.elementwise.MapReduce;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.norm.Normalize;
import dev.tenon.kernels.norm.Softmax;
import dev.tenon.kernels.pool.Pool;
import dev.tenon.kernels.reduce.Reduction;
import dev.tenon.kernels.resample.Resample;
import dev.tenon.kernels.vector.VectorLevel;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SelfCheckTest {
    private record Doubling(String name, float factor)
            implements EmittedKernel<Integer, Supplier<float[]>> {
        @Override
        public Optional<Refusal> refuses(Integer query) {
            return Optional.empty();
        }

        @Override
        public Supplier<float[]> bind(Integer query, Storage storage) {
            return () -> new float[] {query * factor, Float.isNaN(factor) ? factor : 0};
        }
    }

    private record InJava() implements Kernel<Integer, Supplier<float[]>> {
        @Override
        public String name() {
            return "double-java";
        }

        @Override
        public Optional<Refusal> refuses(Integer query) {
            return Optional.empty();
        }

        @Override
        public Supplier<float[]> bind(Integer query, Storage storage) {
            return () -> new float[] {query + query, 0};
        }
    }

    private static Optional<String> check(float factor) {
        var kernel = new Doubling("double-emitted", factor);
        var family =
                KernelFamily.of("double", kernel, new InJava())
                        .checkedOn(() -> List.of(new Sample<>(3, Supplier::get)));
        return SelfCheck.disagreement(family, kernel);
    }

    static List<KernelFamily<?, ?>> families() {
        return List.of(
                Attention.FAMILY,
                Conv.FAMILY,
                Elementwise.FAMILY,
                Gemm.FAMILY,
                MapReduce.FAMILY,
                Normalize.FAMILY,
                Pool.FAMILY,
                Reduction.FAMILY,
                Resample.FAMILY,
                Softmax.FAMILY,
                TransposedConv.FAMILY);
    }

    @Test
    void roundingIsNoDifference() {
        assertEquals(Optional.empty(), check(2.00001f));
    }

    @Test
    void wrongResultsAreFound() {
        assertTrue(check(2.1f).orElseThrow().contains("where 6.0 is expected, by double-java"));
        assertTrue(check(Float.NaN).orElseThrow().contains("computes NaN"));
    }

    @ParameterizedTest
    @MethodSource("families")
    <Q, B> void emittedKernelsAreRightHereAndAllSampled(KernelFamily<Q, B> family) {
        assumeTrue(VectorLevel.here().isPresent(), "machine code is not used here");
        var emitted = family.kernels().stream().filter(EmittedKernel.class::isInstance).toList();
        assertFalse(emitted.isEmpty(), family.name());
        for (var kernel : emitted) {
            assertTrue(
                    family.samples().get().stream()
                            .anyMatch(sample -> kernel.refuses(sample.query()).isEmpty()),
                    () -> "no sample of " + kernel.name());
            assertEquals(Optional.empty(), SelfCheck.disagreement(family, kernel), kernel.name());
        }
    }

    @Test
    void testedProcessorsHaveVendorFamilyAndModel() {
        assertFalse(SelfCheck.tested().isEmpty());
        for (var line : SelfCheck.tested()) {
            assertTrue(line.matches("\\w+ \\d+ \\d+"), line);
        }
    }
}
