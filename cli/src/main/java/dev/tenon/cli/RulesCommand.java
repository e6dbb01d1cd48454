package dev.tenon.cli;

import dev.tenon.cli.bench.Suite;
import dev.tenon.cli.fetch.ModelCache;
import dev.tenon.cli.fetch.ModelTable;
import dev.tenon.cli.model.Models;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.passes.Explanation;
import dev.tenon.passes.Origins;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipelines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "rules",
        description = "Say in a table what the optimiser's rules do on models.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Each cell: how often a rule was applied at level aggressive, and how many nodes that"
                    + " saved.",
            "Rules that none of the models needs are listed with what leaves graphs for them.",
            "The tables are Markdown, with so many models each that they can be read; those of"
                    + " docs/optimiser.md",
            "are made with --all.",
            "",
            "Examples:",
            "  tenon rules minilm resnet-18 model.onnx",
            "  tenon rules --all"
        })
final class RulesCommand extends Command {
    /// How many models stand beside one another.
    private static final int WIDTH = 8;

    @Parameters(paramLabel = "MODEL", arity = "0..*", description = "Models.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--all", description = "All real models that are known and there.")
    private boolean all;

    /// What was done to a model.
    private record Column(
            String model, long before, long after, Map<String, Explanation.Applied> rules) {}

    @Override
    public Integer call() {
        var columns = new ArrayList<Column>();
        var named = all ? known() : models;
        try (var progress = console().progress("optimising", named.size())) {
            for (var model : named) {
                columns.add(column(model));
                progress.advance(1);
            }
        }
        for (int i = 0; i < columns.size(); i += WIDTH) {
            table(columns.subList(i, Math.min(columns.size(), i + WIDTH)));
        }
        idle(columns);
        return OK;
    }

    /// A name for each file.
    private static List<String> known() {
        var names = new LinkedHashMap<Path, String>();
        for (var entry : ModelTable.entries()) {
            if (ModelCache.standard().has(entry)) {
                names.put(Models.file(entry.name()), entry.name());
            }
        }
        for (var entry : Suite.entries()) {
            entry.location().find().ifPresent(file -> names.putIfAbsent(file, entry.name()));
        }
        return List.copyOf(names.values());
    }

    private static Column column(String model) {
        var graph = Models.read(model);
        var explanation = new Explanation();
        var context = PassContext.DEFAULT.withObserver(explanation);
        var optimised = Pipelines.aggressive().run(graph, context);
        return new Column(model, nodes(graph), nodes(optimised), explanation.byRule());
    }

    private void table(List<Column> columns) {
        row("rule", columns, Column::model);
        row("---", columns, _ -> "---");
        row("nodes before", columns, c -> Long.toString(c.before()));
        row("nodes after", columns, c -> Long.toString(c.after()));
        for (var rule : names()) {
            if (columns.stream().anyMatch(c -> c.rules().containsKey(rule))) {
                row(rule, columns, c -> cell(c.rules().get(rule)));
            }
        }
        console().line("");
    }

    private void idle(List<Column> columns) {
        row("rules that were not applied", List.of("what leaves graphs for them"));
        row("---", List.of("---"));
        Origins.rules()
                .forEach(
                        (origin, rules) -> {
                            var idle =
                                    rules.stream()
                                            .filter(r -> none(columns, r))
                                            .map(r -> "`" + r + "`")
                                            .toList();
                            if (!idle.isEmpty()) {
                                row(String.join(", ", idle), List.of(origin));
                            }
                        });
    }

    /// The rules, and the passes that have none, in the order in which they are applied.
    private static List<String> names() {
        var names = new ArrayList<String>();
        for (var pass : Pipelines.aggressive().passes()) {
            if (pass.rules().isEmpty()) {
                names.add(pass.name());
            }
            pass.rules().forEach(r -> names.add(r.name()));
        }
        return names;
    }

    private static boolean none(List<Column> columns, String rule) {
        return columns.stream().noneMatch(c -> c.rules().containsKey(rule));
    }

    private static String cell(Explanation.@Nullable Applied applied) {
        return applied == null ? "" : applied.times() + " (" + applied.savings().nodes() + ")";
    }

    private void row(String first, List<Column> columns, Function<Column, String> cell) {
        row(first, columns.stream().map(cell).toList());
    }

    private void row(String first, List<String> cells) {
        console().line("| " + first + " | " + String.join(" | ", cells) + " |");
    }

    /// Nodes of a graph and its subgraphs, constants apart.
    private static long nodes(Graph graph) {
        long count = 0;
        for (var node : graph.nodes()) {
            count += node.op() instanceof Constant ? 0 : 1;
            for (var inner : Subgraphs.of(node.op()).values()) {
                count += nodes(inner);
            }
        }
        return count;
    }
}
