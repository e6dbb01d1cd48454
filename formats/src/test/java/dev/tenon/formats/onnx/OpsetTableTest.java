package dev.tenon.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Ops;
import dev.tenon.graph.TextForm;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OpsetTableTest {
    /// The operators that came, or got another form, after the oldest operator set that is written
    /// (ONNX operator change log).
    private static final Map<String, Integer> NEW_FORMS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("AffineGrid", 20),
                            Map.entry("Attention", 24),
                            Map.entry("BitCast", 26),
                            Map.entry("CausalConvWithState", 27),
                            Map.entry("CumProd", 26),
                            Map.entry("DFT", 20),
                            Map.entry("DeformConv", 19),
                            Map.entry("Gelu", 20),
                            Map.entry("GridSample", 20),
                            Map.entry("GroupNormalization", 21),
                            Map.entry("ImageDecoder", 20),
                            Map.entry("LinearAttention", 27),
                            Map.entry("RMSNormalization", 23),
                            Map.entry("RegexFullMatch", 20),
                            Map.entry("RotaryEmbedding", 23),
                            Map.entry("StringConcat", 20),
                            Map.entry("StringSplit", 20),
                            Map.entry("Swish", 24),
                            Map.entry("TensorScatter", 24)));

    @Test
    void operatorsAskForTheirFormOnly() {
        var asked = new HashMap<String, Integer>();
        var expected = new HashMap<String, Integer>();
        for (var def : Ops.all()) {
            def.onnx()
                    .filter(o -> o.domain().isEmpty())
                    .ifPresent(
                            o -> {
                                asked.put(
                                        o.name(),
                                        Math.max(OpsetVersions.OLDEST_WRITTEN, o.since()));
                                expected.put(
                                        o.name(),
                                        NEW_FORMS.getOrDefault(
                                                o.name(), OpsetVersions.OLDEST_WRITTEN));
                            });
        }
        assertEquals(new TreeMap<>(expected), new TreeMap<>(asked));
    }

    private static Graph graph(String body) {
        return TextForm.parse(
                "graph main(%x: f32[1,1,4,4], %h: bf16[1,1,4,4], %t: string[2]) -> () {\n"
                        + body
                        + "\n}");
    }

    private static long opset(Graph graph) {
        return Exporter.model(graph, Tensors::proto).opsetImport().getFirst().version();
    }

    @Test
    void typesAskForTheirOperatorSet() {
        assertEquals(18, opset(graph("%y: f32[1,1,4,4] = Cos(%x)")));
        assertEquals(22, opset(graph("%y: bf16[1,1,4,4] = Cos(%h)")));
        assertEquals(18, opset(graph("%y: bf16[1,1,4,4] = Exp(%h)")));
        assertEquals(18, opset(graph("%y: bool[1,1,4,4] = Equal(%x, %x)")));
        assertEquals(19, opset(graph("%y: bool[2] = Equal(%t, %t)")));
    }

    @Test
    void attributesAskForTheirOperatorSet() {
        assertEquals(
                18,
                opset(graph("%y: i32[1,1,4,4] = Cast(%x) {to=i32, saturate=true, roundMode=UP}")));
        assertEquals(
                19,
                opset(graph("%y: i32[1,1,4,4] = Cast(%x) {to=i32, saturate=false, roundMode=UP}")));
        assertEquals(
                24,
                opset(
                        graph(
                                "%y: i32[1,1,4,4] = Cast(%x) {to=i32, saturate=true,"
                                        + " roundMode=DOWN}")));
    }
}
