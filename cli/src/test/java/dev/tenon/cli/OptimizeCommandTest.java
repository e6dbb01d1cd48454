package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.data.json.JsonReader;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.convolution.Conv;
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
        assertTrue(
                result.out().lines().anyMatch(l -> l.matches("rule .*written  +peak +time .*")),
                result.out());
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
    void eachRuleIsToldApart() {
        var unknown = Cli.run("optimize", model, "--explain").out();
        assertFalse(unknown.contains("peak"), unknown);
        var swish =
                TextForm.parse(
                        """
                        graph main(%x: f32[n,2]) -> (%y) {
                          %zero: f32[] = Constant {0.0}
                          %three: f32[] = Constant {3.0}
                          %six: f32[] = Constant {6.0}
                          %sum: f32[n,2] = Add(%x, %three)
                          %ramp: f32[n,2] = Clip(%sum, %zero, %six)
                          %product: f32[n,2] = Mul(%x, %ramp)
                          %y: f32[n,2] = Div(%product, %six)
                        }
                        """);
        Onnx.write(swish, model);
        var json = Cli.run("optimize", model, "--json", "--symbol", "n=5").json();
        var rule = json.array("rules").getLast().asObject();
        assertEquals("hard-swish", rule.text("rule"));
        // Input, sum and ramp are there at one time without it, input and result with it.
        assertEquals(5 * 2 * 4, rule.integer("peak_bytes"));
        assertEquals(null, rule.find("nanos"));
    }

    @Test
    void layoutsAreChosenForTenon() {
        var builder = Graph.builder("images");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 1, 8, 12, 12));
        var first = builder.constant(Tensor.zeros(DType.FLOAT32, 8, 8, 3, 3));
        var conv = new Conv(AutoPad.SAME_UPPER, null, 1, null, null, null);
        builder.output("y", builder.add(conv, builder.add(conv, x, first), first));
        Onnx.write(builder.build(), model);
        var out = folder.resolve("out.onnx");
        var result =
                Cli.run(
                        "optimize",
                        model,
                        "-o",
                        out,
                        "--level",
                        "codegen",
                        "--target",
                        "tenon",
                        "--verify");
        assertEquals(0, result.code(), result.err() + result.out());
        assertTrue(result.out().contains(" nodes on images have the channels last"), result.out());
        assertTrue(Onnx.read(out).nodes().size() >= 2);
        var refused =
                Cli.run("optimize", model, "--level", "codegen", "--disable", "choose-layouts");
        assertEquals(0, refused.code());
        assertFalse(refused.out().contains("channels last"), refused.out());
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
