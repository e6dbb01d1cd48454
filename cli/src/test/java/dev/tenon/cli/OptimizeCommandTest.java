package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.data.json.JsonReader;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.TextForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizeCommandTest {
    @TempDir Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = folder.resolve("linear.onnx");
        Onnx.write(Cli.linear(1, 2, 3, 4), model);
    }

    @Test
    void writesExplainsAndVerifies() {
        var out = folder.resolve("out.onnx");
        var result =
                Cli.run("optimize", model, "-o", out, "--explain", "--verify", "--symbol", "N=3");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("matmul-bias-to-gemm"), result.out());
        assertTrue(result.out().contains("2 nodes, now 1"), result.out());
        assertTrue(result.out().contains("the results agree"), result.out());
        assertTrue(
                Onnx.read(out).nodes().stream().anyMatch(n -> n.op().def().name().equals("Gemm")));
    }

    @Test
    void aPageShowsBothGraphs() throws IOException {
        var out = folder.resolve("out.onnx");
        var result =
                Cli.run(
                        "optimize",
                        "--explain=html",
                        model,
                        "-o",
                        out,
                        "--measure",
                        "--symbol",
                        "N=3");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("a run takes "), result.out());
        assertTrue(result.out().contains("activations at one time: "), result.out());
        var page = Files.readString(folder.resolve("out.html"));
        assertFalse(page.contains("\"placeholder\""));
        for (var outside : List.of("http:", "https:", "src=", "@import", "url(")) {
            assertFalse(page.contains(outside), outside);
        }
        var start = page.indexOf("application/json\">") + "application/json\">".length();
        var data =
                JsonReader.read(page.substring(start, page.indexOf("</script>", start))).asObject();
        var region = data.array("regions").getFirst().asObject();
        assertEquals("[\"matmul-bias-to-gemm\"]", region.get("rules").toString());
        assertEquals(2, region.array("before").size());
        assertEquals(1, region.array("after").size());

        var elsewhere = folder.resolve("page.html");
        assertEquals(0, Cli.run("optimize", model, "--explain", elsewhere).code());
        assertTrue(Files.exists(elsewhere));
        assertEquals(0, Cli.run("optimize", "--explain", model).code());
    }

    @Test
    void rulesCanBeListedAndSwitchedOff() {
        assertTrue(Cli.run("optimize", "--list-rules").out().contains("batch-norm-into-conv"));
        var json = Cli.run("optimize", model, "--json", "--disable", "matmul-bias-to-gemm").json();
        assertEquals(2, json.integer("nodes_after"));
        assertEquals(2, Cli.run("optimize", model, "--disable", "no-such-rule").code());
        assertEquals(2, Cli.run("optimize").code());
    }

    @Test
    void operatorsOfTenonAreWrittenForTenon() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[n,2]) -> (%y) {
                          %w: f32[2,2] = Constant {1.0, 2.0, 3.0, 4.0}
                          %product: f32[n,2] = MatMul(%x, %w)
                          %y: f32[n,2] = Tanh(%product)
                        }
                        """);
        Onnx.write(graph, model);
        var out = folder.resolve("out.onnx");
        var refused = Cli.run("optimize", model, "-o", out, "--level", "codegen");
        assertEquals(2, refused.code(), refused.out());
        assertTrue(refused.err().contains("--target tenon"), refused.err());
        assertFalse(Files.exists(out));
        var written =
                Cli.run(
                        "optimize",
                        model,
                        "-o",
                        out,
                        "--level",
                        "codegen",
                        "--target",
                        "tenon",
                        "--verify",
                        "--symbol",
                        "n=3");
        assertEquals(0, written.code(), written.err());
        assertTrue(written.out().contains("2 nodes, now 1"), written.out());
        assertEquals("WithEpilogue", Onnx.read(out).nodes().getLast().op().def().name());
    }
}
