package dev.tenon.asm.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class LargePagesTest {
    @Test
    void piecesAreZeroAlignedAndApart() {
        var pieces = new ArrayList<MemorySegment>();
        try (var arena = Arena.ofShared()) {
            for (long bytes : new long[] {0, 1, 100, 4096, 3 << 20, 20 << 20, 40 << 20, 5}) {
                var piece = LargePages.allocate(arena, bytes, 64);
                assertEquals(bytes, piece.byteSize());
                assertEquals(0, piece.address() % 64);
                assertFalse(piece.isReadOnly());
                for (long i = 0; i < bytes; i += 4095) {
                    assertEquals(0, piece.get(ValueLayout.JAVA_BYTE, i));
                }
                piece.fill((byte) (pieces.size() + 1));
                pieces.add(piece);
            }
            for (int i = 1; i < pieces.size(); i++) {
                var piece = pieces.get(i);
                byte last = piece.get(ValueLayout.JAVA_BYTE, piece.byteSize() - 1);
                assertTrue(piece.get(ValueLayout.JAVA_BYTE, 0) == i + 1 && last == i + 1);
            }
        }
        assertFalse(pieces.getFirst().scope().isAlive());
    }
}
