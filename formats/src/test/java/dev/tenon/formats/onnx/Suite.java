package dev.tenon.formats.onnx;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The files of the ONNX backend suite, which may lie beside the project.
final class Suite {
    private Suite() {}

    /// Skips the test when the suite is not there.
    static List<Path> models() throws IOException {
        var here = Path.of(System.getProperty("tenon.root", ".")).toAbsolutePath().normalize();
        for (var folder = here; folder != null; folder = folder.getParent()) {
            var suite = folder.resolve("shared/conformance/onnx-1.22.0");
            if (Files.isDirectory(suite)) {
                try (var files = Files.walk(suite)) {
                    return files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
                }
            }
        }
        assumeTrue(false, "the ONNX backend suite is not there");
        return List.of();
    }
}
