package dev.tenon.formats.onnx.proto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A list of `float`: a view of little-endian memory, equal by its bits.
public final class FloatList {
    public static final FloatList EMPTY = new FloatList(Bytes.EMPTY);

    private static final ValueLayout.OfFloat LAYOUT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Bytes bytes;

    /// @param bytes a multiple of 4 of them
    FloatList(Bytes bytes) {
        this.bytes = bytes;
    }

    public static FloatList of(float... values) {
        var memory = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 4)]);
        MemorySegment.copy(values, 0, memory, LAYOUT, 0, values.length);
        return new FloatList(Bytes.of(memory));
    }

    /// The values, little-endian, one after another.
    public Bytes bytes() {
        return bytes;
    }

    public long size() {
        return bytes.size() / 4;
    }

    public boolean isEmpty() {
        return bytes.size() == 0;
    }

    public float get(long index) {
        return bytes.segment().getAtIndex(LAYOUT, index);
    }

    /// @throws dev.tenon.base.LimitException when there are more values than an array can hold
    public float[] toArray() {
        var values = new float[Varints.arraySize(size())];
        MemorySegment.copy(bytes.segment(), LAYOUT, 0, values, 0, values.length);
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatList that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return size() <= 16 ? Arrays.toString(toArray()) : size() + " float";
    }
}
