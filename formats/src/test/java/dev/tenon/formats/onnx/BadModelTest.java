package dev.tenon.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Budget;
import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Shape;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.Bytes;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.formats.onnx.proto.FunctionProto;
import dev.tenon.formats.onnx.proto.GraphProto;
import dev.tenon.formats.onnx.proto.Int64List;
import dev.tenon.formats.onnx.proto.NodeProto;
import dev.tenon.formats.onnx.proto.OperatorSetIdProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import dev.tenon.graph.Interpreter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Malformed and hostile models give typed errors, soon and without much memory.
class BadModelTest {
    /// Far more than it takes, for machines that are busy.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Type VECTOR = Type.tensor(DType.FLOAT32, 2);

    private static Models model() {
        return Models.opset(21).input("x", VECTOR);
    }

    private static <E extends TenonException> E refuses(Class<E> type, byte[] model) {
        return assertTimeout(PATIENCE, () -> assertThrows(type, () -> Onnx.read(model)));
    }

    private static <E extends TenonException> E refuses(Class<E> type, Models model) {
        return refuses(type, model.bytes());
    }

    @Test
    void anythingCutOffOrFlipped() {
        var bytes = model().node("y = Neg(x)").output("y").bytes();
        for (int length = 0; length < bytes.length; length++) {
            var cut = Arrays.copyOf(bytes, length);
            assertThrows(TenonException.class, () -> Onnx.read(cut));
        }
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                Onnx.read(bytes);
            } catch (TenonException e) {
                assertTrue(e.getMessage().length() > 10, e.getMessage());
            }
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void cycles() {
        refuses(
                FormatException.class,
                model().node("y = Add(x, z)").node("z = Neg(y)").output("y"));
        refuses(FormatException.class, model().node("y = Add(x, y)").output("y"));
    }

    @Test
    void unsortedGraphsAreSorted() {
        var y =
                model().node("y = Neg(z)")
                        .node("z = Neg(x)")
                        .output("y")
                        .run(Tensor.of(new float[] {1, 2}, 2));
        assertEquals(1, ((Tensor) y.getFirst()).getDouble(0));
    }

    @Test
    void longChainsBackToFront() {
        var model = model();
        int length = 20_000;
        for (int i = length; i > 0; i--) {
            model.node("v" + i + " = Neg(" + (i == 1 ? "x" : "v" + (i - 1)) + ")");
        }
        model.output("v" + length);
        assertTimeout(PATIENCE, () -> assertEquals(length, model.graph().nodes().size()));
        model.node("v1 = Neg(v" + length + ")");
        refuses(FormatException.class, model);
    }

    @Test
    void names() {
        refuses(FormatException.class, model().node("y = Neg(x)").node("y = Abs(x)").output("y"));
        refuses(FormatException.class, model().node("x = Neg(x)").output("x"));
        refuses(TenonException.class, model().node("y, y = Split(x)").output("y"));
        refuses(TenonException.class, model().node("y = Neg(x)").output("y", "y"));
        refuses(TenonException.class, model().input("x", VECTOR).node("y = Neg(x)").output("y"));
        refuses(FormatException.class, model().node("y = Neg(nobody)").output("y"));
        refuses(FormatException.class, model().node("y = Neg(x)").output("nobody"));
        refuses(FormatException.class, model().node("y = Neg(x)").output(""));
        refuses(TenonException.class, model().input("", VECTOR).node("y = Neg(x)").output("y"));
        var tensor = Tensor.of(new float[] {1, 2}, 2);
        refuses(
                FormatException.class,
                model().initializer("w", tensor).initializer("w", tensor).output("w"));
        refuses(FormatException.class, model().initializer("", tensor).output("x"));
    }

    @Test
    void inputsAndOutputs() {
        refuses(GraphException.class, model().node("y = Add(x)").output("y"));
        refuses(GraphException.class, model().node("y = Add(x, x, x)").output("y"));
        refuses(GraphException.class, model().node("y = Add(x, )").output("y"));
        refuses(GraphException.class, model().node("y, z = Neg(x)").output("y"));
        refuses(GraphException.class, model().node(" = Neg(x)").output("x"));
        refuses(
                TenonException.class,
                model().node(" = Constant()", AttributeProto.ofInt("value_int", 1)).output("x"));
        refuses(
                TenonException.class,
                model().node("y, z = Constant()", AttributeProto.ofInt("value_int", 1))
                        .output("y"));
        refuses(TenonException.class, model().node("y = Constant()").output("y"));
    }

    @Test
    void attributes() {
        refuses(
                FormatException.class,
                model().node("y = Softmax(x)", AttributeProto.ofFloat("axis", 1)).output("y"));
        refuses(
                FormatException.class,
                model().node("y = Softmax(x)", AttributeProto.ofString("axis", "1")).output("y"));
        refuses(FormatException.class, model().node("y = Cast(x)").output("y"));
        refuses(
                FormatException.class,
                model().node("y = Cast(x)", AttributeProto.ofInt("to", 999)).output("y"));
        refuses(
                FormatException.class,
                model().node("y = Cast(x)", AttributeProto.ofInt("to", 1L << 32)).output("y"));
        refuses(
                FormatException.class,
                model().node("y = Softmax(x)", AttributeProto.ofInt("axis", 1L << 32)).output("y"));
        refuses(
                GraphException.class,
                model().node("y = Softmax(x)", AttributeProto.ofInt("axis", 7)).output("y"));
        var axis = AttributeProto.ofInt("axis", 0);
        refuses(FormatException.class, model().node("y = Softmax(x)", axis, axis).output("y"));
    }

