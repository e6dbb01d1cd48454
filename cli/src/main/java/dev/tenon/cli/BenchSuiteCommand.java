package dev.tenon.cli;

import dev.tenon.bench.Bench;
import dev.tenon.bench.Engines;
import dev.tenon.cli.bench.BenchReport;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.bench.SuiteEntry;
import dev.tenon.cli.bench.SuiteReport;
import dev.tenon.cli.model.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "suite",
        description = "Measure all models that Tenon's speed is judged by, beside another engine.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A ratio is the other engine's time by Tenon's: 2 means twice as fast. Load, first run"
                    + " and RSS",
            "are such ratios too. Exit code 1 when a model is missing; how to get it is said.",
            "",
            "Examples:",
            "  tenon bench suite --threads 2",
            "  tenon bench suite minilm-1x128 vit-b16 --json"
        })
final class BenchSuiteCommand extends Command {
    @Parameters(paramLabel = "NAME", description = "Only these entries (default: all).")
    private List<String> names = new ArrayList<>();

    @Mixin private BenchOptions options = new BenchOptions();

    @Option(
            names = "--against",
            paramLabel = "ENGINE",
            description = "The other engine (default: ${DEFAULT-VALUE}).")
    private String against = "onnxruntime";

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var entries = Suite.named(Suite.entries(), names);
        var bench = options.bench(Optional.of(Engines.find(against)));
        var report = new SuiteReport();
        try (var progress =
                console().progress("measuring " + entries.size() + " models", entries.size())) {
            for (var entry : entries) {
                if (entry.location().find().isPresent()) {
                    measure(bench, entry, report);
                } else {
                    report.addMissing(entry);
                }
                progress.advance(1);
            }
        }
        if (json) {
            printJson(report.json());
        } else {
            console().line(report.table());
        }
        return report.missing().isEmpty() ? OK : NO;
    }

    private void measure(Bench bench, SuiteEntry entry, SuiteReport report) {
        var file = entry.file();
        var graph = new ShapeOptions().apply(Models.read(file.toString()), entry.shapes());
        var inputs = BenchOptions.tensors(new InputOptions().values(graph, entry.values()));
        var result = bench.run(file, inputs);
        report.add(entry, result, BenchReport.json(entry.name(), inputs, result));
        console()
                .note(
                        String.format(
                                Locale.ROOT,
                                "%-20s %9.3f ms, ratio %.2f",
                                entry.name(),
                                result.tenon().timings().median() / 1e6,
                                result.ratio()));
    }
}
