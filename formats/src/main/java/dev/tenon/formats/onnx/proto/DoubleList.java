package dev.tenon.formats.onnx.proto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A list of `double`: a view of little-endian memory, equal by its bits.
public final class DoubleList {
    public static final DoubleList EMPTY = new DoubleList(Bytes.EMPTY);

    private static final ValueLayout.OfDouble LAYOUT =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Bytes bytes;

    /// @param bytes a multiple of 8 of them
    DoubleList(Bytes bytes) {
        this.bytes = bytes;
    }

    public static DoubleList of(double... values) {
        var memory = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 8)]);
        MemorySegment.copy(values, 0, memory, LAYOUT, 0, values.length);
        return new DoubleList(Bytes.of(memory));
    }

    /// The values, little-endian, one after another.
    public Bytes bytes() {
        return bytes;
    }

    public long size() {
        return bytes.size() / 8;
    }

    public boolean isEmpty() {
        return bytes.size() == 0;
    }

    public double get(long index) {
        return bytes.segment().getAtIndex(LAYOUT, index);
    }

    /// @throws dev.tenon.base.LimitException when there are more values than an array can hold
    public double[] toArray() {
        var values = new double[Varints.arraySize(size())];
        MemorySegment.copy(bytes.segment(), LAYOUT, 0, values, 0, values.length);
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DoubleList that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return size() <= 16 ? Arrays.toString(toArray()) : size() + " double";
    }
}