    @Test
    void operatorsAndOperatorSets() {
        refuses(UnsupportedException.class, model().node("y = Conjure(x)").output("y"));
        refuses(
                FormatException.class,
                model().node(Models.node("y = Neg(x)", "elsewhere")).output("y"));
        refuses(UnsupportedException.class, Models.opset(1000).input("x", VECTOR).output("x"));
        refuses(UnsupportedException.class, Models.opset(0).input("x", VECTOR).output("x"));
    }

    private static TensorProto tensor(DataType type, byte[] data, long... dims) {
        return TensorProto.raw("w", type, Int64List.of(dims), Bytes.of(data));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "3",
                "9223372036854775807",
                "4294967296,4294967296",
                "4611686018427387904,4",
                "-1,-2"
            })
    void extentsOfInitialisers(String dims) {
        long[] extents = Arrays.stream(dims.split(",")).mapToLong(Long::parseLong).toArray();
        refuses(
                TenonException.class,
                model().initializer(tensor(DataType.FLOAT, new byte[8], extents)).output("w"));
        refuses(
                TenonException.class,
                model().initializer(tensor(DataType.INT4, new byte[8], extents)).output("w"));
        refuses(
                TenonException.class,
                model().initializer(tensor(DataType.COMPLEX128, new byte[8], extents)).output("w"));
        refuses(
                TenonException.class,
                model().initializer(tensor(DataType.STRING, new byte[0], extents)).output("w"));
    }

    @Test
    void ranks() {
        var dims = new long[65];
        Arrays.fill(dims, 1);
        refuses(
                LimitException.class,
                model().initializer(tensor(DataType.FLOAT, new byte[4], dims)).output("w"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "y = ConstantOfShape(n)",
                "y = Expand(x, n)",
                "y = Tile(x, n)",
                "y = Reshape(x, n)"
            })
    void hugeResults(String node) {
        var huge = Tensor.ofLongs(1L << 40, 1L << 40);
        survives(model().initializer("n", huge).node(node).output("y"));
        survives(model().initializer("n", Tensor.ofLongs(Long.MAX_VALUE)).node(node).output("y"));
        survives(model().initializer("n", Tensor.ofLongs(1L << 33)).node(node).output("y"));
        survives(model().initializer("n", Tensor.ofLongs(-5)).node(node).output("y"));
    }

    @Test
    void hugeRangesPadsAndRanks() {
        survives(
                Models.opset(21)
                        .input("x", VECTOR)
                        .initializer("a", Tensor.scalar(0L))
                        .initializer("b", Tensor.scalar(Long.MAX_VALUE))
                        .initializer("c", Tensor.scalar(1L))
                        .node("y = Range(a, b, c)")
                        .output("y"));
        survives(
                Models.opset(21)
                        .input("x", VECTOR)
                        .initializer("a", Tensor.scalar(0f))
                        .initializer("b", Tensor.scalar(1f))
                        .initializer("c", Tensor.scalar(1e-30f))
                        .node("y = Range(a, b, c)")
                        .output("y"));
        survives(
                model().initializer("p", Tensor.ofLongs(Long.MAX_VALUE, 1))
                        .node("y = Pad(x, p)")
                        .output("y"));
        survives(
                model().initializer("p", Tensor.ofLongs(1L << 35, 0))
                        .node("y = Pad(x, p)")
                        .output("y"));
        refuses(
                GraphException.class,
                model().input("n", Type.tensor(DType.INT64, Integer.MAX_VALUE))
                        .node("y = ConstantOfShape(n)")
                        .output("y"));
    }

    /// Reading and running gives a typed error.
    private static void survives(Models model) {
        var thrown =
                assertTimeout(
                        PATIENCE,
                        () ->
                                assertThrows(
                                        TenonException.class,
                                        () ->
                                                Budget.of(64 << 20, 1000)
                                                        .within(
                                                                () ->
                                                                        new Interpreter(1)
                                                                                .run(
                                                                                        model
                                                                                                .graph(),
                                                                                        List.of(
                                                                                                Tensor
                                                                                                        .of(
                                                                                                                new float
                                                                                                                        [] {
                                                                                                                    1,
                                                                                                                    2
                                                                                                                },
                                                                                                                2))))));
        assertTrue(
                thrown instanceof LimitException
                        || thrown instanceof GraphException
                        || thrown instanceof InputException,
                thrown.toString());
    }

    @Test
    void endlessLoops() {
        var body =
                GraphProto.of(
                        "body",
                        List.of(
                                NodeProto.of(
                                        "",
                                        "",
                                        "Identity",
                                        List.of("going"),
                                        List.of("on"),
                                        List.of())),
                        List.of(),
                        Models.opset(21)
                                .input("i", Type.scalar(DType.INT64))
                                .input("going", Type.scalar(DType.BOOL))
                                .proto()
                                .input(),
                        Models.opset(21).output("on").proto().output(),
                        List.of());
        survives(
                model().initializer("n", Tensor.scalar(Long.MAX_VALUE))
                        .initializer("c", Tensor.scalar(true))
                        .node(" = Loop(n, c)", AttributeProto.ofGraph("body", body))
                        .output("x"));
    }

    private static FunctionProto function(String name, String... nodes) {
        var protos = new ArrayList<NodeProto>();
        for (var node : nodes) {
            protos.add(Models.node(node, node.contains("Neg") ? "" : "f"));
        }
        return new FunctionProto(
                name,
                List.of("x"),
                List.of("y"),
                List.of(),
                List.of(),
                protos,
                "",
                List.of(new OperatorSetIdProto("", 21), new OperatorSetIdProto("f", 1)),
                "f",
                "",
                List.of(),
                List.of());
    }

    @Test
    void functionsThatCallThemselves() {
        refuses(
                LimitException.class,
                model().opset("f", 1)
                        .function(function("F", "y = G(x)"))
                        .function(function("G", "y = F(x)"))
                        .node(Models.node("y = F(x)", "f"))
                        .output("y"));
    }

    @Test
    void functionsThatCallEachOtherEverMoreOften() {
        var model = model().opset("f", 1).node(Models.node("y = F0(x)", "f")).output("y");
        for (int i = 0; i < 30; i++) {
            model.function(
                    function(
                            "F" + i,
                            "a = F" + (i + 1) + "(x)",
                            "b = F" + (i + 1) + "(a)",
                            "y = F" + (i + 1) + "(b)"));
        }
        model.function(function("F30", "y = Neg(x)"));
        assertTimeout(PATIENCE, () -> assertThrows(LimitException.class, model::graph));
    }

    @Test
    void functionsAreDefinedOnceAndCalledAsDefined() {
        var twice = function("F", "y = Neg(x)");
        refuses(
                FormatException.class,
                model().opset("f", 1).function(twice).function(twice).output("x"));
        refuses(
                FormatException.class,
                model().opset("f", 1)
                        .function(twice)
                        .node(Models.node("y = F(x, x)", "f"))
                        .output("y"));
        refuses(
                FormatException.class,
                model().opset("f", 1)
                        .function(twice)
                        .node(Models.node("y, z = F(x)", "f"))
                        .output("y"));
        refuses(
                FormatException.class,
                model().opset("f", 1)
                        .function(twice)
                        .node(Models.node("y = F(nobody)", "f"))
                        .output("y"));
        refuses(
                FormatException.class,
                model().opset("f", 1)
                        .function(function("G", "z = Neg(x)"))
                        .node(Models.node("y = G(x)", "f"))
                        .output("y"));
    }

    @Test
    void outputsDeclaredWrong() {
        var node = "y = Neg(x)";
        for (var wrong :
                List.of(
                        Type.tensor(DType.FLOAT64, 2),
                        Type.tensor(DType.FLOAT32, 3),
                        Type.tensor(DType.FLOAT32, 2, 1))) {
            refuses(GraphException.class, model().node(node).output("y", wrong));
        }
        for (var right :
                List.of(
                        VECTOR,
                        Type.parse("f32[N]"),
                        Type.tensor(DType.FLOAT32, Shape.unranked()),
                        Type.parse("f32[N+1]"))) {
            assertEquals(
                    VECTOR,
                    model().node(node)
                            .output("y", right)
                            .graph()
                            .outputs()
                            .getFirst()
                            .value()
                            .type());
        }
    }

    private static GraphProto branch(NodeProto node) {
        return GraphProto.of(
                "branch",
                List.of(node),
                List.of(),
                List.of(),
                Models.opset(21).output(node.output().getFirst()).proto().output(),
                List.of());
    }

    private static NodeProto choice(String output, GraphProto branch) {
        return NodeProto.of(
                "",
                "",
                "If",
                List.of("c"),
                List.of(output),
                List.of(
                        AttributeProto.ofGraph("then_branch", branch),
                        AttributeProto.ofGraph(
                                "else_branch",
                                branch(Models.node("e" + output + " = Neg(x)", "")))));
    }

    @Test
    void deepSubgraphs() {
        var node = Models.node("r = Abs(x)", "");
        for (int depth = 0; depth < 18; depth++) {
            node = choice("r" + depth, branch(node));
        }
        var deep = model().input("c", Type.scalar(DType.BOOL)).node(node).output("r17");
        assertTimeout(PATIENCE, deep::graph);
        for (int depth = 18; depth < 30; depth++) {
            node = choice("r" + depth, branch(node));
        }
        refuses(
                LimitException.class,
                model().input("c", Type.scalar(DType.BOOL)).node(node).output("r29"));
    }
}
