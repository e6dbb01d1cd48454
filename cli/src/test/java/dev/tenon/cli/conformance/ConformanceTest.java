package dev.tenon.cli.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.FormatException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.cli.engine.Engine;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.elementwise.Binary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceTest {
    @TempDir Path folder;

    private static Graph doubling() {
        var builder = Graph.builder("g");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 1, 4));
        builder.output("y", builder.add(Binary.ADD, x, x));
        return builder.build();
    }

    private void write(String name, float... expected) throws IOException {
        var data =
                Files.createDirectories(
                        folder.resolve("node").resolve(name).resolve("test_data_set_0"));
        Onnx.write(doubling(), folder.resolve("node").resolve(name).resolve("model.onnx"));
        write(data.resolve("input_0.pb"), 1, 2, 3, 4);
        write(data.resolve("output_0.pb"), expected);
    }

    private static void write(Path file, float... elements) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            Onnx.writeDatum(Tensor.of(elements, 1, elements.length), "", out);
        }
    }

    @Test
    void casesPassFailAndAreSkippedWithReasons() throws IOException {
        write("test_good", 2, 4, 6, 8.004f);
        write("test_bad", 2, 4, 6, 9);
        write("test_shape", 2, 4, 6);
        write("test_odd", 0, 0, 0, 0);
        Files.createDirectories(folder.resolve("node/test_broken"));
        Files.write(folder.resolve("node/test_broken/model.onnx"), new byte[] {1, 2, 3});
        Files.createDirectories(folder.resolve("node/test_broken/test_data_set_0"));
        Files.createDirectories(folder.resolve("light"));
        Onnx.write(doubling(), folder.resolve("light/light_ramp.onnx"));
        write(folder.resolve("light/light_ramp_output_0.pb"), 0, 0.5f, 1, 1.5f);
        var runner =
                new ConformanceRunner(
                        Engine.REFERENCE, Tolerance.ONNX, Map.of("test_odd", "why not"), 2);
        var report = runner.run(ConformanceCase.find(folder), (_, _) -> {});
        assertEquals(6, report.cases());
        assertEquals(2, report.passed());
        assertEquals(
                List.of(new ConformanceReport.Reason("test_odd", "why not")), report.skipped());
        assertEquals(
                List.of("test_bad", "test_broken", "test_shape"),
                report.failed().stream().map(ConformanceReport.Reason::name).toList());
        assertEquals(
                "output y: 1 of 4 elements differ, such as [0,3]: expected 9.0, got 8.0 (largest"
                        + " difference 1.0)",
                report.failed().getFirst().reason());
        assertTrue(
                report.toJson()
                        .toString()
                        .startsWith(
                                "{\"cases\":6,\"passed\":2,\"failed\":[{\"name\":\"test_bad\",\"reason\":"));
        assertTrue(
                report.toJson()
                        .toString()
                        .endsWith("\"skipped\":[{\"name\":\"test_odd\",\"reason\":\"why not\"}]}"));
    }

    @Test
    void floatsAreComparedAsNumpyDoes() {
        var tolerance = new Tolerance(0.1, 0.5);
        float nan = Float.NaN;
        float inf = Float.POSITIVE_INFINITY;
        assertNull(
                problem(
                        new float[] {nan, inf, -inf, 10, 0},
                        new float[] {nan, inf, -inf, 11.4f, -0.4f},
                        tolerance));
        for (var pair :
                new float[][] {
                    {nan, 1},
                    {1, nan},
                    {inf, -inf},
                    {inf, 1e30f},
                    {1e30f, inf},
                    {10, 11.6f},
                    {0, 0.6f}
                }) {
            assertNotNull(
                    problem(new float[] {pair[0]}, new float[] {pair[1]}, tolerance),
                    pair[0] + " " + pair[1]);
        }
    }

    private static String problem(float[] expected, float[] actual, Tolerance tolerance) {
        return Comparison.problem(
                Tensor.of(expected, expected.length), Tensor.of(actual, actual.length), tolerance);
    }

    @Test
    void integersStringsTypesAndShapesMustBeEqual() {
        var wide = new Tolerance(1, 100);
        assertNotNull(
                Comparison.problem(
                        Tensor.of(new long[] {1}, 1), Tensor.of(new long[] {2}, 1), wide));
        assertNotNull(
                Comparison.problem(
                        Tensor.of(new long[] {1}, 1), Tensor.of(new int[] {1}, 1), wide));
        assertNotNull(
                Comparison.problem(Tensor.of(new long[] {1}, 1), Tensor.of(new long[] {1}), wide));
        var text = Tensor.zeros(DType.STRING, 1);
        var other = Tensor.zeros(DType.STRING, 1);
        other.setString(0, "x");
        assertNotNull(Comparison.problem(text, other, wide));
        assertNull(Comparison.problem(text, text.copy(), wide));
        assertNotNull(Comparison.problem(text, null, wide));
    }

    @Test
    void sequencesOptionalsAndMapsAreCompared() {
        var type = Type.tensor(DType.FLOAT32, 1);
        var one = Tensor.of(new float[] {1}, 1);
        var two = Tensor.of(new float[] {2}, 1);
        Datum ones = new Datum.OfSequence(type, List.of(one, one));
        assertNull(
                Comparison.problem(
                        ones, new Datum.OfSequence(type, List.of(one, one)), Tolerance.ONNX));
        assertTrue(
                Comparison.problem(
                                ones, new Datum.OfSequence(type, List.of(one, two)), Tolerance.ONNX)
                        .startsWith("element 1: "));
        assertNotNull(
                Comparison.problem(ones, new Datum.OfSequence(type, List.of(one)), Tolerance.ONNX));
        var empty = new Datum.OfOptional(type, null);
        assertNull(Comparison.problem(empty, new Datum.OfOptional(type, null), Tolerance.ONNX));
        assertNotNull(Comparison.problem(empty, new Datum.OfOptional(type, one), Tolerance.ONNX));
        assertNotNull(Comparison.problem(new Datum.OfOptional(type, one), empty, Tolerance.ONNX));
        assertNull(Comparison.problem(map(1L, one), map(1L, one), Tolerance.ONNX));
        assertNotNull(Comparison.problem(map(1L, one), map(2L, one), Tolerance.ONNX));
        assertNotNull(Comparison.problem(map(1L, one), map(1L, two), Tolerance.ONNX));
    }

    private static Datum map(Object key, Datum value) {
        var entries = new LinkedHashMap<Object, Datum>();
        entries.put(key, value);
        return new Datum.OfMap(DType.INT64, Type.tensor(DType.FLOAT32, 1), entries);
    }

    @Test
    void fewCasesAreLeftOutAndEachForAReason() {
        var exceptions = Exceptions.bundled();
        assertTrue(exceptions.size() <= 12, exceptions.toString());
        exceptions.values().forEach(reason -> assertTrue(reason.length() > 10, reason));
        assertThrows(FormatException.class, () -> Exceptions.parse("test_without_reason\n"));
        assertThrows(FormatException.class, () -> Exceptions.parse("test_a once\ntest_a twice\n"));
    }
}
