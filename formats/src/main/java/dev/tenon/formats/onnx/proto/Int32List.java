package dev.tenon.formats.onnx.proto;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/// A list of `int32`, kept as it is in the file and decoded at each use.
public final class Int32List {
    public static final Int32List EMPTY = new Int32List(MemorySegment.ofArray(new byte[0]), 0);

    private final MemorySegment varints;
    private final long size;

    /// @param varints `size` well-formed numbers, of which the low 32 bits count
    Int32List(MemorySegment varints, long size) {
        this.varints = varints;
        this.size = size;
    }

    public static Int32List of(int... values) {
        int bytes = Math.toIntExact(Arrays.stream(values).mapToLong(Varints::size).sum());
        var varints = new byte[bytes];
        int at = 0;
        for (int value : values) {
            at = Varints.put(varints, at, value);
        }
        return new Int32List(MemorySegment.ofArray(varints), values.length);
    }

    public long size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// Hands over the values in order.
    public void forEach(IntConsumer consumer) {
        Varints.forEach(varints, value -> consumer.accept((int) value));
    }

    /// @throws dev.tenon.base.LimitException when there are more values than an array can hold
    public int[] toArray() {
        var filler = new Filler(new int[Varints.arraySize(size)]);
        Varints.forEach(varints, filler);
        return filler.values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Int32List that
                && size == that.size
                && (varints.mismatch(that.varints) < 0 || Arrays.equals(toArray(), that.toArray()));
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size);
    }

    @Override
    public String toString() {
        return size <= 16 ? Arrays.toString(toArray()) : size + " int32";
    }

    private static final class Filler implements LongConsumer {
        final int[] values;
        int next;

        Filler(int[] values) {
            this.values = values;
        }

        @Override
        public void accept(long value) {
            values[next++] = (int) value;
        }
    }
}
