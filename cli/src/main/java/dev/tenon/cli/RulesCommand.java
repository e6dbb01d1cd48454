package dev.tenon.cli;

import dev.tenon.cli.model.Models;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.passes.Explanation;
import dev.tenon.passes.Origins;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipelines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
            "The tables are Markdown; those of docs/optimiser.md are made by this command.",
            "",
            "Examples:",
            "  tenon rules minilm ppocr-det",
            "  tenon rules"
        })
final class RulesCommand extends Command {
    @Parameters(paramLabel = "MODEL", arity = "0..*", description = "Models.")
    private List<String> models = new ArrayList<>();

    @Override
    public Integer call() {
        var columns = new LinkedHashMap<String, Map<String, Explanation.Applied>>();
        var before = new ArrayList<String>();
        var after = new ArrayList<String>();
        for (var model : models) {
            var graph = Models.read(model);
            var explanation = new Explanation();
            var optimised =
                    Pipelines.aggressive()
                            .run(graph, PassContext.DEFAULT.withObserver(explanation));
            before.add(Long.toString(nodes(graph)));
            after.add(Long.toString(nodes(optimised)));
            columns.put(model, explanation.byRule());
        }
        if (!models.isEmpty()) {
            row("rule", models);
            row("---", models.stream().map(_ -> "---").toList());
            row("nodes before", before);
            row("nodes after", after);
            for (var rule : names()) {
                var cells = columns.values().stream().map(c -> cell(c.get(rule))).toList();
                if (cells.stream().anyMatch(c -> !c.isEmpty())) {
                    row(rule, cells);
                }
            }
            console().line("");
        }
        row("rules that were not applied", List.of("what leaves graphs for them"));
        row("---", List.of("---"));
        Origins.rules()
                .forEach(
                        (origin, rules) -> {
                            var idle =
                                    rules.stream()
                                            .filter(r -> none(columns.values(), r))
                                            .map(r -> "`" + r + "`")
                                            .toList();
                            if (!idle.isEmpty()) {
                                row(String.join(", ", idle), List.of(origin));
                            }
                        });
        return OK;
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

    private static boolean none(Iterable<Map<String, Explanation.Applied>> columns, String rule) {
        for (var column : columns) {
            if (column.containsKey(rule)) {
                return false;
            }
        }
        return true;
    }

    private static String cell(Explanation.@Nullable Applied applied) {
        return applied == null ? "" : applied.times() + " (" + applied.savings().nodes() + ")";
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
