package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.cli.conformance.ConformanceCase;
import dev.tenon.cli.conformance.ConformanceReport;
import dev.tenon.cli.conformance.ConformanceRunner;
import dev.tenon.cli.conformance.Exceptions;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.cli.engine.Engine;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// The ONNX backend suite, on the runtime and on the reference implementations.
class ConformanceTest {
    /// Cases that the suite has without the light models; fewer mean that they were not found.
    private static final int CASES = 1905;

    private static final Predicate<ConformanceCase> LIGHT = c -> c.name().startsWith("light_");

    @Test
    void runtime() {
        var report = run(Engine.MODEL, LIGHT.negate());
        assertTrue(report.cases() >= CASES, () -> "only " + report.cases() + " cases");
    }

    @Test
    void reference() {
        run(Engine.REFERENCE, LIGHT.negate());
    }

    @Test
    void lightModels() {
        assertEquals(9, run(Engine.MODEL, LIGHT).passed());
    }

    private static ConformanceReport run(Engine engine, Predicate<ConformanceCase> chosen) {
        var suite = SuiteFiles.root();
        assumeTrue(
                suite != null,
                "the ONNX backend suite is not there: shared/conformance/onnx-1.22.0");
        var cases = ConformanceCase.find(suite).stream().filter(chosen).toList();
        var runner = new ConformanceRunner(engine, Tolerance.ONNX, Exceptions.bundled(), 2);
        var report = runner.run(cases, (_, _) -> {});
        assertEquals(List.of(), report.failed(), "cases that fail");
        assertTrue(report.skipped().size() <= Exceptions.bundled().size());
        return report;
    }
}
