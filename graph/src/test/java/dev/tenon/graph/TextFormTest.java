package dev.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.control.If;
import dev.tenon.graph.op.generate.Constant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextFormTest {
    private static final String NESTED =
            """
            graph main(%c: bool[], %x: f32[N,2*h+1,`a b`]) -> (y: %out, %c) {
              metadata "author" = "A \\"B\\"\\n"
              metadata "licence" = ""
              %k: i64[2] = Constant {1, -2}
              %out: f32[N,2*h+1,`a b`] = If(%c, %x, %k) {
                thenBranch=graph "then branch"(%x: f32[N,2*h+1,`a b`], %k: i64[2]) -> (r: %x) {
                },
                elseBranch=graph else(%a: f32[N,2*h+1,`a b`], %k: i64[2]) -> (r: %a) {
                  %"odd:name": string[1] = Constant {"\\u0001é"} @n0
                }
              } @choose
            }
            """;

    private static Tensor constant(Graph graph, int node) {
        return ((Constant) graph.nodes().get(node).op()).value();
    }

    @Test
    void printsWhatItParsed() {
        assertEquals(NESTED, TextForm.parse(NESTED).toString());
    }

    @Test
    void whiteSpaceDoesNotMatter() {
        var dense = NESTED.replaceAll("\n +", " ").replace(" = ", "=");
        assertEquals(NESTED, TextForm.parse(dense).toString());
    }

    @Test
    void followsShapeArithmeticAgain() {
        var graph = TextForm.parse(NESTED);
        assertEquals("[1, -2]", graph.nodes().getFirst().output().content().toString());
    }

    /// Every bit pattern of the narrow types, and awkward ones of the wide ones.
    @ParameterizedTest
    @EnumSource(value = DType.class, mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void keepsEveryBit(DType dtype) {
        for (long start = 0; start < 256; start += 16) {
            var tensor = Tensor.zeros(dtype, 16);
            var segment = tensor.segment();
            for (long i = 0; i < segment.byteSize(); i++) {
                segment.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) (start + i * 37));
            }
            assertKept(tensor);
        }
        assertKept(Tensor.zeros(dtype));
        assertKept(Tensor.zeros(dtype, 3, 0));
    }

    @Test
    void keepsSpecialFloats() {
        var tensor =
                Tensor.of(
                        new float[] {
                            Float.NaN,
                            Float.intBitsToFloat(0x7fc00001),
                            Float.POSITIVE_INFINITY,
                            -0.0f,
                            Float.MIN_VALUE
                        },
                        5);
        var builder = Graph.builder("g");
        builder.output(builder.constant("c", tensor));
        assertEquals(
                "{NaN, 0x7fc00001, Infinity, -0.0, 1.4E-45}",
                builder.build().toString().lines().toList().get(1).replaceAll(".*Constant ", ""));
        assertKept(tensor);
    }

    private static void assertKept(Tensor tensor) {
        var builder = Graph.builder("g");
        builder.output(builder.constant("c", tensor));
        var text = builder.build().toString();
        assertTrue(constant(TextForm.parse(text), 0).contentEquals(tensor), text);
    }

    @Test
    void largeConstantsStandAsHashes() {
        var inner = Tensor.of(new long[17], 17);
        var names = Tensor.zeros(DType.STRING, 17);
        var graph = graphWith(new If(branch(inner), branch(inner)), names);
        var text = graph.toString();
        var constants = TextForm.constants(graph);
        assertEquals(2, constants.size());
        var again = TextForm.parse(text, constants);
        assertEquals(text, again.toString());
        assertSame(names, constant(again, 0));
        assertThrows(FormatException.class, () -> TextForm.parse(text));
        assertThrows(FormatException.class, () -> TextForm.parse(text, swapped(constants)));
    }

    private static Map<String, Tensor> swapped(Map<String, Tensor> constants) {
        var keys = List.copyOf(constants.keySet());
        return Map.of(
                keys.get(0), constants.get(keys.get(1)), keys.get(1), constants.get(keys.get(0)));
    }

    private static Graph branch(Tensor tensor) {
        var builder = Graph.builder("branch");
        builder.output(builder.constant("c", tensor));
        return builder.build();
    }

    private static Graph graphWith(If choice, Tensor tensor) {
        var builder = Graph.builder("main");
        var condition = builder.input("condition", Type.scalar(DType.BOOL));
        builder.output(builder.constant("names", tensor));
        builder.output(builder.add(choice, condition));
        return builder.build();
    }

    @Test
    void errorsNameTheLine() {
        assertError("line 2: unknown operator", "graph g() -> () {\n%a: f32[] = Nonsense()\n}");
        assertError(
                "line 2: a value is read before it is made", "graph g() -> () {\n() = If(%c)\n}");
        assertError(
                "line 1: two values have the same name", "graph g(%a: f32[], %a: f32[]) -> () {}");
        assertError("malformed type", "graph g(%a: f99[]) -> () {}");
        assertError("malformed element", "graph g() -> () { %a: i8[1] = Constant {128} }");
        assertError("malformed element", "graph g() -> () { %a: bool[1] = Constant {yes} }");
        assertError("ends within a string", "graph \"g");
        assertError(
                "an attribute",
                "graph g(%c: bool[]) -> () { () = If(%c) {thenBranch=graph a() -> () {}} }");
    }

    private static void assertError(String message, String text) {
        var error = assertThrows(TenonException.class, () -> TextForm.parse(text));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void declaredTypesMustNotContradictInference() {
        var text = "graph g() -> (%s) { %c: f32[2] = Constant {1.0, 2.0} %s: f32[n] = If(%b) }";
        assertThrows(FormatException.class, () -> TextForm.parse(text));
        var wrong = NESTED.replace("%out: f32[N,2*h+1,", "%out: f32[N,2*h+2,");
        assertThrows(GraphException.class, () -> TextForm.parse(wrong));
        var vague = NESTED.replace("%out: f32[N,2*h+1,", "%out: f32[N,s,");
        assertEquals(vague, TextForm.parse(vague).toString());
    }

    @Test
    void nestingIsBounded() {
        var text = new StringBuilder("graph g(%c: bool[]) -> () {}");
        for (int i = 0; i < Verifier.MAX_DEPTH; i++) {
            var inner = text.toString();
            text.setLength(0);
            text.append("graph g(%c: bool[]) -> () { () = If(%c, %c) {thenBranch=").append(inner);
            text.append(", elseBranch=graph e(%c: bool[]) -> () {}} }");
        }
        assertThrows(LimitException.class, () -> TextForm.parse(text.toString()));
    }
}
