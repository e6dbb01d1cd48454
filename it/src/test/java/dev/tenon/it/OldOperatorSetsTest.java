package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.Datum;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Interpreter;
import dev.tenon.testkit.Closeness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The backend suite of ONNX 1.12, operator sets 1 to 17, where Debian's `libonnx-testdata` is
/// installed.
class OldOperatorSetsTest {
    private static final Path SUITE = Path.of("/usr/share/libonnx-testdata/data");
    private static final Closeness CLOSENESS = new Closeness(1e-3, 1e-6);

    /// - gradients are no part of inference
    /// - Bernoulli draws from another generator
    /// - these files hold `bfloat16` as `uint16`
    /// - the expected result of `adam_multiple` is wrong, and was corrected in later releases
    private static final Pattern LEFT_OUT =
            Pattern.compile("gradient_of|bernoulli|BFLOAT16|adam_multiple");

    @Test
    void passes() throws IOException {
        assumeTrue(Files.isDirectory(SUITE), "libonnx-testdata is not installed");
        var failures = new ArrayList<String>();
        int passed = 0;
        for (var kind : List.of("node", "simple", "pytorch-converted", "pytorch-operator")) {
            for (var test : list(SUITE.resolve(kind))) {
                if (LEFT_OUT.matcher(test.getFileName().toString()).find()) {
                    continue;
                }
                try {
                    run(test);
                    passed++;
                } catch (RuntimeException | AssertionError e) {
                    failures.add(test.getFileName() + ": " + e);
                }
            }
        }
        assertEquals(List.of(), failures);
        assertTrue(passed > 1000, passed + " passed");
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void run(Path test) throws IOException {
        var graph = Onnx.read(test.resolve("model.onnx"));
        for (var set : list(test)) {
            if (!Files.isDirectory(set)) {
                continue;
            }
            var inputs = new ArrayList<Datum>();
            for (var input : graph.inputs()) {
                inputs.add(
                        Onnx.readDatum(
                                set.resolve("input_" + inputs.size() + ".pb"), input.type()));
            }
            var outputs = new Interpreter(1).run(graph, inputs);
            for (int i = 0; i < outputs.size(); i++) {
                var expected = set.resolve("output_" + i + ".pb");
                if (Files.exists(expected)) {
                    CLOSENESS.assertNear(
                            Onnx.readDatum(expected, outputs.get(i).type()), outputs.get(i));
                }
            }
        }
    }
}
