package dev.tenon.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.GraphException;
import dev.tenon.graph.Graph;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.Value;
import dev.tenon.graph.Verifier;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class PatchTest {
    private static final Graph GRAPH =
            TextForm.parse(
                    """
                    graph main(%x: f32[N], %s: i64[1]) -> (y: %d, z: %b) {
                      %a: f32[N] = Exp(%x)
                      %b: f32[N] = Neg(%a)
                      %c: f32[?c] = Reshape(%b, %s) {allowzero=false}
                      %d: f32[?c] = Abs(%c)
                    }
                    """);

    private static Value value(String name) {
        return GRAPH.nodes().stream()
                .map(n -> n.output())
                .filter(v -> v.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertPatched(String after, Patch patch) {
        var result = patch.applyTo(GRAPH);
        Verifier.verify(result);
        assertEquals(after, result.toString());
    }

    @Test
    void replacesReadersAndOutputsAndDropsWhatIsUnread() {
        assertPatched(
                """
                graph main(%x: f32[N], %s: i64[1]) -> (y: %d, z: %x) {
                  %c: f32[?c] = Reshape(%x, %s) {allowzero=false}
                  %d: f32[?c] = Abs(%c)
                }
                """,
                Patch.of(GRAPH).replace(value("b"), GRAPH.inputs().getFirst()).build());
    }

    @Test
    void infersAgainWhereMoreIsKnown() {
        assertPatched(
                """
                graph main(%x: f32[N], %s: i64[1]) -> (y: %d, z: %b) {
                  %a: f32[N] = Exp(%x)
                  %b: f32[N] = Neg(%a)
                  %d: f32[N] = Abs(%b)
                }
                """,
                Patch.of(GRAPH).replace(value("c"), value("b")).build());
    }

    @Test
    void whatIsInsertedGoesOnReadingTheOldValue() {
        var patch = Patch.of(GRAPH);
        patch.replace(value("a"), patch.add(Unary.TANH, "a", value("a")));
        assertPatched(
                """
                graph main(%x: f32[N], %s: i64[1]) -> (y: %d, z: %b) {
                  %a: f32[N] = Exp(%x)
                  %a_1: f32[N] = Tanh(%a)
                  %b: f32[N] = Neg(%a_1)
                  %c: f32[?c] = Reshape(%b, %s) {allowzero=false}
                  %d: f32[?c] = Abs(%c)
                }
                """,
                patch.build());
    }

    @Test
    void typesMustNotContradict() {
        var error =
                assertThrows(
                        GraphException.class,
                        () -> Patch.of(GRAPH).replace(value("a"), GRAPH.inputs().getLast()));
        assertTrue(error.getMessage().contains("another type"), error.getMessage());
    }

    @Test
    void cyclesAndForeignValuesAreRefused() {
        var patch = Patch.of(GRAPH);
        patch.replace(GRAPH.inputs().getFirst(), value("b"));
        assertThrows(GraphException.class, () -> patch.build().applyTo(GRAPH));
        var other = TextForm.parse("graph other(%x: f32[N]) -> (%x) {}").inputs().getFirst();
        var foreign = Patch.of(GRAPH);
        foreign.replace(value("b"), foreign.add(Binary.ADD, "sum", value("a"), other));
        assertThrows(GraphException.class, () -> foreign.build().applyTo(GRAPH));
    }

    @Test
    void longChainsTakeLinearTime() {
        var builder = Graph.builder("chain");
        var value = builder.input("x", GRAPH.inputs().getFirst().type());
        var first = value;
        for (int i = 0; i < 20_000; i++) {
            value = builder.add(Unary.NEG, value);
        }
        builder.output("y", value);
        var graph = builder.build();
        var patch = Patch.of(graph);
        patch.replace(first, patch.add(Unary.EXP, "exp", first));
        var result = patch.build().applyTo(graph);
        assertEquals(20_001, result.nodes().size());
        assertEquals(20_001, new HashSet<>(result.nodes()).size());
    }
}
