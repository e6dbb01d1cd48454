package dev.tenon.cli.bench;

import dev.tenon.cli.bench.SuiteEntry.Location;
import dev.tenon.cli.fetch.ModelCache;
import dev.tenon.cli.fetch.ModelTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// Where the models of the suite come from.
final class Locations {
    private Locations() {}

    /// A file that is named itself.
    record AtPath(Path file) implements Location {
        @Override
        public Optional<Path> find() {
            return Optional.of(file).filter(Files::isRegularFile);
        }

        @Override
        public String advice() {
            return "Give the name of a file that is there.";
        }
    }

    /// A model that `tenon fetch` knows.
    record Fetched(String name) implements Location {
        @Override
        public Optional<Path> find() {
            var entry = Objects.requireNonNull(ModelTable.find(name), name);
            var cache = ModelCache.standard();
            return cache.has(entry)
                    ? Optional.of(cache.path(entry, entry.model()))
                    : Optional.empty();
        }

        @Override
        public String advice() {
            return "Get it with: tenon fetch " + name;
        }
    }

    /// A network that a script of the source tree exports from torchvision.
    record Exported(String name) implements Location {
        @Override
        public Optional<Path> find() {
            var file = ModelCache.standard().folder().resolve(name).resolve(name + ".onnx");
            return Optional.of(file).filter(Files::isRegularFile);
        }

        @Override
        public String advice() {
            return "Make it with: scripts/export-torchvision " + name;
        }
    }

    /// A network of the ONNX test suite, whose weights are all alike.
    record Light(String name) implements Location {
        /// Seen from the source tree or a folder above it.
        private static final String FOLDER = "shared/conformance/onnx-1.22.0/light";

        @Override
        public Optional<Path> find() {
            var file = "light_" + name + ".onnx";
            var here = Path.of(System.getProperty("tenon.root", "")).toAbsolutePath().normalize();
            for (var folder = here; folder != null; folder = folder.getParent()) {
                var light = folder.resolve(FOLDER).resolve(file);
                if (Files.isRegularFile(light)) {
                    return Optional.of(light);
                }
            }
            return Optional.empty();
        }

        @Override
        public String advice() {
            return "Put the folder onnx/backend/test/data/light of ONNX 1.22 beside the source tree"
                    + " as "
                    + FOLDER;
        }
    }
}
