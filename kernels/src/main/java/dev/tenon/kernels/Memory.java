package dev.tenon.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Moves elements between memory segments and the arrays that loops work on. Offsets count
/// elements.
///
/// Loops over arrays that share one index expression are what C2 turns into vector instructions
/// reliably; loops over segments are not.
public final class Memory {
    private static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble F64 =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort I16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Fewer bytes are not worth a call.
    private static final long MIN_UNLOADED = 1 << 14;

    private Memory() {}

    public static void load(MemorySegment from, long offset, float[] to, int at, int count) {
        MemorySegment.copy(from, F32, offset * 4, to, at, count);
    }

    public static void load(MemorySegment from, long offset, double[] to, int at, int count) {
        MemorySegment.copy(from, F64, offset * 8, to, at, count);
    }

    public static void load(MemorySegment from, long offset, int[] to, int at, int count) {
        MemorySegment.copy(from, I32, offset * 4, to, at, count);
    }

    public static void load(MemorySegment from, long offset, long[] to, int at, int count) {
        MemorySegment.copy(from, I64, offset * 8, to, at, count);
    }

    public static void load(MemorySegment from, long offset, short[] to, int at, int count) {
        MemorySegment.copy(from, I16, offset * 2, to, at, count);
    }

    public static void load(MemorySegment from, long offset, byte[] to, int at, int count) {
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, to, at, count);
    }

    public static void store(float[] from, int at, MemorySegment to, long offset, int count) {
        MemorySegment.copy(from, at, to, F32, offset * 4, count);
    }

    public static void store(double[] from, int at, MemorySegment to, long offset, int count) {
        MemorySegment.copy(from, at, to, F64, offset * 8, count);
    }

    public static void store(int[] from, int at, MemorySegment to, long offset, int count) {
        MemorySegment.copy(from, at, to, I32, offset * 4, count);
    }

    public static void store(long[] from, int at, MemorySegment to, long offset, int count) {
        MemorySegment.copy(from, at, to, I64, offset * 8, count);
    }

    public static void store(short[] from, int at, MemorySegment to, long offset, int count) {
        MemorySegment.copy(from, at, to, I16, offset * 2, count);
    }

    public static void store(byte[] from, int at, MemorySegment to, long offset, int count) {
        MemorySegment.copy(from, at, to, ValueLayout.JAVA_BYTE, offset, count);
    }

    /// One element.
    public static float getFloat(MemorySegment from, long offset) {
        return from.get(F32, offset * 4);
    }

    /// One element.
    public static long getLong(MemorySegment from, long offset) {
        return from.get(I64, offset * 8);
    }

    /// One element.
    public static int getInt(MemorySegment from, long offset) {
        return from.get(I32, offset * 4);
    }

    public static void set(MemorySegment to, long offset, float value) {
        to.set(F32, offset * 4, value);
    }

    public static void set(MemorySegment to, long offset, int value) {
        to.set(I32, offset * 4, value);
    }

    /// Lets go of the pages of a mapped file, which were read for the last time for a while; they
    /// come back when they are read again. Of other memory, nothing.
    public static void unload(MemorySegment memory) {
        if (memory.isMapped() && memory.byteSize() >= MIN_UNLOADED) {
            memory.unload();
        }
    }

    /// Sets bytes to 0.
    public static void clear(MemorySegment to, long offset, long bytes) {
        long words = bytes & -Long.BYTES;
        for (long i = 0; i < words; i += Long.BYTES) {
            to.set(I64, offset + i, 0);
        }
        for (long i = words; i < bytes; i++) {
            to.set(ValueLayout.JAVA_BYTE, offset + i, (byte) 0);
        }
    }

    /// Loads elements that lie `stride` apart.
    public static void loadStrided(
            MemorySegment from, long offset, long stride, float[] to, int at, int count) {
        if (stride == 1) {
            load(from, offset, to, at, count);
        } else {
            for (int i = 0; i < count; i++) {
                to[at + i] = from.get(F32, (offset + i * stride) * 4);
            }
        }
    }
}
