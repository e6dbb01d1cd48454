package dev.tenon.cli.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.data.json.JsonReader;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.op.contract.MatMul;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphPageTest {
    private static final String HOSTILE = "</script><script>alert(1)</script><!--";

    private static Graph graph() {
        var builder = Graph.builder("g");
        var x = builder.input(HOSTILE, Type.tensor(DType.FLOAT32, 1, 4));
        var w =
                builder.constant(
                        "w", Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 4, 3));
        builder.output("y", builder.add(new MatMul(), "node", List.of(x, w), 1).getFirst());
        return builder.build();
    }

    @Test
    void thePageNeedsNothingElse() {
        var page = GraphPage.of("model", graph(), GraphCost.of(graph()));
        for (var outside :
                List.of("http:", "https:", "src=", "@import", "url(", "<link rel=\"stylesheet\"")) {
            assertFalse(page.contains(outside), outside);
        }
        assertFalse(page.contains("\"placeholder\""));
    }

    @Test
    void namesCannotEndTheScript() {
        var page = GraphPage.of(HOSTILE, graph(), GraphCost.of(graph()));
        assertEquals(2, page.split("</script>", -1).length - 1);
        var start = page.indexOf("application/json\">") + "application/json\">".length();
        var data =
                JsonReader.read(page.substring(start, page.indexOf("</script>", start))).asObject();
        assertEquals(HOSTILE, data.text("title"));
        var graph = data.array("graphs").getFirst().asObject();
        assertEquals(3, graph.array("boxes").size());
        assertEquals(2, graph.array("wires").size());
        var node = graph.array("boxes").get(1).asObject();
        assertEquals("contract", node.text("family"));
        assertEquals("4 × 3", node.text("note"));
        var weights = node.array("in").get(1).asObject().object("constant");
        assertEquals("5.5", weights.get("mean").toString());
        assertTrue(weights.text("values").startsWith("0.0, 1.0, "), weights.toString());
    }
}
