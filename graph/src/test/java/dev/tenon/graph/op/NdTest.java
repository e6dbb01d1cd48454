package dev.tenon.graph.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.InputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NdTest {
    @Test
    void offsetsOfAWalkFollowTheCoordinates() {
        long[] dims = {2, 3, 4};
        long[][] strides = {
            Nd.broadcastStrides(new long[] {3, 1}, dims), Nd.strides(dims), {1, 2, 6}
        };
        var visited = new ArrayList<Long>();
        Nd.walk(
                dims,
                strides,
                (index, offsets) -> {
                    var coordinates = Nd.coordinates(index, dims);
                    for (int i = 0; i < strides.length; i++) {
                        assertEquals(Nd.offset(coordinates, strides[i]), offsets[i]);
                    }
                    visited.add(index);
                });
        assertEquals(24, visited.size());
    }

    @Test
    void aWalkOverNoAxesVisitsOnceAndOverAnEmptyAxisNever() {
        var visited = new ArrayList<Integer>();
        Nd.walk(new long[0], c -> visited.add(c.length));
        Nd.walk(new long[] {3, 0}, c -> visited.add(c.length));
        Nd.walk(new long[] {0, 3}, new long[][] {{3, 1}}, (i, o) -> visited.add(-1));
        assertEquals(List.of(0), visited);
    }

    @Test
    void broadcastTakesTheOtherExtentOfOne() {
        assertArrayEquals(
                new long[] {5, 0, 3},
                Nd.broadcast(new long[] {0, 1}, new long[] {3}, new long[] {5, 1, 3}));
        assertThrows(InputException.class, () -> Nd.broadcast(new long[] {2}, new long[] {3}));
    }
}
