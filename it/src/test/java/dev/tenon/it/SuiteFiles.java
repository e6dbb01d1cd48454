package dev.tenon.it;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the ONNX backend suite lies: in a folder `shared` beside the project or further up.
final class SuiteFiles {
    private SuiteFiles() {}

    /// The suite's folder; null when it is not there.
    static @Nullable Path root() {
        var here = Path.of(System.getProperty("tenon.root", ".")).toAbsolutePath().normalize();
        for (var folder = here; folder != null; folder = folder.getParent()) {
            var suite = folder.resolve("shared/conformance/onnx-1.22.0");
            if (Files.isDirectory(suite)) {
                return suite;
            }
        }
        return null;
    }
}
