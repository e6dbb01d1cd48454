package dev.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph.Output;
import dev.tenon.graph.op.control.If;
import dev.tenon.graph.op.generate.Constant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private static final Tensor ONE = Tensor.of(new float[] {1}, 1);
    private static final Type F32 = Type.tensor(DType.FLOAT32, 1);

    private static Graph graph(List<Value> inputs, List<Node> nodes, Value... outputs) {
        var named = List.of(outputs).stream().map(v -> new Output(v.name(), v)).toList();
        return Graph.of("g", inputs, nodes, named, Map.of());
    }

    private static Value value(String name, Type type) {
        return new Value(name, type, null, null);
    }

    private static Node constant(String name) {
        return Inference.node(new Constant(ONE), name, List.of(), List.of(name));
    }

    private static Graph same(String name) {
        var value = value(name, F32);
        return graph(List.of(value), List.of(), value);
    }

    private static void assertProblems(Graph graph, String... messages) {
        var found = Verifier.problems(graph).stream().map(Problem::message).toList();
        assertEquals(messages.length, found.size(), found::toString);
        for (int i = 0; i < messages.length; i++) {
            assertTrue(found.get(i).contains(messages[i]), found::toString);
        }
    }

    @Test
    void acceptsWhatIsWellFormed() {
        var constant = constant("c");
        assertProblems(graph(List.of(value("x", F32)), List.of(constant), constant.output()));
    }

    @Test
    void valuesAreMadeOnceAndBeforeTheyAreRead() {
        var constant = constant("c");
        var condition = value("b", Type.scalar(DType.BOOL));
        var choice =
                Inference.node(
                        new If(same("x"), same("x")),
                        "if",
                        List.of(condition, constant.output()),
                        List.of("y"));
        assertProblems(
                graph(List.of(condition), List.of(choice, constant), choice.output()),
                "If 'if': it reads a value before it is made; got %c: f32[1]");
        assertProblems(
                graph(List.of(condition), List.of(choice), choice.output()),
                "If 'if': it reads a value that is not of this graph");
        assertProblems(
                graph(List.of(), List.of(constant, constant), constant.output()),
                "two nodes have the same name",
                "a value is made twice");
    }

    @Test
    void namesAreUnique() {
        assertProblems(
                graph(List.of(value("c", F32)), List.of(constant("c"))),
                "two values have the same name");
        assertProblems(graph(List.of(value("", F32)), List.of()), "a value has no name");
        var x = value("x", F32);
        assertProblems(
                graph(List.of(x), List.of(), x, x, value("z", F32)),
                "'x': two outputs have the same name",
                "'z': no node makes this output");
    }

    @Test
    void typesAgreeWithInference() {
        var vague = value("c", Type.parse("f32[n]"));
        assertProblems(
                graph(
                        List.of(),
                        List.of(
                                new Node(
                                        "c",
                                        new Constant(ONE),
                                        List.of(),
                                        List.of(constantOf(vague)),
                                        true)),
                        vague),
                "'c': no node makes this output");
        var wrong = new Value("c", Type.parse("f32[2]"), ONE, null);
        assertProblems(
                graph(
                        List.of(),
                        List.of(new Node("c", new Constant(ONE), List.of(), List.of(wrong), true))),
                "Constant 'c': output 0 has a wrong type; expected f32[1], got f32[2]");
        assertProblems(
                graph(
                        List.of(),
                        List.of(new Node("c", new Constant(ONE), List.of(), List.of(vague), true))),
                "output 0 is not the node's constant");
    }

    private static Value constantOf(Value like) {
        return new Value(like.name(), like.type(), ONE, null);
    }

    @Test
    void nodesHaveAsManyInputsAndOutputsAsTheirOperatorTakes() {
        var x = value("x", F32);
        var node =
                new Node(
                        "c",
                        new Constant(ONE),
                        List.of(x),
                        List.of(constantOf(value("c", F32))),
                        true);
        assertProblems(
                graph(List.of(x), List.of(node)),
                "Constant 'c': wrong number of inputs; expected 0, got 1");
        var nothing =
                new Node(
                        "if",
                        new If(same("a"), same("b")),
                        List.of(Value.NONE, x),
                        List.of(value("y", F32)),
                        true);
        assertProblems(graph(List.of(x), List.of(nothing)), "If 'if': input 0 is missing");
    }

    @Test
    void subgraphsAreCheckedToo() {
        var x = value("x", Type.parse("f32[2]"));
        var condition = value("b", Type.scalar(DType.BOOL));
        var open = graph(List.of(value("a", F32)), List.of(), value("elsewhere", F32));
        var choice =
                Inference.node(new If(open, same("a")), "if", List.of(condition, x), List.of("y"));
        assertProblems(
                graph(List.of(condition, x), List.of(choice), choice.output()),
                "'if.thenBranch/elsewhere': no node makes this output",
                "If 'if': capture 0 does not fit subgraph thenBranch",
                "If 'if': capture 0 does not fit subgraph elseBranch");
    }

    @Test
    void nestingIsBounded() {
        var inner = same("x");
        for (int i = 0; i < Verifier.MAX_DEPTH; i++) {
            var condition = value("b", Type.scalar(DType.BOOL));
            var x = value("x", F32);
            var node =
                    Inference.node(
                            new If(same("x"), inner), "if", List.of(condition, x), List.of("y"));
            inner =
                    i == Verifier.MAX_DEPTH - 1
                            ? graph(List.of(condition, x), List.of(node), node.output())
                            : graph(
                                    List.of(x),
                                    List.of(
                                            falsely("b"),
                                            node.withInputs(List.of(falsely("b").output(), x))),
                                    x);
        }
        var deep = inner;
        assertTrue(Verifier.problems(deep).stream().anyMatch(p -> p.what().contains("too deeply")));
    }

    private static Node falsely(String name) {
        return Inference.node(
                new Constant(Tensor.zeros(DType.BOOL)), name, List.of(), List.of(name));
    }

    @Test
    void oneExceptionListsAllProblems() {
        var x = value("x", F32);
        var error =
                assertThrows(
                        GraphException.class,
                        () -> Verifier.verify(graph(List.of(x, x), List.of(constant("x")))));
        assertTrue(error.getMessage().contains("2 problems"), error.getMessage());
    }
}
