package dev.tenon.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.graph.Interpreter;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.Verifier;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipelines;
import org.junit.jupiter.api.Test;

/// What holds for any graph.
class GraphPropertiesTest {
    private static final int TIMES = 150;
    private static final int NODES = 60;

    @Test
    void textRoundTripsAndPassesKeepTheResults() {
        int[] nodes = new int[1];
        Seed.check(
                TIMES,
                random -> {
                    var sample = GraphGenerator.draw(random, NODES);
                    var graph = sample.graph();
                    nodes[0] += graph.nodes().size();
                    Verifier.verify(graph);
                    var text = graph.toString();
                    assertEquals(text, TextForm.parse(text, TextForm.constants(graph)).toString());
                    var expected = new Interpreter(1).run(graph, sample.inputs());
                    var decluttered =
                            Pipelines.declutter().run(graph, PassContext.DEFAULT.withVerify(true));
                    Closeness.EXACT.assertNear(
                            expected, new Interpreter(1).run(decluttered, sample.inputs()));
                    assertSame(decluttered, Pipelines.declutter().run(decluttered));
                });
        assertTrue(nodes[0] > 10 * TIMES, () -> "only " + nodes[0] + " nodes in all");
    }
}
