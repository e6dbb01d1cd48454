package dev.tenon.cli;

import dev.tenon.bench.Bench;
import dev.tenon.bench.Engines;
import dev.tenon.cli.bench.BenchReport;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.bench.SuiteEntry;
import dev.tenon.cli.bench.SuiteReport;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
final class BenchSuiteCommand extends MeasuringCommand {
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
        var entries = named(Suite.entries());
        var bench = options.bench(Optional.of(Engines.find(against)));
        var report = new SuiteReport();
        entries.stream().filter(e -> e.location().find().isEmpty()).forEach(report::addMissing);
        int code = measure(entries, entry -> measure(bench, entry, report));
        if (json) {
            printJson(report.json());
        } else {
            console().line(report.table());
        }
        return code;
    }

    private void measure(Bench bench, SuiteEntry entry, SuiteReport report) {
        var subject = Subject.of(entry);
        var result = bench.run(subject.file(), subject.inputs());
        report.add(entry, result, BenchReport.json(entry.name(), subject.inputs(), result));
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
