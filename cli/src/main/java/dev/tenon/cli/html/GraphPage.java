package dev.tenon.cli.html;

import dev.tenon.cli.console.Amounts;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;

/// A graph as one HTML file that needs nothing else: to pan, zoom and search, and to look at each
/// node's attributes, shapes and weights.
public final class GraphPage {
    private GraphPage() {}

    /// @param title the model's name
    public static String of(String title, Graph graph, GraphCost cost) {
        long nodes = graph.nodes().stream().filter(n -> !(n.op() instanceof Constant)).count();
        var facts = new ArrayList<String>();
        facts.add(nodes + " nodes");
        facts.add(
                Amounts.count(cost.parameters())
                        + " parameters, "
                        + Amounts.bytes(cost.parameterBytes()));
        if (cost.unknown().isEmpty()) {
            facts.add(
                    Amounts.flops(cost.flops())
                            + " a run, "
                            + Amounts.bytes(cost.peakBytes())
                            + " of activations");
        }
        var data =
                Json.object()
                        .put("title", title)
                        .put("facts", Json.strings(facts))
                        .put("graphs", GraphData.of(graph, cost))
                        .build();
        return Template.filled("graph.html", data);
    }
}
