package dev.tenon.cli;

import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import dev.tenon.bench.Timings;
import dev.tenon.cli.conformance.Comparison;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.engine.Engine;
import dev.tenon.cli.html.ComparisonPage;
import dev.tenon.cli.model.Models;
import dev.tenon.data.json.Json;
import dev.tenon.formats.onnx.Target;
import dev.tenon.graph.Graph;
import dev.tenon.passes.Explanation;
import dev.tenon.passes.Pass;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipeline;
import dev.tenon.passes.Pipelines;
import dev.tenon.passes.Suspect;
import dev.tenon.runtime.LoadOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "optimize",
        description = "Rewrite a model so that it does the same with less work.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Levels: declutter, the same results to the bit; standard, fewer and larger operators"
                    + " that most",
            "runtimes have; aggressive, operators of the newest sets and faster arithmetic;"
                    + " codegen, operators",
            "of Tenon's own, which only it runs, and which --target tenon writes.",
            "Otherwise the result holds standard ONNX operators only. Savings in operations and"
                    + " bytes need known extents.",
            "Exit code 1 when --verify finds a difference.",
            "",
            "Examples:",
            "  tenon optimize model.onnx -o fast.onnx --explain",
            "  tenon optimize minilm -o fast.onnx --level aggressive --verify --shape"
                    + " input_ids=1x16",
            "  tenon optimize --list-rules"
        })
final class OptimizeCommand extends Command {
    /// How often both models are run before they are timed, and then.
    private static final int WARM_UP = 5;

    private static final int RUNS = 15;

    /// The runtime without the pipeline that it would run first.
    private static final Engine AS_IT_IS = Engine.model(LoadOptions.DEFAULT.withoutPipeline());

    /// The names of the pipelines.
    enum Level {
        DECLUTTER,
        STANDARD,
        AGGRESSIVE,
        CODEGEN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(arity = "0..1", paramLabel = "IN", description = "The model.")
    private @Nullable String input;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = "The file to write: .onnx, or .txt.")
    private @Nullable Path output;

    @Option(
            names = "--level",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Level level = Level.STANDARD;

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            description = "Who reads OUT: onnx, any runtime; tenon, Tenon alone (default: onnx).")
    private Target target = Target.ONNX;

    @Option(
            names = "--disable",
            paramLabel = "RULE",
            description = "Leave out a rule or pass; may be repeated.")
    private Set<String> disabled = new LinkedHashSet<>();

    @Option(
            names = "--explain",
            arity = "0..1",
            paramLabel = "html",
            parameterConsumer = ExplainForm.Consumer.class,
            description = {
                "Say which rules were applied where, and what each saved; with =html, or the name"
                        + " of a .html file, write a page that shows the graph before and after."
            })
    private @Nullable ExplainForm explain;

    @Option(
            names = "--verify",
            description = "Run both models on the same inputs; name the rule at fault.")
    private boolean verify;

    @Option(
            names = "--measure",
            description = "Run both models in turn, and say how long a run takes.")
    private boolean measure;

    @Option(
            names = "--rtol",
            paramLabel = "R",
            description = "Relative tolerance (default: ${DEFAULT-VALUE}).")
    private double relative = 1e-3;

    @Option(
            names = "--atol",
            paramLabel = "A",
            description = "Absolute tolerance (default: ${DEFAULT-VALUE}).")
    private double absolute = 1e-4;

    @Option(
            names = "--list-rules",
            description = "List the rules of the level, and do nothing else.")
    private boolean list;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Mixin private InputOptions inputs = new InputOptions();

    @Mixin private ShapeOptions shapes = new ShapeOptions();

