package dev.tenon.cli;

import dev.tenon.base.Tensor;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.bench.SuiteEntry;
import dev.tenon.cli.model.Models;
import dev.tenon.graph.Graph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Parameters;

/// A command that measures models by their names, each on the inputs that are known for it.
abstract class MeasuringCommand extends Command {
    @Parameters(
            paramLabel = "NAME",
            description =
                    "Only these: entries of the suite, or files whose inputs' extents are all"
                            + " known (default: all entries).")
    private List<String> names = new ArrayList<>();

    /// A model that is there.
    ///
    /// @param graph as the file has it, with the extents of the inputs
    record Subject(String name, Path file, Graph graph, Map<String, Tensor> inputs) {
        static Subject of(SuiteEntry entry) {
            var file = entry.file();
            var graph = new ShapeOptions().apply(Models.read(file.toString()), entry.shapes());
            var inputs = BenchOptions.tensors(new InputOptions().values(graph, entry.values()));
            return new Subject(entry.name(), file, graph, inputs);
        }
    }

    /// Those of a list that are named; the whole list where no name is given.
    List<SuiteEntry> named(List<SuiteEntry> entries) {
        return Suite.named(entries, names);
    }

    /// Measures one after the other those that are there, and says how to get the others.
    ///
    /// @return the exit code: [#NO] when one is missing
    int measure(List<SuiteEntry> entries, Consumer<SuiteEntry> each) {
        int missing = 0;
        try (var progress =
                console().progress("measuring " + entries.size() + " models", entries.size())) {
            for (var entry : entries) {
                if (entry.location().find().isPresent()) {
                    each.accept(entry);
                } else {
                    console().note("missing: " + entry.name() + ". " + entry.location().advice());
                    missing++;
                }
                progress.advance(1);
            }
        }
        return missing == 0 ? OK : NO;
    }
}
