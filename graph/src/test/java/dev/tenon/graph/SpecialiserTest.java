package dev.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Type;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecialiserTest {
    /// The target of the reshape inside is only known through the capture.
    private static final Graph GRAPH =
            TextForm.parse(
                    """
                    graph main(%c: bool[], %x: f32[N,4], %like: f32[N,2,s]) -> (%y) {
                      %shape: i64[3] = Shape(%like) {start=0}
                      %y: f32[...] = If(%c, %x, %shape) {
                        thenBranch=graph then(%x: f32[N,4], %shape: i64[3]) -> (%r) {
                          %r: f32[...] = Reshape(%x, %shape) {allowzero=false}
                        },
                        elseBranch=graph else(%x: f32[N,4], %shape: i64[3]) -> (%r) {
                          %r: f32[...] = Reshape(%x, %shape) {allowzero=false}
                        }
                      }
                    }
                    """);

    @Test
    void extentsReachSubgraphs() {
        var bound = Specialiser.bind(GRAPH, Map.of("N", Dim.of(6), "s", Dim.of(2)));
        assertEquals("f32[6,2,2]", bound.outputs().getFirst().value().type().toString());
        assertEquals("[6, 2, 2]", bound.nodes().getFirst().output().content().toString());
        Verifier.verify(bound);
        assertEquals(
                bound.toString(),
                GRAPH.toString()
                        .replace("f32[N,4]", "f32[6,4]")
                        .replace("f32[N,2,s]", "f32[6,2,2]")
                        .replace("f32[...]", "f32[6,2,2]"));
    }

    @Test
    void whatIsVaguerThanItNeedsToBeIsInferredAgain() {
        var vague =
                TextForm.parse(
                        """
                        graph main(%x: f32[2,3]) -> (%z) {
                          %y: f32[a,b] = Relu(%x)
                          %z: f32[a,b] = Relu(%y)
                        }
                        """);
        var refined = Specialiser.refine(vague);
        assertEquals("f32[2,3]", refined.outputs().getFirst().value().type().toString());
        assertSame(refined, Specialiser.refine(refined));
        var better = refined.nodes().getFirst().output();
        var second = vague.nodes().getLast().withInputs(List.of(better));
        var edited =
                Graph.of(
                        "main",
                        refined.inputs(),
                        List.of(refined.nodes().getFirst(), second),
                        List.of(new Graph.Output("z", second.output())),
                        Map.of());
        assertEquals(refined.toString(), Specialiser.refine(edited).toString());
    }

    @Test
    void symbolsAreFoundInTheInputs() {
        var given = List.of(Type.parse("bool[]"), Type.parse("f32[6,4]"), Type.parse("f32[6,2,2]"));
        assertEquals(Map.of("N", Dim.of(6), "s", Dim.of(2)), Specialiser.bindings(GRAPH, given));
        assertEquals(
                Specialiser.bind(GRAPH, Map.of("N", Dim.of(6), "s", Dim.of(2))).toString(),
                Specialiser.withInputs(GRAPH, given).toString());
    }

    @Test
    void inputsThatDoNotFitAreRefused() {
        assertMessage(
                "'like': the input has a wrong type; expected f32[N,2,s], that is, f32[6,2,2], got"
                        + " f32[7,2,2]",
                "bool[]",
                "f32[6,4]",
                "f32[7,2,2]");
        assertMessage(
                "'c': the input has a wrong type; expected bool[], got f32[]",
                "f32[]",
                "f32[6,4]",
                "f32[6,2,2]");
        assertMessage("wrong number of inputs of graph main; expected 3, got 0");
    }

    private static void assertMessage(String message, String... types) {
        var given = List.of(types).stream().map(Type::parse).toList();
        var error = assertThrows(InputException.class, () -> Specialiser.withInputs(GRAPH, given));
        assertTrue(error.getMessage().startsWith(message), error.getMessage());
    }

    @Test
    void symbolsMadeUpOutsideAndInsideAreKeptApart() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%c: bool[], %x: f32[N], %s: i64[1]) -> (%y) {
                          %r: f32[?r] = Reshape(%x, %s) {allowzero=false}
                          %y: f32[...] = If(%c, %r, %s) {
                            thenBranch=graph then(%a: f32[?r], %s: i64[1]) -> (%b) {
                              %r: f32[?r] = Reshape(%a, %s) {allowzero=false}
                              %b: f32[?r] = Add(%a, %r)
                            },
                            elseBranch=graph else(%a: f32[?r], %s: i64[1]) -> (%a) {
                            }
                          }
                        }
                        """);
        var refined = Specialiser.refine(graph);
        var branch = Subgraphs.of(refined.nodes().getLast().op()).firstEntry().getValue();
        assertEquals("f32[??r]", branch.inputs().getFirst().type().toString());
        assertEquals(
                "f32[broadcast(??r, ?r)]", branch.outputs().getFirst().value().type().toString());
        assertSame(refined, Specialiser.refine(refined));
    }

    @Test
    void nothingNewGivesTheSameGraph() {
        var refined = Specialiser.refine(GRAPH);
        assertEquals("f32[N,2,s]", refined.outputs().getFirst().value().type().toString());
        assertSame(refined, Specialiser.refine(refined));
        assertSame(refined, Specialiser.bind(refined, Map.of("other", Dim.ONE)));
    }
}
