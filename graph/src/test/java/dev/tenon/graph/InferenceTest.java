package dev.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.move.ShapeOf;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceTest {
    private static Value extents(GraphBuilder b) {
        var x = b.input("x", Type.tensor(DType.FLOAT32, Shape.of(Dim.symbol("n"), Dim.of(3))));
        return b.add(new ShapeOf(0, null), x);
    }

    @Test
    void shapeArithmeticIsFollowed() {
        var b = Graph.builder("test");
        var extents = extents(b);
        var sum = b.add(Binary.ADD, extents, extents);
        assertEquals(List.of(Dim.symbol("n").times(2), Dim.of(6)), sum.content());
    }

    @Test
    void extentsSquaredAgainAndAgainBecomeUnknown() {
        var b = Graph.builder("test");
        var value = extents(b);
        value = b.add(Binary.MUL, value, value);
        assertNotNull(value.content());
        for (int i = 0; i < 80; i++) {
            value = b.add(Binary.MUL, value, value);
        }
        assertNull(value.content());
    }

    @Test
    void integersThatAreNoExtentsMayOverflow() {
        var b = Graph.builder("test");
        var value = extents(b);
        for (int i = 0; i < 80; i++) {
            value = b.add(Binary.ADD, value, value);
        }
        assertNull(value.content());
        assertTrue(value.tensorType().shape().isKnown());
    }
}
