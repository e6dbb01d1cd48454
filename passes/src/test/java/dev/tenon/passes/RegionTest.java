package dev.tenon.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.graph.Graph;
import dev.tenon.graph.TextForm;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionTest {
    @Test
    void whatCameInThePlaceOfWhat() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[N,3]) -> (%y, %z) {
                          %half: f32[] = Constant {0.5}
                          %root: f32[] = Constant {1.4142135}
                          %one: f32[] = Constant {1.0}
                          %two: f32[] = Constant {2.0}
                          %d: f32[N,3] = Div(%x, %root)
                          %e: f32[N,3] = Erf(%d)
                          %s: f32[N,3] = Add(%e, %one)
                          %m: f32[N,3] = Mul(%x, %s)
                          %g: f32[N,3] = Mul(%m, %half)
                          %y: f32[N,3] = Identity(%g)
                          %a: f32[N,3] = Neg(%x)
                          %b: f32[N,3] = Exp(%a)
                          %c: f32[N,3] = Add(%b, %one)
                          %z: f32[N,3] = Div(%x, %c)
                        }
                        """);
        var explanation = new Explanation();
        Pipelines.aggressive().run(graph, PassContext.DEFAULT.withObserver(explanation));
        assertEquals(
                List.of(
                        new Region(List.of("identity"), List.of("y"), List.of()),
                        new Region(
                                List.of("sigmoid-quotient"),
                                List.of("a", "b", "c", "z"),
                                List.of("z", "z_gate")),
                        new Region(
                                List.of("gelu"), List.of("d", "e", "s", "m", "g"), List.of("g"))),
                explanation.regions().stream()
                        .map(
                                r ->
                                        new Region(
                                                r.rules(),
                                                r.before().stream()
                                                        .sorted(
                                                                Comparator.comparing(
                                                                        n -> place(graph, n)))
                                                        .toList(),
                                                r.after().stream().sorted().toList()))
                        .toList());
    }

    private static int place(Graph graph, String node) {
        return graph.nodes().stream().map(n -> n.name()).toList().indexOf(node);
    }
}
