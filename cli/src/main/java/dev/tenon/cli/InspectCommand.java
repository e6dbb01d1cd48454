package dev.tenon.cli;

import dev.tenon.base.Dim;
import dev.tenon.base.Type;
import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.html.GraphPage;
import dev.tenon.cli.model.Bindings;
import dev.tenon.cli.model.Models;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.generate.Constant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "inspect",
        description =
                "Say what goes in and out of a model, what it is made of and what a run costs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Flops and memory need known extents: bind symbols or give shapes.",
            "",
            "Examples:",
            "  tenon inspect model.onnx",
            "  tenon inspect minilm --symbol batch_size=1 --symbol sequence_length=128 --json",
            "  tenon inspect silero-v6 --graph silero.html"
        })
final class InspectCommand extends Command {
    @Parameters(paramLabel = "MODEL", description = "A file, or the short name of a fetched model.")
    private String model = "";

    @Mixin private ShapeOptions shapes = new ShapeOptions();

    @Option(
            names = "--graph",
            paramLabel = "FILE",
            description = "Draw the graph as one HTML file: pan, zoom, search, click nodes.")
    private @Nullable Path page;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        try (var _ = console().progress("reading " + model, 0)) {
            var graph = shapes.apply(Models.read(model));
            var cost = GraphCost.of(graph);
            if (page != null) {
                Models.writeText(
                        page,
                        GraphPage.of(String.valueOf(Path.of(model).getFileName()), graph, cost));
            }
            if (json) {
                printJson(toJson(graph, cost));
            } else {
                print(graph, cost);
            }
        }
        return OK;
    }

    /// One line of inputs or outputs.
    private record Port(String name, Type type) {}

    private static List<Port> inputs(Graph graph) {
        return graph.inputs().stream().map(i -> new Port(i.name(), i.type())).toList();
    }

    private static List<Port> outputs(Graph graph) {
        return graph.outputs().stream().map(o -> new Port(o.name(), o.value().type())).toList();
    }

    private void print(Graph graph, GraphCost cost) {
        console().line(model + ": " + graph.name());
        new TreeMap<>(graph.metadata())
                .forEach((key, text) -> console().line("  " + key + ": " + text));
        print("input", inputs(graph));
        print("output", outputs(graph));
        var counts = counts(graph);
        int nodes = counts.values().stream().mapToInt(Integer::intValue).sum();
        console().line("");
        var facts = new Table("", "");
        facts.row("nodes", nodes + " of " + counts.size() + " kinds");
        facts.row(
                "parameters",
                Amounts.count(cost.parameters()) + ", " + Amounts.bytes(cost.parameterBytes()));
        var least = cost.unknown().isEmpty() ? "" : "at least ";
        facts.row("operations of a run", least + Amounts.flops(cost.flops()));
        facts.row("activations", least + Amounts.bytes(cost.peakBytes()));
        console().line(facts.toString().strip());
        if (!cost.unknown().isEmpty()) {
            var symbols = Bindings.symbols(graph);
            console()
                    .line(
                            symbols.isEmpty()
                                    ? "(the rest depends on extents that only a run knows)"
                                    : "(the rest depends on extents; give them with --shape, or"
                                            + " --symbol: "
                                            + String.join(", ", symbols)
                                            + ")");
        }
        console().line("");
        var table = new Table("operator", ">nodes");
        counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(e -> table.row(e.getKey(), e.getValue()));
        console().line(table.toString());
    }

    private void print(String what, List<Port> ports) {
        console().line("");
        var table = new Table(what, "type");
        ports.forEach(p -> table.row(p.name, p.type));
        console().line(table.toString());
    }

    /// How often each operator stands in a graph and its subgraphs, constants left out.
    private static Map<String, Integer> counts(Graph graph) {
        var counts = new HashMap<String, Integer>();
        count(graph, counts);
        return counts;
    }

    private static void count(Graph graph, Map<String, Integer> counts) {
        for (var node : graph.nodes()) {
            if (!(node.op() instanceof Constant)) {
                counts.merge(node.op().def().name(), 1, Integer::sum);
                Subgraphs.of(node.op()).values().forEach(g -> count(g, counts));
            }
        }
    }

    private Json toJson(Graph graph, GraphCost cost) {
        var metadata = Json.object();
        new TreeMap<>(graph.metadata()).forEach(metadata::put);
        var operators = Json.object();
        new TreeMap<>(counts(graph)).forEach(operators::put);
        return Json.object()
                .put("model", model)
                .put("name", graph.name())
                .put("metadata", metadata.build())
                .put("inputs", ports(inputs(graph)))
                .put("outputs", ports(outputs(graph)))
                .put("operators", operators.build())
                .put("parameters", cost.parameters())
                .put("parameter_bytes", cost.parameterBytes())
                .put("flops", cost.flops())
                .put("peak_bytes", cost.peakBytes())
                .put("unknown", Json.strings(cost.unknown()))
                .build();
    }

    private static Json ports(List<Port> ports) {
        var list = new ArrayList<Json>();
        for (var port : ports) {
            var json = Json.object().put("name", port.name).put("type", port.type.toString());
            if (port.type instanceof Type.OfTensor(var dtype, var shape)) {
                json.put("dtype", dtype.text());
                if (shape.isRanked()) {
                    json.put(
                            "shape",
                            Json.array(
                                    shape.dims().stream()
                                            .map(
                                                    d ->
                                                            d instanceof Dim.Known(var extent)
                                                                    ? Json.of(extent)
                                                                    : Json.of(d.toString()))
                                            .toList()));
                }
            }
            list.add(json.build());
        }
        return Json.array(list);
    }
}