    @Override
    public Integer call() {
        var pipeline = pipeline();
        if (list) {
            listRules(pipeline);
            return OK;
        }
        if (input == null) {
            throw new InputException(
                    Problem.of("no model is given").advice("Try: tenon optimize --help"));
        }
        checkRules(pipeline);
        var graph = shapes.apply(Models.read(input));
        var explanation = new Explanation();
        var context = PassContext.DEFAULT.without(disabled).withObserver(explanation);
        Graph optimised;
        Optional<String> difference = Optional.empty();
        Optional<PassContext.Change> fault = Optional.empty();
        OptimizeReport.@Nullable Times times = null;
        try (var _ = console().progress("optimising " + input, 0)) {
            optimised = pipeline.run(graph, context);
            if (output != null) {
                Models.write(optimised, output, target);
            }
            var check =
                    verify || measure
                            ? new Check(graph, List.copyOf(inputs.values(graph).values()))
                            : null;
            if (check != null && measure) {
                times = check.times(optimised);
            }
            if (check != null && verify) {
                difference = check.difference(optimised);
                if (difference.isPresent()) {
                    fault =
                            Suspect.find(
                                    pipeline, graph, context, g -> check.difference(g).isPresent());
                }
            }
        }
        if (explain != null && explain.isPage()) {
            explain.write(
                    ComparisonPage.of(title(), graph, optimised, explanation), title(), output);
        }
        var report =
                new OptimizeReport(
                        input, graph, optimised, explanation, verify, difference, fault, times);
        if (json) {
            printJson(report.toJson(level.toString()));
        } else {
            print(report);
        }
        return difference.isPresent() ? NO : OK;
    }

    private void print(OptimizeReport report) {
        if (explain != null) {
            console().line(report.explained());
        }
        report.lines().forEach(console()::line);
        if (output != null) {
            console().line("written to " + output);
        }
    }

    private String title() {
        return String.valueOf(Path.of(String.valueOf(input)).getFileName());
    }

    private Pipeline pipeline() {
        return Pipelines.all().stream()
                .filter(p -> p.name().equals(level.toString()))
                .findFirst()
                .orElseThrow();
    }

    private void checkRules(Pipeline pipeline) {
        var known = new HashSet<String>();
        pipeline.passes().forEach(p -> known.add(p.name()));
        pipeline.rules().forEach(r -> known.add(r.name()));
        for (var name : disabled) {
            if (!known.contains(name)) {
                throw new InputException(
                        Problem.of("there is no such rule or pass at this level")
                                .got(name)
                                .advice(
                                        "List them with: tenon optimize --list-rules --level "
                                                + level));
            }
        }
    }

    private void listRules(Pipeline pipeline) {
        if (json) {
            printJson(
                    Json.array(
                            pipeline.passes().stream()
                                    .map(
                                            p ->
                                                    Json.object()
                                                            .put("pass", p.name())
                                                            .put(
                                                                    "rules",
                                                                    Json.strings(ruleNames(p)))
                                                            .build())
                                    .toList()));
            return;
        }
        var table = new Table("pass", "rule", "looks at");
        for (var pass : pipeline.passes()) {
            if (pass.rules().isEmpty()) {
                table.row(pass.name(), "", "the whole graph");
            }
            pass.rules().forEach(r -> table.row(pass.name(), r.name(), r.type().getSimpleName()));
        }
        console().line(table.toString());
    }

    private static List<String> ruleNames(Pass pass) {
        var names = new ArrayList<String>();
        pass.rules().forEach(r -> names.add(r.name()));
        return names;
    }

    /// Compares what graphs give for some inputs with what the original gives.
    private final class Check {
        private final List<Datum> data;
        private final List<Datum> expected;
        private final Graph graph;

        Check(Graph graph, List<Datum> data) {
            this.graph = graph;
            this.data = data;
            this.expected = run(graph);
        }

        private List<Datum> run(Graph which) {
            try (var session = AS_IT_IS.open(which)) {
                return session.run(data);
            }
        }

        /// Runs both graphs in turn, several times.
        OptimizeReport.Times times(Graph other) {
            var nanos = new long[2][RUNS];
            try (var first = AS_IT_IS.open(graph);
                    var second = AS_IT_IS.open(other)) {
                for (int i = -WARM_UP; i < RUNS; i++) {
                    for (int j = 0; j < 2; j++) {
                        long start = System.nanoTime();
                        (j == 0 ? first : second).run(data);
                        nanos[j][Math.max(0, i)] = System.nanoTime() - start;
                    }
                }
            }
            return new OptimizeReport.Times(Timings.of(nanos[0]), Timings.of(nanos[1]));
        }

        /// What is wrong with the results of another graph; empty when nothing is.
        Optional<String> difference(Graph other) {
            List<Datum> actual;
            try {
                actual = run(other);
            } catch (TenonException e) {
                return Optional.of("it fails: " + e.getMessage());
            }
            for (int i = 0; i < expected.size(); i++) {
                var problem =
                        Comparison.problem(
                                expected.get(i), actual.get(i), new Tolerance(relative, absolute));
                if (problem != null) {
                    return Optional.of("output " + graph.outputs().get(i).name() + ": " + problem);
                }
            }
            return Optional.empty();
        }
    }
}
