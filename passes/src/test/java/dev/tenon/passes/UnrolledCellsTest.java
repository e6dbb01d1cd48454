package dev.tenon.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Op;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.recurrent.GRU;
import dev.tenon.graph.op.recurrent.LSTM;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Loops over recurrent cells, written out step by step in small operators, become one operator.
class UnrolledCellsTest {
    private static final int STEPS = 5;

    /// A loop over `x[t]` of `[T, N, 2]`, or over `x[:, t]` of `[N, T, 2]`, whose states are
    /// stacked.
    private static Graph unrolled(boolean batchFirst, boolean lstm) {
        var text = new StringBuilder("graph main(");
        text.append(batchFirst ? "%x: f32[N," + STEPS + ",2]" : "%x: f32[" + STEPS + ",N,2]");
        text.append(", %h0: f32[N,1], %c0: f32[N,1]) -> (%y, %h").append(STEPS).append(") {\n");
        int axis = batchFirst ? 1 : 0;
        text.append("  %axis: i64[1] = Constant {").append(axis).append("}\n");
        text.append("  %w: f32[4,2] = Constant {0.5, -0.25, 1, 0.75, -1, 0.5, 0.25, 0.125}\n");
        text.append("  %r: f32[4,1] = Constant {0.5, -0.5, 0.25, 1}\n");
        text.append("  %b: f32[4] = Constant {0.1, 0.2, -0.1, 0.3}\n");
        text.append("  %wg: f32[3,2] = Constant {0.5, -0.25, 1, 0.75, -1, 0.5}\n");
        text.append("  %rg: f32[3,1] = Constant {0.5, -0.5, 0.25}\n");
        text.append("  %bg: f32[3] = Constant {0.1, 0.2, -0.1}\n");
        for (int i = 0; i < STEPS; i++) {
            text.append("  %t#: i64[] = Constant {#}\n".replace("#", Integer.toString(i)));
            text.append(
                    "  %x#: f32[N,2] = Gather(%x, %t#) {axis=A}\n"
                            .replace("#", Integer.toString(i))
                            .replace("A", Integer.toString(axis)));
            text.append(
                    (lstm ? lstmStep() : gruStep())
                            .replace("$", Integer.toString(i + 1))
                            .replace("#", Integer.toString(i)));
            var stacked = batchFirst ? "f32[N,1,1]" : "f32[1,N,1]";
            text.append("  %s").append(i).append(": ").append(stacked);
            text.append(" = Unsqueeze(%h").append(i + 1).append(", %axis)\n");
        }
        text.append(batchFirst ? "  %y: f32[N,5,1]" : "  %y: f32[5,N,1]");
        text.append(" = Concat(%s0, %s1, %s2, %s3, %s4) {axis=").append(axis).append("}\n}\n");
        return TextForm.parse(text.toString());
    }

    private static String lstmStep() {
        return """
          %gx#: f32[N,4] = Gemm(%x#, %w, %b) {alpha=1.0, beta=1.0, transA=false, transB=true}
          %gh#: f32[N,4] = Gemm(%h#, %r, %b) {alpha=1.0, beta=1.0, transA=false, transB=true}
          %g#: f32[N,4] = Add(%gx#, %gh#)
          %i#: f32[N,1], %f#: f32[N,1], %j#: f32[N,1], %o#: f32[N,1] = Split(%g#) {axis=1, numOutputs=4} @gates#
          %si#: f32[N,1] = Sigmoid(%i#)
          %sf#: f32[N,1] = Sigmoid(%f#)
          %tj#: f32[N,1] = Tanh(%j#)
          %so#: f32[N,1] = Sigmoid(%o#)
          %kept#: f32[N,1] = Mul(%sf#, %c#)
          %new#: f32[N,1] = Mul(%si#, %tj#)
          %c$: f32[N,1] = Add(%kept#, %new#)
          %tc#: f32[N,1] = Tanh(%c$)
          %h$: f32[N,1] = Mul(%so#, %tc#)
        """;
    }

    private static String gruStep() {
        return """
          %gx#: f32[N,3] = Gemm(%x#, %wg, %bg) {alpha=1.0, beta=1.0, transA=false, transB=true}
          %gh#: f32[N,3] = Gemm(%h#, %rg, %bg) {alpha=1.0, beta=1.0, transA=false, transB=true}
          %xr#: f32[N,1], %xz#: f32[N,1], %xn#: f32[N,1] = Split(%gx#) {axis=1, numOutputs=3} @xgates#
          %hr#: f32[N,1], %hz#: f32[N,1], %hn#: f32[N,1] = Split(%gh#) {axis=1, numOutputs=3} @hgates#
          %ar#: f32[N,1] = Add(%xr#, %hr#)
          %r#: f32[N,1] = Sigmoid(%ar#)
          %az#: f32[N,1] = Add(%xz#, %hz#)
          %z#: f32[N,1] = Sigmoid(%az#)
          %rn#: f32[N,1] = Mul(%r#, %hn#)
          %an#: f32[N,1] = Add(%xn#, %rn#)
          %n#: f32[N,1] = Tanh(%an#)
          %d#: f32[N,1] = Sub(%h#, %n#)
          %zd#: f32[N,1] = Mul(%z#, %d#)
          %h$: f32[N,1] = Add(%n#, %zd#)
        """;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stepsOfAnLstmBecomeOne(boolean batchFirst) {
        check(unrolled(batchFirst, true), LSTM.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stepsOfAGruBecomeOne(boolean batchFirst) {
        check(unrolled(batchFirst, false), GRU.class);
    }

    private static void check(Graph graph, Class<? extends Op> type) {
        var result = Pipelines.standard().run(graph, PassContext.DEFAULT.withVerify(true));
        var ops = result.nodes().stream().filter(n -> !(n.op() instanceof Constant)).toList();
        assertEquals(
                1, ops.stream().filter(n -> type.isInstance(n.op())).count(), result::toString);
        // Views of the input, of the initial states and of both results, and no copies of steps.
        assertEquals(
                0,
                ops.stream()
                        .filter(n -> n.op().def().name().matches("Gather|Slice|Concat|Split"))
                        .count(),
                result::toString);
        var random = new Random(3);
        for (int batch : List.of(0, 1, 3)) {
            var data =
                    graph.inputs().stream()
                            .<Datum>map(
                                    i -> {
                                        var dims =
                                                i.tensorType().shape().dims().stream()
                                                        .mapToLong(d -> d.known().orElse(batch))
                                                        .toArray();
                                        var tensor = Tensor.zeros(DType.FLOAT32, dims);
                                        for (long e = 0; e < tensor.size(); e++) {
                                            tensor.setDouble(e, random.nextGaussian());
                                        }
                                        return tensor;
                                    })
                            .toList();
            var expected = new Interpreter(0).run(graph, data);
            var actual = new Interpreter(0).run(result, data);
            for (int i = 0; i < expected.size(); i++) {
                var e = (Tensor) expected.get(i);
                var a = (Tensor) actual.get(i);
                assertEquals(e.type(), a.type());
                for (long at = 0; at < e.size(); at++) {
                    assertEquals(e.getDouble(at), a.getDouble(at), 2e-6);
                }
            }
        }
    }
}
