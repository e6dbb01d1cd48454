package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private static final Graph GRAPH =
            TextForm.parse(
                    """
                    graph main(%x: f32[N]) -> (%y) {
                      %a: f32[N] = Identity(%x)
                      %y: f32[N] = Neg(%a)
                    }
                    """);

    private static Pipeline of(Rule<?>... rules) {
        return Pipeline.of("test", new RulePass("rules", List.of(rules)));
    }

    @Test
    void passesAndRulesCanBeListed() {
        var names = Pipelines.declutter().rules().stream().map(Rule::name).toList();
        assertTrue(
                names.containsAll(List.of("constant-operation", "identity", "constant-condition")),
                names::toString);
        var rule = rule("twice", Identity.class, (op, node, context) -> Optional.empty());
        assertThrows(IllegalStateException.class, () -> of(rule, rule).rules());
    }

    @Test
    void rulesCanBeSwitchedOffAndWatched() {
        var changes = new ArrayList<PassContext.Change>();
        var watched = PassContext.DEFAULT.withObserver(changes::add);
        Pipelines.declutter().run(GRAPH, watched);
        assertEquals(
                List.of(
                        new PassContext.Change(
                                "remove-no-ops",
                                "identity",
                                "Identity",
                                "a",
                                new Savings(1, 0, 0),
                                List.of("a"),
                                List.of())),
                changes);
        assertSame(GRAPH, Pipelines.declutter().run(GRAPH, watched.without("identity")));
        assertSame(GRAPH, Pipelines.declutter().run(GRAPH, watched.without("remove-no-ops")));
    }

    @Test
    void anErrorNamesRuleAndNode() {
        var pipeline =
                of(
                        rule(
                                "broken",
                                Identity.class,
                                (op, node, context) -> {
                                    throw new GraphException(Problem.of("it does not work"));
                                }));
        var error = assertThrows(GraphException.class, () -> pipeline.run(GRAPH));
        assertTrue(
                error.getMessage().startsWith("Identity 'a': rule broken: it does not work"),
                error.getMessage());
    }

    @Test
    void anErrorInWhatReadsTheReplacementNamesTheRuleToo() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[N], %two: f32[2], %three: f32[3]) -> (%y) {
                          %a: f32[N] = Identity(%x)
                          %y: f32[2] = Add(%a, %two)
                        }
                        """);
        var pipeline =
                of(
                        rule(
                                "wrong",
                                Identity.class,
                                (op, node, context) ->
                                        Optional.of(
                                                context.patch()
                                                        .replace(
                                                                node.output(),
                                                                graph.inputs().getLast())
                                                        .build())));
        var error = assertThrows(GraphException.class, () -> pipeline.run(graph));
        assertTrue(
                error.getMessage().startsWith("Identity 'a': rule wrong: Add 'y': "),
                error.getMessage());
    }

    @Test
    void rulesThatUndoEachOtherAreStopped() {
        var pipeline =
                of(
                        rule(
                                "flip",
                                Unary.class,
                                (op, node, context) ->
                                        Optional.of(
                                                context.patch()
                                                        .replace(
                                                                node,
                                                                op == Unary.NEG
                                                                        ? Unary.ABS
                                                                        : Unary.NEG,
                                                                node.inputs())
                                                        .build())));
        var error = assertThrows(LimitException.class, () -> pipeline.run(GRAPH));
        assertTrue(
                error.getMessage().contains("do not come to an end; the last was flip"),
                error.getMessage());
    }

    @Test
    void verificationNamesThePass() {
        var pipeline =
                Pipeline.of(
                        "test",
                        new Pass() {
                            @Override
                            public String name() {
                                return "forget";
                            }

                            @Override
                            public Graph run(Graph graph, PassContext context) {
                                return Graph.of(
                                        "g", graph.inputs(), List.of(), graph.outputs(), Map.of());
                            }
                        });
        var error =
                assertThrows(
                        GraphException.class,
                        () -> pipeline.run(GRAPH, PassContext.DEFAULT.withVerify(true)));
        assertTrue(error.getMessage().contains("pass forget left a graph"), error.getMessage());
    }

    @Test
    void rulesLookAtANodeABoundedNumberOfTimes() {
        int nodes = 4_000;
        var builder = Graph.builder("chain");
        var value = builder.input("x", GRAPH.inputs().getFirst().type());
        for (int i = 0; i < nodes; i++) {
            value = builder.add(i % 2 == 0 ? new Identity() : Unary.NEG, value);
        }
        builder.output("y", value);
        var looks = new AtomicInteger();
        var result =
                Pipelines.declutter()
                        .run(
                                builder.build(),
                                PassContext.DEFAULT.withObserver(
                                        new PassContext.Observer() {
                                            @Override
                                            public void changed(PassContext.Change change) {}

                                            @Override
                                            public void looked(Rule<?> rule, Node node) {
                                                looks.incrementAndGet();
                                            }
                                        }));
        assertEquals(nodes / 2, result.nodes().size());
        assertTrue(looks.get() < 20 * nodes, () -> looks + " looks");
    }
}
