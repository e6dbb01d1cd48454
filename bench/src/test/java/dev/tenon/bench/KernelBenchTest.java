package dev.tenon.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.bench.kernels.KernelBench;
import dev.tenon.bench.kernels.KernelBench.Bound;
import dev.tenon.bench.kernels.KernelBench.Line;
import dev.tenon.bench.kernels.KernelCase;
import dev.tenon.bench.kernels.KernelCases;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

class KernelBenchTest {
    @Test
    void casesHaveNamesOfTheirOwnAndKernels() {
        var cases = KernelCases.all();
        assertEquals(cases.size(), cases.stream().map(KernelCase::name).distinct().count());
        for (var each : cases) {
            assertFalse(each.candidates().isEmpty(), each.name());
            assertTrue(each.bytes() > 0, each.name());
        }
    }

    @Test
    void benchmarksNameCasesThatExist() throws NoSuchFieldException {
        var names = KernelBenchmark.class.getField("kernelCase").getAnnotation(Param.class).value();
        for (var name : names) {
            assertEquals(name, KernelCases.find(name).name());
        }
    }

    @Test
    void aKernelIsWrongWhereALaterOneIsClearlyFaster() {
        assertTrue(result(100, 200).isRight());
        assertTrue(result(100, 97).isRight());
        assertFalse(result(100, 90).isRight());
        assertEquals("second", result(100, 90).fastest().kernel());
    }

    private static KernelBench.Result result(long first, long second) {
        return new KernelBench.Result(
                KernelCases.all().getFirst(),
                Bound.FMA,
                List.of(
                        new Line("first", Timings.of(new long[] {first}), 1),
                        new Line("second", Timings.of(new long[] {second}), 1)));
    }
}
