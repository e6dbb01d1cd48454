package dev.tenon.formats.onnx.proto;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A string of bytes, equal by content: a read-only view of memory, never a copy of it.
///
/// Bytes that were read are a view of the segment that was read, and are used only while that is
/// alive.
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(MemorySegment.ofArray(new byte[0]));

    private static final int HASHED = 64;

    private final MemorySegment segment;

    private Bytes(MemorySegment segment) {
        this.segment = segment.asReadOnly();
    }

    /// A view of `segment`, whose content does not change from now on.
    public static Bytes of(MemorySegment segment) {
        return new Bytes(segment);
    }

    /// A copy of `bytes`.
    public static Bytes of(byte... bytes) {
        return new Bytes(MemorySegment.ofArray(bytes.clone()));
    }

    /// The UTF-8 encoding of `text`.
    ///
    /// @throws dev.tenon.base.FormatException when `text` holds an unpaired surrogate
    public static Bytes utf8(String text) {
        return new Bytes(MemorySegment.ofArray(Utf8.encode(text)));
    }

    /// The read-only memory.
    public MemorySegment segment() {
        return segment;
    }

    public long size() {
        return segment.byteSize();
    }

    /// A copy on the heap.
    ///
    /// @throws LimitException when there are more bytes than an array can hold
    public byte[] toArray() {
        if (size() > Accumulator.MAX_ARRAY) {
            throw new LimitException(
                    Problem.of("a string of bytes is too long for an array").got(size()));
        }
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    /// The text of which these bytes are the UTF-8 encoding.
    ///
    /// @throws dev.tenon.base.FormatException when they are not UTF-8
    public String text() {
        return Utf8.decode(toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && segment.mismatch(that.segment) < 0;
    }

    @Override
    public int hashCode() {
        int hash = Long.hashCode(size());
        for (long i = 0; i < Math.min(size(), HASHED); i++) {
            hash = 31 * hash + segment.get(ValueLayout.JAVA_BYTE, i);
        }
        return hash;
    }

    @Override
    public String toString() {
        return size() + " bytes";
    }
}
