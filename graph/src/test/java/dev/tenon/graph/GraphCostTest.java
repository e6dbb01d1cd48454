package dev.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.Dim;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphCostTest {
    private static final Graph GRAPH =
            TextForm.parse(
                    """
                    graph main(%c: bool[], %x: f32[N]) -> (%y) {
                      %k: f32[2] = Constant {1.0, 2.0}
                      %a: f32[N] = Exp(%x)
                      %b: f32[N] = Neg(%a)
                      %d: f32[N] = Add(%b, %x)
                      %y: f32[N] = If(%c, %d) {
                        thenBranch=graph then(%d: f32[N]) -> (%g) {
                          %k: f32[1] = Constant {1.0}
                          %e: f32[N] = Abs(%d)
                          %f: f32[N] = Abs(%e)
                          %g: f32[N] = Abs(%f)
                        },
                        elseBranch=graph else(%d: f32[N]) -> (%d) {
                        }
                      }
                    }
                    """);

    @Test
    void countsWhatIsLiveAtOneTime() {
        var cost = GraphCost.of(Specialiser.bind(GRAPH, Map.of("N", Dim.of(100))));
        assertEquals(3, cost.parameters());
        assertEquals(12, cost.parameterBytes());
        // The condition, d, y, and within the branch two at a time.
        assertEquals(1 + 4 * 400, cost.peakBytes());
        assertEquals(600, cost.flops());
        assertEquals(
                List.of(0.0, 100.0, 100.0, 100.0, 300.0),
                cost.nodes().stream().map(GraphCost.NodeCost::flops).toList());
        assertEquals(List.of(), cost.unknown());
    }

    @Test
    void saysWhatItDoesNotKnow() {
        var cost = GraphCost.of(GRAPH);
        assertEquals(List.of("x", "a", "b", "d", "e", "f", "g", "y"), cost.unknown());
        assertEquals(1, cost.peakBytes());
    }
}
