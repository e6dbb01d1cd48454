package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.formats.onnx.Onnx;
import java.nio.file.Path;
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
    void rulesCanBeListedAndSwitchedOff() {
        assertTrue(Cli.run("optimize", "--list-rules").out().contains("batch-norm-into-conv"));
        var json = Cli.run("optimize", model, "--json", "--disable", "matmul-bias-to-gemm").json();
        assertEquals(2, json.integer("nodes_after"));
        assertEquals(2, Cli.run("optimize", model, "--disable", "no-such-rule").code());
        assertEquals(2, Cli.run("optimize").code());
    }
}
