package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.cli.bench.Suite;
import dev.tenon.data.json.JsonReader;
import dev.tenon.formats.onnx.Onnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandsTest {
    @TempDir Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = folder.resolve("linear.onnx");
        Onnx.write(Cli.linear(1, 2, 3, 4), model);
    }

    @Test
    void benchMeasuresWithoutAPeer() {
        var result = Cli.run("bench", model, "--shape", "x=3x2", "--seconds", "0.02", "--json");
        assertEquals(0, result.code(), result.err());
        var json = result.json();
        assertEquals(1, json.integer("threads"));
        assertEquals("cpu", json.text("clock"));
        assertEquals("f32[3,2]", json.object("inputs").text("x"));
        assertTrue(Double.parseDouble(json.get("tenon_ms").toString()) > 0, json.toString());
        assertTrue(json.integer("tenon_runs") > 0);
        assertEquals(null, json.find("ratio"));
    }

    /// Tests run from folders of classes.
    @Test
    void benchSaysWhyThereIsNoAotCache() {
        var result =
                Cli.run("bench", model, "--shape", "x=3x2", "--seconds", "0.02", "--aot", "--json");
        assertEquals(2, result.code());
        assertTrue(result.err().contains("Start from jars"), result.err());
    }

    @Test
    void benchMeasuresSeveralThreadsInAProcessOfItsOwn() {
        var result =
                Cli.run(
                        "bench",
                        model,
                        "--shape",
                        "x=3x2",
                        "--threads",
                        2,
                        "--seconds",
                        "0.02",
                        "--json");
        assertEquals(0, result.code(), result.err());
        assertEquals("wall", result.json().text("clock"));
    }

    @Test
    void enginesThatAreNotHereAreAnErrorWithAdvice() {
        var result = Cli.run("bench", model, "--shape", "x=3x2", "--against", "none");
        assertEquals(2, result.code());
        assertTrue(result.err().contains("expected one of ["), result.err());
        assertTrue(result.err().contains("source tree"), result.err());
        assertEquals(2, Cli.run("bench").code());
        assertEquals(2, Cli.run("bench", "suite", "no-such-entry").code());
    }

    @Test
    void suiteEntriesHaveNamesOfTheirOwn() {
        var names = Suite.entries().stream().map(e -> e.name()).toList();
        assertEquals(names.size(), names.stream().distinct().count());
        assertEquals(23, names.size());
    }

    @Test
    void kernelsAreMeasuredAgainstPeaks() {
        var result =
                Cli.run(
                        "bench",
                        "kernels",
                        "--filter",
                        "gemm 1×768×768|reduce MEAN 512.*",
                        "--seconds",
                        "0.01",
                        "--json");
        assertEquals(0, result.code(), result.err());
        var cases = result.json().array("cases");
        assertEquals(2, cases.size());
        var gemm = cases.getFirst().asObject();
        assertEquals("gemm", gemm.text("family"));
        assertEquals(2.0 * 768 * 768, Double.parseDouble(gemm.get("flops").toString()));
        var kernels = gemm.array("kernels");
        assertEquals("gemm-java", kernels.getLast().asObject().text("kernel"));
        assertEquals(2, Cli.run("bench", "kernels", "--filter", "none").code());
    }

    @Test
    void profileTellsOfEachStep() throws IOException {
        var trace = folder.resolve("trace.json");
        var page = folder.resolve("page.html");
        var arguments =
                new Object[] {
                    "profile",
                    model,
                    "--shape",
                    "x=3x2",
                    "--seconds",
                    "0.01",
                    "--html",
                    page,
                    "--trace",
                    trace,
                    "--json"
                };
        var result = Cli.run(arguments);
        assertEquals(0, result.code(), result.err());
        var steps = result.json().array("steps");
        assertEquals("Gemm", steps.getFirst().asObject().text("op"));
        var events = JsonReader.read(Files.readString(trace)).asObject().array("traceEvents");
        assertEquals(steps.size(), events.size());
        assertEquals("X", events.getFirst().asObject().text("ph"));
        assertTrue(Files.readString(page).contains("Gemm"));
        var table = Cli.run("profile", model, "--shape", "x=3x2", "--seconds", "0.01");
        assertTrue(table.out().contains("a run"), table.out());
        assertTrue(table.out().contains("Gemm"), table.out());
    }
}
