package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.runtime.MemoryMap.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
    @Test
    void buffersInUseTogetherDoNotOverlap() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var buffers = new ArrayList<Buffer>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                int from = random.nextInt(20);
                buffers.add(new Buffer(random.nextInt(1000), from, from + random.nextInt(6)));
            }
            var map = MemoryMap.of(buffers);
            for (int i = 0; i < buffers.size(); i++) {
                assertEquals(0, map.offsets()[i] % MemoryMap.ALIGNMENT);
                assertTrue(map.offsets()[i] + buffers.get(i).bytes() <= map.bytes());
                for (int j = 0; j < i; j++) {
                    assertFalse(
                            buffers.get(i).meets(buffers.get(j)) && overlap(map, buffers, i, j),
                            buffers.toString());
                }
            }
        }
    }

    private static boolean overlap(MemoryMap map, List<Buffer> buffers, int i, int j) {
        return map.offsets()[i] < map.offsets()[j] + buffers.get(j).bytes()
                && map.offsets()[j] < map.offsets()[i] + buffers.get(i).bytes();
    }

    /// In a chain only a buffer and the next are in use at once.
    @Test
    void aChainTakesTwoBuffers() {
        var buffers = new ArrayList<Buffer>();
        for (int i = 0; i < 100; i++) {
            buffers.add(new Buffer(640, i, i + 1));
        }
        assertEquals(1280, MemoryMap.of(buffers).bytes());
    }

    @Test
    void nothingTakesNothing() {
        assertEquals(0, MemoryMap.of(List.of()).bytes());
        assertEquals(0, MemoryMap.of(List.of(new Buffer(0, 0, 1))).bytes());
    }
}
