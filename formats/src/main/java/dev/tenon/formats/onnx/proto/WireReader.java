package dev.tenon.formats.onnx.proto;

import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A cursor over protobuf's wire format.
///
/// It reads within the message that it has entered and never beyond it. What is malformed is a
/// [FormatException] that names the field and the byte.
final class WireReader {
    private static final ValueLayout.OfInt INT32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Longer paths are abridged in messages.
    private static final int SHOWN = 16;

    private final MemorySegment file;
    private final int maxDepth;
    private final List<String> path = new ArrayList<>();
    private long position;
    private long limit;

    WireReader(MemorySegment file, String message, int maxDepth) {
        this.file = file;
        this.limit = file.byteSize();
        this.maxDepth = maxDepth;
        path.add(message);
    }

    /// Whether the message that was entered last has more fields.
    boolean hasMore() {
        return position < limit;
    }

    long position() {
        return position;
    }

    /// A field number and, in the low three bits, a [WireType].
    int tag() {
        long at = position;
        long tag = varint();
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw malformed("a field number is out of range", tag >>> 3, at);
        }
        return (int) tag;
    }

    long varint() {
        long at = position;
        long value = 0;
        for (int shift = 0; shift < 7 * Varints.MAX_BYTES; shift += 7) {
            if (position == limit) {
                throw malformed("a number is cut off", "the end of its message", at);
            }
            byte b = file.get(ValueLayout.JAVA_BYTE, position++);
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("a number is longer than ten bytes", "an eleventh", at);
    }

    int fixed32() {
        return file.get(INT32, skip(4));
    }

    /// The length of what follows, all of which is there.
    long length() {
        long at = position;
        long length = varint();
        if (length < 0 || length > limit - position) {
            throw malformed(
                    "a length runs past the end of its message",
                    Long.toUnsignedString(length) + " with " + (limit - position) + " bytes left",
                    at);
        }
        return length;
    }

    /// Passes over `bytes` bytes; gives the offset of the first.
    long skip(long bytes) {
        long at = position;
        if (bytes > limit - at) {
            throw malformed("a number is cut off", "the end of its message", at);
        }
        position += bytes;
        return at;
    }

    /// Passes over the value of a field that is not in the schema.
    void skipField(int tag) {
        switch (tag & 7) {
            case WireType.VARINT -> varint();
            case WireType.FIXED64 -> skip(8);
            case WireType.LENGTH -> skip(length());
            case WireType.FIXED32 -> skip(4);
            case WireType.GROUP_START, WireType.GROUP_END ->
                    throw malformed("groups are not part of the format", "one", position);
            default -> throw malformed("no such wire type", tag & 7, position);
        }
    }

    /// Passes over `length` bytes of packed varints; gives their number.
    long countVarints(long length) {
        long count = 0;
        long start = position;
        long end = start + length;
        for (; position < end; position++) {
            if (file.get(ValueLayout.JAVA_BYTE, position) >= 0) {
                count++;
                start = position + 1;
            } else if (position - start == Varints.MAX_BYTES - 1) {
                throw malformed("a number is longer than ten bytes", "an eleventh", start);
            }
        }
        if (start != end) {
            throw malformed("a number is cut off", "the end of its list", start);
        }
        return count;
    }

    MemorySegment slice(long length) {
        return file.asSlice(skip(length), length);
    }

    /// Enters the message of field `name` that follows; gives what [#leave] takes.
    long enter(String name) {
        path.add(name);
        if (path.size() - 1 > maxDepth) {
            throw new LimitException(
                    at(
                            Problem.of("messages are nested too deeply")
                                    .expected("at most " + maxDepth)));
        }
        long length = length();
        long outer = limit;
        limit = position + length;
        return outer;
    }

    /// Leaves the message that was entered last, at its end.
    void leave(long outer) {
        path.removeLast();
        limit = outer;
    }

    FormatException malformed(String what, Object got, long offset) {
        return new FormatException(at(Problem.of(what).got(got + " at byte " + offset)));
    }

    /// `problem` with the field that the cursor is in.
    Problem at(Problem problem) {
        int hidden = path.size() - SHOWN;
        return problem.node(
                hidden <= 0
                        ? String.join(".", path)
                        : path.getFirst()
                                + ".("
                                + hidden
                                + " levels)."
                                + String.join(".", path.subList(hidden + 1, path.size())));
    }
}
