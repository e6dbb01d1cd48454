package dev.tenon.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StorageTest {
    private static MemorySegment filled(Storage storage, long bytes, long seed) {
        var piece = storage.allocate(bytes, 64);
        var random = new Random(seed);
        for (long i = 0; i < bytes; i += 8) {
            piece.set(ValueLayout.JAVA_LONG_UNALIGNED, Math.min(i, bytes - 8), random.nextLong());
        }
        return piece;
    }

    @Test
    void piecesAreZeroAlignedAndApart() {
        var pieces = new ArrayList<MemorySegment>();
        try (var storage = Storage.open()) {
            for (long bytes : new long[] {0, 1, 100, 65_536, 70_000, 3 << 20, 20 << 20, 5, 1}) {
                var piece = storage.allocate(bytes, 64);
                assertEquals(bytes, piece.byteSize());
                assertEquals(0, piece.address() % 64);
                for (long i = 0; i < bytes; i += 63) {
                    assertEquals(0, piece.get(ValueLayout.JAVA_BYTE, i));
                }
                piece.fill((byte) -1);
                pieces.add(piece);
            }
        }
        assertFalse(pieces.getLast().scope().isAlive());
    }

    @Test
    void equalPiecesExistOnce() {
        try (var one = Storage.open();
                var other = Storage.open()) {
            var first = filled(one, 10_000, 1);
            assertSame(first, one.share(first));
            var second = filled(other, 10_000, 1);
            assertSame(first, other.share(second));
            // What was given back is used again, and zero.
            var again = other.allocate(10_000, 64);
            assertEquals(second.address(), again.address());
            assertEquals(-1, again.mismatch(MemorySegment.ofArray(new byte[10_000])));
            var different = filled(other, 10_000, 1);
            different.set(ValueLayout.JAVA_BYTE, 4321, (byte) 77);
            assertNotEquals(first.address(), other.share(different).address());
        }
    }

    @Test
    void whatIsSharedIsFreedWithTheLastStorage() {
        long before = Storage.sharedBytes();
        var one = Storage.open();
        var other = Storage.open();
        var first = one.share(filled(one, 8192, 2));
        var second = other.share(filled(other, 8192, 2));
        assertSame(first, second);
        // Each has a piece of the other's.
        var third = other.share(filled(other, 8192, 3));
        assertSame(third, one.share(filled(one, 8192, 3)));
        one.close();
        assertTrue(first.scope().isAlive());
        assertEquals(-1, first.mismatch(filled(Storage.ofCollector(), 8192, 2)));
        other.close();
        assertFalse(first.scope().isAlive());
        assertFalse(third.scope().isAlive());
        assertEquals(before, Storage.sharedBytes());
    }

    @Test
    void theCollectorsStorageSharesNothing() {
        var one = Storage.ofCollector();
        var other = Storage.ofCollector();
        var first = one.share(filled(one, 8192, 4));
        assertNotEquals(first.address(), other.share(filled(other, 8192, 4)).address());
    }
}
