package dev.tenon.kernels;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
