package dev.tenon.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    @Test
    void memoryIsShared() {
        float[] array = {1, 2, 3, 4};
        var tensor = Tensor.of(array, 2, 2);
        array[3] = 9;
        assertEquals(9, tensor.getDouble(3));
        var direct = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        var shared = Tensor.of(DType.FLOAT32, direct, 2);
        direct.put(1, 5);
        assertEquals(5, shared.getDouble(1));
        var wrapped = Tensor.of(DType.FLOAT32, FloatBuffer.wrap(array, 1, 2), 2);
        assertArrayEquals(new float[] {2, 3}, wrapped.toFloats());
    }

    @Test
    void dataMustFillTheShape() {
        var failure = assertThrows(InputException.class, () -> Tensor.of(new float[3], 2, 2));
        assertTrue(failure.getMessage().contains("16 bytes"), failure.getMessage());
        assertThrows(InputException.class, () -> Tensor.of(new float[3], -3));
        assertThrows(LimitException.class, () -> Tensor.zeros(DType.FLOAT32, 1L << 40, 1L << 40));
        assertThrows(LimitException.class, () -> Tensor.zeros(DType.FLOAT32, 1L << 45));
        assertEquals(0, Tensor.zeros(DType.FLOAT32, 1L << 40, 0, 1L << 40).size());
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STRING", "COMPLEX64", "COMPLEX128", "FLOAT8E8M0"})
    void elementsDoNotTouchEachOther(DType dtype) {
        var tensor = Tensor.zeros(dtype, 7);
        for (int i = 0; i < 7; i++) {
            tensor.setLong(i, i % 2);
        }
        for (int i = 0; i < 7; i++) {
            assertEquals(i % 2, tensor.getLong(i), dtype + " " + i);
        }
    }

    @Test
    void integersKeepTheirSignsAndWidths() {
        var narrow = Tensor.zeros(DType.INT4, 3);
        narrow.setLong(1, -8);
        assertEquals(-8, narrow.getLong(1));
        assertEquals(0, narrow.getLong(0));
        assertEquals(2, narrow.byteSize());
        var unsigned = Tensor.zeros(DType.UINT64, 1);
        unsigned.setDouble(0, 0x1.8p63);
        assertEquals(0x1.8p63, unsigned.getDouble(0));
        assertEquals(-8, DType.INT4.minInteger());
        assertEquals(255, DType.UINT8.maxInteger());
        assertEquals(Long.MAX_VALUE, DType.INT64.maxInteger());
    }

    @Test
    void tensorsInAnArenaEndWithIt() {
        Tensor tensor;
        try (var arena = Arena.ofConfined()) {
            tensor = Tensor.allocate(arena, DType.FLOAT32, 3);
            tensor.setDouble(2, 1.5);
            assertEquals(1.5, tensor.copy().getDouble(2));
        }
        assertThrows(IllegalStateException.class, () -> tensor.getDouble(2));
    }

    @Test
    void unalignedMemoryIsRead() {
        var memory = MemorySegment.ofArray(new byte[13]);
        var tensor = Tensor.of(DType.FLOAT32, memory.asSlice(1, 12), 3);
        tensor.setDouble(1, -2.25);
        assertArrayEquals(new float[] {0, -2.25f, 0}, tensor.toFloats());
    }

    @Test
    void contentIsComparedBitByBit() {
        assertTrue(
                Tensor.of(new float[] {Float.NaN}, 1)
                        .contentEquals(Tensor.of(new float[] {Float.NaN}, 1)));
        assertFalse(Tensor.of(new float[] {0f}, 1).contentEquals(Tensor.of(new float[] {-0f}, 1)));
        assertFalse(Tensor.of(new float[] {0f}, 1).contentEquals(Tensor.of(new int[] {0}, 1)));
    }
}
