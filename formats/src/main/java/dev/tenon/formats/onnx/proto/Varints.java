package dev.tenon.formats.onnx.proto;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;

/// Base-128 numbers, least significant group first, each at most ten bytes long.
final class Varints {
    static final int MAX_BYTES = 10;

    private Varints() {}

    /// How many bytes the shortest encoding of `value` has.
    static int size(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /// Writes the shortest encoding of `value`; gives the offset behind it.
    static int put(byte[] to, int at, long value) {
        long rest = value;
        int next = at;
        while ((rest & ~0x7FL) != 0) {
            to[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[next++] = (byte) rest;
        return next;
    }

    /// Hands each number of `varints`, which must be well formed, to `consumer`.
    static void forEach(MemorySegment varints, LongConsumer consumer) {
        long value = 0;
        int shift = 0;
        for (long at = 0; at < varints.byteSize(); at++) {
            byte b = varints.get(ValueLayout.JAVA_BYTE, at);
            value |= (b & 0x7FL) << shift;
            shift += 7;
            if (b >= 0) {
                consumer.accept(value);
                value = 0;
                shift = 0;
            }
        }
    }

    /// The size of an array for `count` numbers.
    static int arraySize(long count) {
        if (count > Accumulator.MAX_ARRAY) {
            throw new LimitException(Problem.of("a list is too long for an array").got(count));
        }
        return (int) count;
    }
}
