package dev.tenon.cli;

import dev.tenon.base.Tensor;
import dev.tenon.bench.Clock;
import dev.tenon.bench.Timings;
import dev.tenon.bench.Turns;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.console.Table;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipelines;
import dev.tenon.passes.layout.LayoutReport;
import dev.tenon.runtime.LayoutChoice;
import dev.tenon.runtime.Layouts;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(
        name = "layouts",
        description = "Compare the choice of image layouts with both fixed ones.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "For each model with images: what the choice predicts, and the fastest of the runs, in"
                    + " ms of CPU time",
            "on one thread, with all channels first, all last, and as the search chooses, by turns;"
                    + " and how many",
            "times longer the better of the fixed layouts takes than the search. With --measure the"
                    + " search is also",
            "made with timings of the kernels, which are kept under ~/.cache/tenon/timings.",
            "",
            "Examples:",
            "  tenon bench layouts --markdown",
            "  tenon bench layouts ppocr-det --measure"
        })
final class BenchLayoutsCommand extends MeasuringCommand {
    private static final double MILLIS = 1e6;
    private static final long WARM_NANOS = 300_000_000;

    /// @param reports what each choice predicts
    /// @param times how long runs took, for each choice
    private record Row(
            String name,
            Map<LayoutChoice, LayoutReport> reports,
            Map<LayoutChoice, Timings> times) {}

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long the runs of each choice take (default: ${DEFAULT-VALUE}).")
    private double seconds = 1;

    @Option(names = "--measure", description = "Also choose by timings of the kernels.")
    private boolean measure;

    @Option(names = "--markdown", description = "Print the table as Markdown.")
    private boolean markdown;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var rows = new ArrayList<Row>();
        int code =
                measure(named(Suite.all()), entry -> row(Subject.of(entry)).ifPresent(rows::add));
        if (json) {
            printJson(Json.array(rows.stream().map(this::json).toList()));
        } else {
            var table = table(rows);
            console().line(markdown ? table.markdown() : table.toString());
        }
        return code;
    }

    private List<LayoutChoice> choices() {
        var choices = new ArrayList<LayoutChoice>();
        choices.add(LayoutChoice.CHANNELS_FIRST);
        choices.add(LayoutChoice.CHANNELS_LAST);
        choices.add(LayoutChoice.MODELLED);
        if (measure) {
            choices.add(LayoutChoice.MEASURED);
        }
        return choices;
    }

    /// Empty where a model has no images.
    private Optional<Row> row(Subject subject) {
        var graph = subject.graph();
        var lowered = Pipelines.codegen().run(graph);
        var reports = new EnumMap<LayoutChoice, LayoutReport>(LayoutChoice.class);
        for (var choice : choices()) {
            Layouts.pass(choice, report -> reports.put(choice, report))
                    .run(lowered, PassContext.DEFAULT);
        }
        if (reports.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Row(subject.name(), reports, times(graph, subject.inputs())));
    }

    /// Runs the model under each choice by turns.
    private Map<LayoutChoice, Timings> times(Graph graph, Map<String, Tensor> inputs) {
        var models = new ArrayList<Model>();
        try {
            for (var choice : choices()) {
                models.add(Model.of(graph, LoadOptions.DEFAULT.withThreads(1).withLayouts(choice)));
            }
            var players =
                    models.stream()
                            .<Turns.Player>map(
                                    m -> nanos -> Turns.run(() -> m.run(inputs), Clock.CPU, nanos))
                            .toList();
            var timings = Turns.play(players, WARM_NANOS, (long) (seconds * 1e9));
            var times = new EnumMap<LayoutChoice, Timings>(LayoutChoice.class);
            for (int i = 0; i < timings.size(); i++) {
                times.put(choices().get(i), timings.get(i));
            }
            return times;
        } finally {
            models.forEach(Model::close);
        }
    }

    private Table table(List<Row> rows) {
        var headings = new ArrayList<String>(List.of("model", ">nodes", ">last"));
        for (var choice : choices()) {
            headings.add(">" + name(choice) + ", predicted");
            headings.add(">measured");
        }
        headings.add(">gain");
        var table = new Table(headings.toArray(String[]::new));
        for (var row : rows) {
            var report = row.reports().get(LayoutChoice.MODELLED);
            var cells = new ArrayList<Object>();
            cells.add(row.name());
            cells.add(report == null ? "" : report.nodes());
            cells.add(report == null ? "" : report.channelsLast());
            for (var choice : choices()) {
                cells.add(millis(predicted(row, choice)));
                cells.add(millis(measured(row, choice)));
            }
            cells.add(String.format(Locale.ROOT, "%.2f", gain(row)));
            table.row(cells.toArray());
        }
        return table;
    }

    private static String name(LayoutChoice choice) {
        return switch (choice) {
            case CHANNELS_FIRST -> "first";
            case CHANNELS_LAST -> "last";
            case MODELLED -> "search";
            case MEASURED -> "search by timings";
        };
    }

    private static double predicted(Row row, LayoutChoice choice) {
        var report = row.reports().get(choice);
        return report == null ? Double.NaN : report.chosen();
    }

    private static double measured(Row row, LayoutChoice choice) {
        var times = row.times().get(choice);
        return times == null ? Double.NaN : times.min();
    }

    /// How many times longer the better of the fixed layouts takes than the search.
    private static double gain(Row row) {
        double fixed =
                Math.min(
                        measured(row, LayoutChoice.CHANNELS_FIRST),
                        measured(row, LayoutChoice.CHANNELS_LAST));
        return fixed / measured(row, LayoutChoice.MODELLED);
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / MILLIS);
    }

    private Json json(Row row) {
        var object = Json.object().put("model", row.name());
        for (var choice : choices()) {
            object.put(
                    name(choice).replace(' ', '_'),
                    Json.object()
                            .put("predicted_ms", predicted(row, choice) / MILLIS)
                            .put("measured_ms", measured(row, choice) / MILLIS)
                            .build());
        }
        return object.put("gain", gain(row)).build();
    }
}
