package dev.tenon.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.Verifier;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeInFloatTest {
    private static final Pipeline ALONE = Pipeline.of("alone", new ComputeInFloat());

    /// Rows of a table, normalised and multiplied; the middle is rounded by the graph itself.
    private static Graph halves(String dtype) {
        return TextForm.parse(
                """
                graph main(%x: #[N,4], %rows: i64[N]) -> (%y, %index, %kept) {
                  %table: #[3,4] = Constant {0.5, -0.25, 1, 0.75, -1, 0.5, 0.25, 0.125, 2, 3, -4, 1}
                  %w: #[4,2] = Constant {0.5, -0.25, 1, 0.75, -1, 0.5, 0.25, 0.125}
                  %b: #[2] = Constant {0.5, -0.25}
                  %row: #[N,4] = Gather(%table, %rows) {axis=0}
                  %sum: #[N,4] = Add(%x, %row)
                  %wide: f32[N,4] = Cast(%sum) {to=f32}
                  %rounded: #[N,4] = Cast(%wide) {to=#}
                  %kept: #[N,4] = Softmax(%rounded) {axis=-1}
                  %product: #[N,2] = Gemm(%kept, %w, %b) {alpha=1.0, beta=1.0, transA=false, transB=false}
                  %y: #[N,2] = Tanh(%product)
                  %index: i64[N,1] = ArgMax(%y) {axis=1, keepdims=true, selectLastIndex=false}
                }
                """
                        .replace("#", dtype)
                        .replaceAll("\\{to=(\\w+)}", "{to=$1, saturate=true, roundMode=UP}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f16", "bf16"})
    void whatLeavesTheGraphIsRoundedOnce(String dtype) {
        var graph = halves(dtype);
        var widened = ALONE.run(graph, PassContext.DEFAULT);
        Verifier.verify(widened);
        for (var node : widened.nodes()) {
            boolean narrow = node.outputs().stream().anyMatch(o -> isHalf(o.tensorType().dtype()));
            var name = node.op().def().name();
            assertTrue(
                    !narrow || List.of("Constant", "Cast", "Gather").contains(name),
                    () -> name + " is in 16 bits");
        }
        assertEquals(
                graph.outputs().stream().map(o -> o.value().tensorType().dtype()).toList(),
                widened.outputs().stream().map(o -> o.value().tensorType().dtype()).toList());
        var type = dtype.equals("f16") ? DType.FLOAT16 : DType.BFLOAT16;
        var x = Tensor.zeros(type, 5, 4);
        var random = new Random(3);
        for (int i = 0; i < x.size(); i++) {
            x.setDouble(i, random.nextGaussian());
        }
        var inputs = List.<Datum>of(x, Tensor.ofLongs(2, 0, 1, 1, 2));
        var expected = new Interpreter(0).run(graph, inputs);
        var actual = new Interpreter(0).run(widened, inputs);
        double tolerance = type == DType.FLOAT16 ? 0x1p-10 : 0x1p-7;
        for (int i = 0; i < expected.size(); i++) {
            var e = (Tensor) expected.get(i);
            var a = (Tensor) actual.get(i);
            assertEquals(e.type(), a.type());
            for (long j = 0; j < e.size() && e.dtype().isFloat(); j++) {
                assertEquals(e.getDouble(j), a.getDouble(j), tolerance);
            }
        }
    }

    @Test
    void whatIsDoneOnceIsDone() {
        var widened = ALONE.run(halves("f16"), PassContext.DEFAULT);
        assertSame(widened, ALONE.run(widened, PassContext.DEFAULT));
    }

    @Test
    void otherTypesAreLeftAlone() {
        var graph = halves("f32");
        assertSame(graph, ALONE.run(graph, PassContext.DEFAULT));
    }

    private static boolean isHalf(DType dtype) {
        return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
    }
}
