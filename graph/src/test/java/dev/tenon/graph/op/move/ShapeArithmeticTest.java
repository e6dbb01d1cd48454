package dev.tenon.graph.op.move;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Shapes that graphs compute from the shapes of their inputs.
class ShapeArithmeticTest {
    private final GraphBuilder graph = Graph.builder("shapes");
    private final Value x = graph.input("x", Type.parse("f32[N,s,12]"));

    private Value longs(long... elements) {
        return graph.constant(Tensor.of(elements, elements.length));
    }

    private Value index(long element) {
        return graph.constant(Tensor.scalar(element));
    }

    private String shape(Value value) {
        return value.tensorType().shape().toString();
    }

    @Test
    void splitsHeads() {
        var shape = graph.add(new ShapeOf(0, null), x);
        var batch = graph.add(new Unsqueeze(), graph.add(new Gather(0), shape, index(0)), longs(0));
        var length = graph.add(new Slice(), shape, longs(1), longs(2));
        var heads =
                graph.add(
                        new Reshape(false),
                        x,
                        graph.add(new Concat(0), batch, length, longs(3, -1)));
        assertEquals("[N,s,3,4]", shape(heads));
        var moved = graph.add(new Transpose(0, 2, 1, 3), heads);
        var joined = graph.add(new Reshape(false), moved, longs(0, -1));
        assertEquals("[N,12*s]", shape(joined));
        assertEquals("[N*s,12]", shape(graph.add(new Flatten(2), x)));
    }

    @Test
    void goesThroughSplits() {
        var shape = graph.add(new ShapeOf(0, null), x);
        var parts = graph.add(new Split(0, null), "parts", List.of(shape, longs(1, 2)), 2);
        assertEquals("[N]", parts.get(0).content().toString());
        assertEquals("[s, 12]", parts.get(1).content().toString());
        var tiled = graph.add(new Expand(), graph.add(new Squeeze(), parts.get(0)), longs(3));
        assertEquals("[N, N, N]", tiled.content().toString());
        assertEquals("[12*N*s]", "[" + graph.add(new Size(), x).content().getFirst() + "]");
    }

    @Test
    void keepsRangesExact() {
        assertEquals(
                "[N,s,12]",
                shape(graph.add(new Slice(), x, longs(0), longs(Long.MAX_VALUE), longs(1))));
        assertEquals(
                "[N,s,4]",
                shape(graph.add(new Slice(), x, longs(-4), longs(Integer.MAX_VALUE), longs(2))));
        assertEquals(
                "[N,s,12]",
                shape(
                        graph.add(
                                new Slice(),
                                x,
                                longs(-1),
                                longs(Long.MIN_VALUE),
                                longs(1),
                                longs(-1))));
        var length = graph.add(new ShapeOf(1, 2), x);
        var table = graph.input("table", Type.tensor(DType.FLOAT32, 512, 8));
        assertEquals("[min(512, s),8]", shape(graph.add(new Slice(), table, longs(0), length)));
        assertEquals(
                "[N,max(0, s-1),12]",
                shape(graph.add(new Slice(), x, longs(1), longs(Long.MAX_VALUE), longs(1))));
    }
}
