package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.Datum;
import dev.tenon.bench.Difference;
import dev.tenon.cli.bench.Suite;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.runtime.LayoutChoice;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Real models, each at three shapes, give the same whatever pass or pipeline rewrote them, and in
/// whatever layout.
///
/// The gate tries each pass alone on the small ones, and the last pipeline, which does what the
/// others do, on the large ones. `-Dtenon.exhaustive=true` tries everything on all, networks of
/// torchvision and of the ONNX suite included where they are there.
class RealModelEquivalenceTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("tenon.exhaustive");

    /// How far an output may be off where a rewriting rounds, as a share of its range.
    private static final double ROUNDING = 1e-4;

    /// The same where activations are quantised: numbers on the border of two steps fall to either.
    private static final double QUANTISED = 0.1;

    private static final Set<String> LARGE = Set.of("minilm", "minilm-q", "ppocr-det", "ppocr-rec");

    private static final List<String> FETCHED =
            List.of(
                    "minilm",
                    "minilm-q",
                    "ppocr-det",
                    "ppocr-rec",
                    "ppocr-cls",
                    "silero-v6",
                    "silero-v5",
                    "silero-legacy",
                    "wakeword-mel",
                    "wakeword-embedding",
                    "wakeword-alexa",
                    "wakeword-jarvis",
                    "wakeword-mycroft",
                    "wakeword-rhasspy",
                    "wakeword-timer",
                    "wakeword-weather");

    private static final LoadOptions AS_IT_IS = LoadOptions.DEFAULT.withoutPipeline();

    private static Stream<String> models() {
        return EXHAUSTIVE ? Stream.concat(FETCHED.stream(), networks()) : FETCHED.stream();
    }

    /// Those of the suite that are not fetched, and are there.
    private static Stream<String> networks() {
        return Suite.entries().stream()
                .filter(e -> e.shapes().isEmpty() && e.location().find().isPresent())
                .map(e -> e.name());
    }

    private static Path path(String name) {
        var entry = Suite.find(name);
        return FETCHED.contains(name) || entry == null ? RealModels.path(name) : entry.file();
    }

    private static List<Rewriting> rewritings(String name) {
        var all = Rewriting.all();
        return EXHAUSTIVE || !LARGE.contains(name) ? all : List.of(all.getLast());
    }

    private record Run(Map<String, ? extends Datum> inputs, SequencedMap<String, Datum> expected) {}

    @ParameterizedTest
    @MethodSource("models")
    void givesTheSame(String name) {
        var graph = Onnx.read(path(name));
        var runs = runs(name, graph);
        double rounding = name.equals("minilm-q") ? QUANTISED : ROUNDING;
        var problems = new ArrayList<String>();
        int changed = 0;
        for (var rewriting : rewritings(name)) {
            var rewritten = rewriting.apply(graph);
            if (rewritten != graph) {
                changed++;
                double difference = difference(runs, Model.of(rewritten, AS_IT_IS));
                if (!(difference <= (rewriting.exact() ? 0 : rounding))) {
                    problems.add(rewriting + ": " + difference);
                }
            }
        }
        for (var layouts : LayoutChoice.values()) {
            if (layouts != LayoutChoice.MEASURED) {
                var options = LoadOptions.DEFAULT.withLayouts(layouts);
                double difference = difference(runs, Model.of(graph, options));
                if (!(difference <= rounding)) {
                    problems.add(layouts + ": " + difference);
                }
            }
        }
        assertEquals(List.of(), problems, "shares of the output's range");
        System.out.println(name + ": " + changed + " graphs that differ, " + runs.size() + " runs");
    }

    private static List<Run> runs(String name, Graph graph) {
        try (var model = Model.of(graph, AS_IT_IS)) {
            return ModelRuns.of(name, graph).map(run -> new Run(run, model.run(run))).toList();
        }
    }

    /// The largest of some runs, as a share of its output's range; closes the model.
    private static double difference(List<Run> runs, Model rewritten) {
        double largest = 0;
        try (rewritten) {
            for (var run : runs) {
                var actual = rewritten.run(run.inputs());
                largest = Math.max(largest, Difference.between(run.expected(), actual).ofRange());
            }
        }
        return largest;
    }
}
