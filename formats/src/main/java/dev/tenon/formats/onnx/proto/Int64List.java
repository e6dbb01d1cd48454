package dev.tenon.formats.onnx.proto;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// A list of `int64` or of the bits of `uint64`, kept as it is in the file and decoded at each use.
public final class Int64List {
    public static final Int64List EMPTY = new Int64List(MemorySegment.ofArray(new byte[0]), 0);

    private final MemorySegment varints;
    private final long size;

    /// @param varints `size` well-formed numbers
    Int64List(MemorySegment varints, long size) {
        this.varints = varints;
        this.size = size;
    }

    public static Int64List of(long... values) {
        int bytes = Math.toIntExact(Arrays.stream(values).map(Varints::size).sum());
        var varints = new byte[bytes];
        int at = 0;
        for (long value : values) {
            at = Varints.put(varints, at, value);
        }
        return new Int64List(MemorySegment.ofArray(varints), values.length);
    }

    public long size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// Hands over the values in order.
    public void forEach(LongConsumer consumer) {
        Varints.forEach(varints, consumer);
    }

    /// @throws dev.tenon.base.LimitException when there are more values than an array can hold
    public long[] toArray() {
        var filler = new Filler(new long[Varints.arraySize(size)]);
        forEach(filler);
        return filler.values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Int64List that
                && size == that.size
                && (varints.mismatch(that.varints) < 0 || Arrays.equals(toArray(), that.toArray()));
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size);
    }

    @Override
    public String toString() {
        return size <= 16 ? Arrays.toString(toArray()) : size + " int64";
    }

    private static final class Filler implements LongConsumer {
        final long[] values;
        int next;

        Filler(long[] values) {
            this.values = values;
        }

        @Override
        public void accept(long value) {
            values[next++] = value;
        }
    }
}
