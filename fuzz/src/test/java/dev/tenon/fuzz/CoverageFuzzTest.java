package dev.tenon.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tenon.base.Budget;
import dev.tenon.base.TenonException;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.TextForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Models and graphs' texts that lead to ever more of the code give results or typed errors.
///
/// What it finds to be worth keeping it keeps in `.cifuzz-corpus`, and goes on from there.
class CoverageFuzzTest {
    private static final long LARGEST_SEED = 2000;

    /// The small models of the ONNX backend suite, where it lies beside the project.
    static Stream<Arguments> models() throws IOException {
        var here = Path.of(System.getProperty("tenon.root", ".")).toAbsolutePath().normalize();
        for (var folder = here; folder != null; folder = folder.getParent()) {
            var suite = folder.resolve("shared/conformance/onnx-1.22.0/node");
            if (Files.isDirectory(suite)) {
                return seeds(suite).stream();
            }
        }
        return Stream.of(Arguments.of((Object) "graph g(%x: f32[2]) -> (%x) { }".getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Arguments> seeds(Path suite) throws IOException {
        try (var files = Files.walk(suite, 2)) {
            var models = files.filter(f -> f.endsWith("model.onnx")).sorted().toList();
            var seeds = new ArrayList<Arguments>();
            for (var model : models) {
                if (Files.size(model) <= LARGEST_SEED) {
                    seeds.add(Arguments.of((Object) Files.readAllBytes(model)));
                }
            }
            return seeds;
        }
    }

    @MethodSource("models")
    @FuzzTest(maxDuration = "10m")
    void survives(byte[] input) {
        try {
            var graph = graph(input);
            TextForm.print(graph);
            if (graph.inputs().isEmpty()) {
                Budget.of(16 << 20, 1000).within(() -> new Interpreter(1).run(graph, List.of()));
            }
        } catch (TenonException _) {
            // what malformed input should give
        }
    }

    private static Graph graph(byte[] input) {
        var text = "graph";
        boolean isText = input.length > text.length()
                && new String(input, 0, text.length(), StandardCharsets.UTF_8).equals(text);
        return isText ? TextForm.parse(new String(input, StandardCharsets.UTF_8)) : Onnx.read(input);
    }
}
