package dev.tenon.cli.conformance;

import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// One case of an ONNX backend suite: a model, and what it must give for which inputs.
///
/// @param name such as `test_abs`, or `light_resnet50`
/// @param model the file
/// @param dataSets at least one
public record ConformanceCase(String name, Path model, List<DataSet> dataSets) {

    /// Files of inputs and outputs in the order of the model's.
    ///
    /// @param generated there are no files of inputs: each is `0/n, 1/n, …` of its `n` elements,
    ///   extents that are not known being 1
    public record DataSet(List<Path> inputs, List<Path> outputs, boolean generated) {
        public DataSet {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    public ConformanceCase {
        dataSets = List.copyOf(dataSets);
    }

    /// The cases under a folder, by name: `test_*/model.onnx` with `test_data_set_*` beside it, and
    /// `light_*.onnx` with `light_*_output_*.pb`, at most three folders deep.
    ///
    /// @throws ResourceException when the folder cannot be read
    public static List<ConformanceCase> find(Path folder) {
        try (Stream<Path> files = Files.walk(folder, 4)) {
            var cases = new ArrayList<ConformanceCase>();
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                if (name.equals("model.onnx")) {
                    cases.add(node(file));
                } else if (name.startsWith("light_") && name.endsWith(".onnx")) {
                    cases.add(light(file));
                }
            }
            cases.sort(Comparator.comparing(ConformanceCase::name));
            return cases;
        } catch (IOException e) {
            throw ResourceException.of("cannot read the suite", folder, e);
        }
    }

    private static ConformanceCase node(Path model) {
        var folder = folder(model);
        var dataSets = new ArrayList<DataSet>();
        for (int i = 0; Files.isDirectory(folder.resolve("test_data_set_" + i)); i++) {
            var data = folder.resolve("test_data_set_" + i);
            dataSets.add(new DataSet(numbered(data, "input_"), numbered(data, "output_"), false));
        }
        return new ConformanceCase(folder.getFileName().toString(), model, dataSets);
    }

    private static ConformanceCase light(Path model) {
        var file = model.getFileName().toString();
        var name = file.substring(0, file.length() - ".onnx".length());
        var outputs = numbered(folder(model), name + "_output_");
        return new ConformanceCase(name, model, List.of(new DataSet(List.of(), outputs, true)));
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static List<Path> numbered(Path folder, String prefix) {
        var files = new ArrayList<Path>();
        for (int i = 0; Files.exists(folder.resolve(prefix + i + ".pb")); i++) {
            files.add(folder.resolve(prefix + i + ".pb"));
        }
        return files;
    }
}
