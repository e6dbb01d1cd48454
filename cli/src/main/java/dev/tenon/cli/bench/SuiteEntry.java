package dev.tenon.cli.bench;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A model of the benchmark suite with the inputs it is measured on.
///
/// @param name unique in the suite, such as `minilm-1x128`
/// @param shapes of inputs whose extents the model leaves open, such as `x` → `1x3x48x320`
/// @param values of inputs that cannot be made up, as `NAME=JSON`
public record SuiteEntry(
        String name,
        Group group,
        Location location,
        Map<String, String> shapes,
        List<String> values) {

    /// What geometric means are taken over.
    public enum Group {
        CONVOLUTIONAL,
        TRANSFORMER,
        SMALL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Where a model comes from.
    public interface Location {
        /// The file; empty when it is not there.
        Optional<Path> find();

        /// How to get it.
        String advice();
    }

    public SuiteEntry {
        shapes = Map.copyOf(shapes);
        values = List.copyOf(values);
    }

    /// @throws ResourceException when the model is not there
    public Path file() {
        return location.find()
                .orElseThrow(
                        () ->
                                new ResourceException(
                                        Problem.of("the model is not there")
                                                .node(name)
                                                .advice(location.advice())));
    }
}
