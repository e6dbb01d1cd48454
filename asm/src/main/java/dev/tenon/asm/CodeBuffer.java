package dev.tenon.asm;

import dev.tenon.base.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bytes of a routine while it is emitted, in little-endian order, with the references to
/// labels that are filled in at the end.
public final class CodeBuffer {
    private static final int INITIAL_BYTES = 1024;

    /// Four bytes that become the distance to a label.
    ///
    /// @param at where they are
    /// @param from what the distance is counted from
    private record Fixup(int at, int from, Label label, Link link) {}

    private final List<Fixup> fixups = new ArrayList<>();
    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;

    public int size() {
        return size;
    }

    public void u8(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
    }

    public void u32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            u8(value >> shift);
        }
    }

    public void u64(long value) {
        u32((int) value);
        u32((int) (value >> Integer.SIZE));
    }

    /// Puts a label here.
    ///
    /// @throws EncodingException when it is bound already
    public void bind(Label label) {
        label.bind(size);
    }

    /// Four bytes for the distance to a label from the end of the instruction.
    ///
    /// @param trailing how many bytes of the instruction follow these four
    public void distance(Label label, int trailing) {
        refer(label, size + Integer.BYTES + trailing, 0, (_, distance) -> distance);
    }

    /// Four bytes that hold the distance to a label among other things.
    ///
    /// @param from what the distance is counted from
    /// @param word the four bytes without the distance
    /// @throws EncodingException when the label is bound and too far away
    public void refer(Label label, int from, int word, Link link) {
        if (label.isBound()) {
            u32(link.with(word, label.position() - from));
        } else {
            fixups.add(new Fixup(size, from, label, link));
            u32(word);
        }
    }

    /// The finished code.
    ///
    /// @throws EncodingException when a label was referred to but not bound, or is too far away
    public byte[] finish() {
        var code = ByteBuffer.wrap(bytes, 0, size).order(ByteOrder.LITTLE_ENDIAN);
        for (var fixup : fixups) {
            int distance = fixup.label.position() - fixup.from;
            code.putInt(fixup.at, fixup.link.with(code.getInt(fixup.at), distance));
        }
        return Arrays.copyOf(bytes, size);
    }

    /// A check of what is about to be emitted.
    public static void require(boolean holds, String what, Object got) {
        if (!holds) {
            throw new EncodingException(Problem.of(what).got(got));
        }
    }
}
