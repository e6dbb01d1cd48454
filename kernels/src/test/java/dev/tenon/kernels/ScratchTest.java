package dev.tenon.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ScratchTest {
    @Test
    void arraysAreTakenOnceAndComeBack() {
        float[] first;
        try (var outer = Scratch.open()) {
            first = outer.floats(100);
            assertTrue(first.length >= 100);
            float[] second;
            try (var inner = Scratch.open()) {
                second = inner.floats(100);
                assertNotSame(first, second);
            }
            assertSame(second, outer.floats(100));
        }
        try (var again = Scratch.open()) {
            var rows = again.floatRows(2, 100);
            assertNotSame(rows[0], rows[1]);
        }
    }

    @Test
    void nativeMemoryComesBackAsTheSameObjects() {
        MemorySegment first;
        try (var outer = NativeScratch.open()) {
            first = outer.floats(100);
            try (var inner = NativeScratch.open()) {
                assertTrue(inner.floats(100).asOverlappingSlice(first).isEmpty());
            }
        }
        try (var again = NativeScratch.open()) {
            assertSame(first, again.floats(100));
            assertNotSame(first, again.floats(100));
        }
    }

    @Test
    void worksOneAfterTheOtherHaveTheSameRoom() {
        try (var arena = Arena.ofConfined()) {
            var room = NativeScratch.in(arena);
            var addresses = new ArrayList<Long>();
            var lasting = new ArrayList<MemorySegment>();
            for (int i = 0; i < 2; i++) {
                try (var _ = room.turn()) {
                    addresses.add(room.floats(1000).address());
                    lasting.add(room.lasting(1000));
                }
            }
            assertEquals(addresses.getFirst(), addresses.getLast());
            assertTrue(lasting.getFirst().asOverlappingSlice(lasting.getLast()).isEmpty());
        }
    }

    @Test
    void aScopeThatFailsGivesBackItsArrays() {
        int[] kept = null;
        try (var scratch = Scratch.open()) {
            kept = scratch.ints(10);
            throw new IllegalStateException();
        } catch (IllegalStateException e) {
            try (var scratch = Scratch.open()) {
                assertSame(kept, scratch.ints(10));
            }
        }
    }
}
