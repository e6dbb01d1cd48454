package dev.tenon.cli;

import dev.tenon.bench.Bench;
import dev.tenon.bench.Engines;
import dev.tenon.cli.bench.BenchReport;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.model.Models;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "bench",
        description = "Measure how fast a model runs, alone or beside another engine.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchSuiteCommand.class,
            BenchKernelsCommand.class,
            BenchLayoutsCommand.class
        },
        footer = {
            "",
            "Inputs that are not given are made up, as with `tenon run`. One thread is measured in"
                    + " CPU time,",
            "the engines by turns in one process; several are measured on the wall, by turns in"
                    + " processes",
            "of their own. Outputs are compared first: exit code 1 when they differ by more than"
                    + " --tolerance.",
            "",
            "Examples:",
            "  tenon bench minilm --shape input_ids=1x128 --against onnxruntime",
            "  tenon bench resnet-18 --threads 2 --json",
            "  tenon bench suite",
            "  tenon bench kernels --assert"
        })
final class BenchCommand extends Command {
    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description =
                    "A file, or the short name of a fetched model or of one of the suite, whose"
                            + " inputs are then known.")
    private @Nullable String model;

    @Mixin private InputOptions inputs = new InputOptions();

    @Mixin private ShapeOptions shapes = new ShapeOptions();

    @Mixin private BenchOptions options = new BenchOptions();

    @Option(
            names = "--against",
            paramLabel = "ENGINE",
            description = "Another engine: onnxruntime (in a source tree only).")
    private @Nullable String against;

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            description =
                    "Largest difference of outputs, as a share of their range (default:"
                            + " ${DEFAULT-VALUE}).")
    private double tolerance = 1e-2;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (model == null) {
            throw new ParameterException(
                    spec().commandLine(),
                    "Give a MODEL, or one of the commands suite and kernels.");
        }
        var peer = Optional.ofNullable(against).map(Engines::find);
        var entry = Suite.find(model);
        var file = entry == null ? Models.file(model) : entry.file();
        var graph =
                shapes.apply(
                        Models.read(file.toString()), entry == null ? Map.of() : entry.shapes());
        var given =
                BenchOptions.tensors(
                        inputs.values(graph, entry == null ? List.of() : entry.values()));
        var bench = options.bench(peer);
        Bench.Result result;
        try (var _ = console().progress("measuring " + model, 0)) {
            result = bench.run(file, given);
        }
        if (json) {
            printJson(BenchReport.json(model, given, result));
        } else {
            console().line(BenchReport.table(result));
            if (peer.isPresent()) {
                console()
                        .line(
                                String.format(
                                        Locale.ROOT,
                                        "ratio %.2f (of the fastest runs %.2f), outputs differ by"
                                                + " %.1e (%.1e of their range)",
                                        result.ratio(),
                                        result.ratioOfFastest(),
                                        result.difference().absolute(),
                                        result.difference().ofRange()));
            }
            var withCache = BenchReport.withCache(result);
            if (!withCache.isEmpty()) {
                console().line(withCache);
            }
            console().note(BenchReport.about(result));
        }
        return result.difference().ofRange() <= tolerance ? OK : NO;
    }
}
