package dev.tenon.cli;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.bench.Clock;
import dev.tenon.bench.Timings;
import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.bench.SuiteEntry;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.model.Models;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "layouts",
        description = "Compare the choice of image layouts with both fixed ones.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "For each model with images: what the choice predicts, and the fastest of some runs, in"
                    + " ms on one",
            "thread, with all channels first, all last, and as the search chooses. With --measure"
                    + " the search is",
            "also made with timings of the kernels, which are kept under ~/.cache/tenon/timings.",
            "",
            "Examples:",
            "  tenon bench layouts",
            "  tenon bench layouts ppocr-det --measure"
        })
final class BenchLayoutsCommand extends Command {
    private static final double MILLIS = 1e6;

    /// @param reports what each choice predicts
    /// @param times how long runs took, for each choice
    private record Row(
            String name,
            Map<LayoutChoice, LayoutReport> reports,
            Map<LayoutChoice, Timings> times) {}

    @Parameters(paramLabel = "NAME", description = "Only these entries of the suite.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--runs", paramLabel = "N", description = "Runs (default: ${DEFAULT-VALUE}).")
    private int runs = 15;

    @Option(names = "--measure", description = "Also choose by timings of the kernels.")
    private boolean measure;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        for (var name : names) {
            if (Suite.find(name) == null) {
                throw new InputException(
                        Problem.of("the suite has no entry of this name")
                                .expected(Suite.entries().stream().map(SuiteEntry::name).toList())
                                .got(name));
            }
        }
        var rows = new ArrayList<Row>();
        for (var entry : Suite.entries()) {
            if ((names.isEmpty() || names.contains(entry.name()))
                    && entry.location().find().isPresent()) {
                var row = row(entry);
                if (row != null) {
                    rows.add(row);
                }
            }
        }
        if (json) {
            printJson(Json.array(rows.stream().map(this::json).toList()));
        } else {
            console().line(table(rows).toString());
        }
        return OK;
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

    /// Null where a model has no images.
    private @Nullable Row row(SuiteEntry entry) {
        var graph = new ShapeOptions().apply(Models.read(entry.file().toString()), entry.shapes());
        var lowered = Pipelines.codegen().run(graph);
        var reports = new EnumMap<LayoutChoice, LayoutReport>(LayoutChoice.class);
        for (var choice : choices()) {
            Layouts.pass(choice, report -> reports.put(choice, report))
                    .run(lowered, PassContext.DEFAULT);
        }
        if (reports.isEmpty()) {
            return null;
        }
        var inputs = BenchOptions.tensors(new InputOptions().values(graph, entry.values()));
        return new Row(entry.name(), reports, times(graph, inputs));
    }

    /// Runs the model under each choice by turns.
    private Map<LayoutChoice, Timings> times(Graph graph, Map<String, Tensor> inputs) {
        var models = new EnumMap<LayoutChoice, Model>(LayoutChoice.class);
        var times = new EnumMap<LayoutChoice, Timings>(LayoutChoice.class);
        try {
            var nanos = new EnumMap<LayoutChoice, long[]>(LayoutChoice.class);
            for (var choice : choices()) {
                var options = LoadOptions.DEFAULT.withThreads(1).withLayouts(choice);
                models.put(choice, Model.of(graph, options));
                nanos.put(choice, new long[runs]);
            }
            for (int i = -2; i < runs; i++) {
                for (var choice : choices()) {
                    long start = Clock.CPU.nanos();
                    Objects.requireNonNull(models.get(choice)).run(inputs);
                    var each = Objects.requireNonNull(nanos.get(choice));
                    each[Math.max(0, i)] = Clock.CPU.nanos() - start;
                }
            }
            nanos.forEach((choice, each) -> times.put(choice, Timings.of(each)));
        } finally {
            models.values().forEach(Model::close);
        }
        return times;
    }

    private Table table(List<Row> rows) {
        var headings = new ArrayList<String>(List.of("model", ">nodes", ">last"));
        for (var choice : choices()) {
            headings.add(">" + name(choice) + ", predicted");
            headings.add(">measured");
        }
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
        return object.build();
    }
}
