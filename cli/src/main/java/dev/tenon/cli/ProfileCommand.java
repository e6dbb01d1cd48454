package dev.tenon.cli;

import dev.tenon.bench.Bench;
import dev.tenon.bench.Peaks;
import dev.tenon.bench.Profile;
import dev.tenon.cli.bench.ProfileReport;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.html.ProfilePage;
import dev.tenon.cli.model.Models;
import dev.tenon.data.json.JsonWriter;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "profile",
        description = "Say where the time of a model's runs goes.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The peak is the core's own, measured first: multiplications with additions, and a copy"
                    + " that no",
            "cache holds. A trace opens in chrome://tracing or Perfetto.",
            "",
            "Examples:",
            "  tenon profile ppocr-det --shape x=1x3x640x640",
            "  tenon profile minilm-1x128 --html minilm.html --trace minilm.json"
        })
final class ProfileCommand extends Command {
    @Parameters(
            paramLabel = "MODEL",
            description =
                    "A file, or the short name of a fetched model or of one of the suite, whose"
                            + " inputs are then known.")
    private String model = "";

    @Mixin private InputOptions inputs = new InputOptions();

    @Mixin private ShapeOptions shapes = new ShapeOptions();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to use (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long to measure (default: ${DEFAULT-VALUE}).")
    private double seconds = 2;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "How many steps to list (default: ${DEFAULT-VALUE}).")
    private int top = 25;

    @Option(names = "--html", paramLabel = "FILE", description = "Draw the profile as a page.")
    private @Nullable Path page;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Store the fastest run as a trace.")
    private @Nullable Path trace;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var entry = Suite.find(model);
        var read = entry == null ? Models.read(model) : Models.read(entry.file().toString());
        var graph = shapes.apply(read, entry == null ? Map.of() : entry.shapes());
        var values = inputs.values(graph, entry == null ? List.of() : entry.values());
        Profile profile;
        Peaks peaks;
        try (var _ = console().progress("profiling " + model, 0);
                var loaded = Model.of(read, LoadOptions.DEFAULT.withThreads(threads))) {
            peaks = Peaks.measure();
            profile = Profile.of(loaded, values, (long) (seconds * 1e9));
        }
        var report = new ProfileReport(model, threads, Bench.isa(), profile, peaks);
        if (page != null) {
            Models.writeText(page, ProfilePage.of(report));
        }
        if (trace != null) {
            Models.writeText(trace, JsonWriter.compact(report.trace()));
        }
        if (json) {
            printJson(report.json());
        } else {
            console().line(report.table(top));
        }
        return OK;
    }
}
