package dev.tenon.formats.onnx.proto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gathers the chunks of a repeated number: a view of the file while there is one chunk, a copy on
/// the heap from the second on.
final class Accumulator {
    /// The longest array that every JVM can make.
    static final int MAX_ARRAY = Integer.MAX_VALUE - 16;

    private final MemorySegment file;
    private long first;
    private long size;
    private long count;
    private byte @Nullable [] copied;

    Accumulator(MemorySegment file) {
        this.file = file;
    }

    /// How many bytes on the heap the chunk needs.
    long copyCost(long length) {
        if (size == 0) {
            return 0;
        }
        return copied == null ? size + length : length;
    }

    /// Adds a chunk of the file that holds `numbers` numbers. In all there are at most [#MAX_ARRAY]
    /// bytes when there is more than one chunk.
    void add(long offset, long length, long numbers) {
        if (size == 0) {
            first = offset;
        } else {
            var room = room(length);
            MemorySegment.copy(file, ValueLayout.JAVA_BYTE, offset, room, (int) size, (int) length);
        }
        size += length;
        count += numbers;
    }

    private byte[] room(long length) {
        int needed = Math.toIntExact(size + length);
        var bytes = copied;
        if (bytes == null) {
            bytes = new byte[Math.max(64, needed)];
            MemorySegment.copy(file, ValueLayout.JAVA_BYTE, first, bytes, 0, (int) size);
        } else if (bytes.length < needed) {
            bytes = Arrays.copyOf(bytes, Math.clamp(2L * bytes.length, needed, MAX_ARRAY));
        }
        copied = bytes;
        return bytes;
    }

    long size() {
        return size;
    }

    FloatList floats() {
        return new FloatList(Bytes.of(segment()));
    }

    DoubleList doubles() {
        return new DoubleList(Bytes.of(segment()));
    }

    Int32List int32s() {
        return new Int32List(segment(), count);
    }

    Int64List int64s() {
        return new Int64List(segment(), count);
    }

    private MemorySegment segment() {
        return copied == null
                ? file.asSlice(first, size)
                : MemorySegment.ofArray(Arrays.copyOf(copied, (int) size)).asReadOnly();
    }
}
