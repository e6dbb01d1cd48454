package dev.tenon.cli;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.model.Models;
import dev.tenon.data.json.Json;
import dev.tenon.formats.onnx.Target;
import dev.tenon.passes.Explanation;
import dev.tenon.passes.Pass;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipeline;
import dev.tenon.passes.Pipelines;
import dev.tenon.passes.Suspect;
import dev.tenon.passes.layout.LayoutReport;
import dev.tenon.runtime.LayoutChoice;
import dev.tenon.runtime.Layouts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
            "Otherwise the result holds standard ONNX operators only.",
            "",
            "Nodes, operations and bytes written that a rule saves are counted where it is applied."
                    + " Peak memory",
            "and time are those of the model optimised without the rule, less those with it: what"
                    + " --disable RULE",
            "would cost. They do not add up, as rules prepare one another's work. All but nodes"
                    + " need known extents:",
            "give --shape. Times are CPU times on one thread, by turns, of the graphs as they are;"
                    + " what differs by",
            "less than runs of one graph do counts as 0. At level codegen, --measure also chooses"
                    + " layouts of images",
            "by timings of the kernels, which are kept by processor and shape under"
                    + " ~/.cache/tenon/timings.",
            "Exit code 1 when --verify finds a difference.",
            "",
            "Examples:",
            "  tenon optimize model.onnx -o fast.onnx --explain",
            "  tenon optimize minilm -o fast.onnx --level aggressive --verify --shape"
                    + " input_ids=1x16",
            "  tenon optimize --list-rules"
        })
final class OptimizeCommand extends Command {
    /// The names of the pipelines.
    enum Level {
        DECLUTTER,
        STANDARD,
        AGGRESSIVE,
        CODEGEN;

        Pipeline pipeline() {
            return Pipelines.all().get(ordinal());
        }

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
            description =
                    "Run both models in turn, and say how long a run takes, and with --explain what"
                            + " each rule saves of it.")
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
        var layouts = new ArrayList<LayoutReport>();
        var pipeline = pipeline(layouts::add);
        if (list) {
            listRules(pipeline);
            return OK;
        }
        if (input == null) {
            throw new InputException(
                    Problem.of("no model is given").advice("Try: tenon optimize --help"));
        }
        checkRules(pipeline);
        OptimizeReport report;
        try (var _ = console().progress("optimising " + input, 0)) {
            report = report(input, pipeline, layouts);
        }
        if (explain != null && explain.isPage()) {
            explain.write(report.page(title()), title(), output);
        }
        if (json) {
            printJson(report.toJson(level.toString()));
        } else {
            print(report);
        }
        return report.difference().isPresent() ? NO : OK;
    }

    /// The level's pipeline; what a model is run after ends with the choice of layouts.
    private Pipeline pipeline(Consumer<LayoutReport> listener) {
        if (level != Level.CODEGEN) {
            return target == Target.ONNX ? Pipelines.written(level.pipeline()) : level.pipeline();
        }
        var choice = measure ? LayoutChoice.MEASURED : LayoutChoice.MODELLED;
        return level.pipeline().then("codegen with layouts", Layouts.pass(choice, listener));
    }

    private OptimizeReport report(String model, Pipeline pipeline, List<LayoutReport> layouts) {
        var graph = shapes.apply(Models.read(model));
        var explanation = new Explanation();
        var context = PassContext.DEFAULT.without(disabled).withObserver(explanation);
        var optimised = pipeline.run(graph, context);
        var choice = layouts.stream().findFirst();
        if (output != null) {
            Models.write(optimised, output, target);
        }
        var check =
                verify || measure
                        ? new OptimizeCheck(
                                graph,
                                List.copyOf(inputs.values(graph).values()),
                                new Tolerance(relative, absolute))
                        : null;
        var difference =
                check != null && verify ? check.difference(optimised) : Optional.<String>empty();
        return new OptimizeReport(
                model,
                graph,
                optimised,
                explanation,
                explain == null && !json
                        ? Map.of()
                        : RuleWorth.of(
                                explanation.byRule().keySet(),
                                pipeline,
                                graph,
                                optimised,
                                disabled,
                                measure ? check : null),
                choice,
                verify,
                difference,
                check == null || difference.isEmpty()
                        ? Optional.empty()
                        : Suspect.find(
                                pipeline, graph, context, g -> check.difference(g).isPresent()),
                check != null && measure ? check.times(graph, optimised) : null);
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
                                                            .put("exact", Pipelines.isExact(p))
                                                            .put(
                                                                    "rules",
                                                                    Json.strings(ruleNames(p)))
                                                            .build())
                                    .toList()));
            return;
        }
        var table = new Table("pass", "rule", "looks at", "results");
        for (var pass : pipeline.passes()) {
            var results = Pipelines.isExact(pass) ? "the same to the bit" : "rounded otherwise";
            if (pass.rules().isEmpty()) {
                table.row(pass.name(), "", "the whole graph", results);
            }
            for (var rule : pass.rules()) {
                table.row(pass.name(), rule.name(), rule.type().getSimpleName(), results);
            }
        }
        console().line(table.toString());
    }

    private static List<String> ruleNames(Pass pass) {
        var names = new ArrayList<String>();
        pass.rules().forEach(r -> names.add(r.name()));
        return names;
    }
}
