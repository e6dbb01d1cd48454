package dev.tenon.formats.onnx.proto;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// Writes protobuf's wire format to a channel through a small buffer; long runs of bytes go past
/// it.
final class WireWriter {
    private static final int BUFFER = 1 << 16;
    private static final long PIECE = 1 << 24;

    private final WritableByteChannel channel;
    private final byte[] buffer = new byte[BUFFER];
    private int used;

    WireWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    static int tagSize(int number) {
        return Varints.size((long) number << 3);
    }

    void tag(int number, int wireType) throws IOException {
        varint((long) number << 3 | wireType);
    }

    void varint(long value) throws IOException {
        reserve(Varints.MAX_BYTES);
        used = Varints.put(buffer, used, value);
    }

    void fixed32(int value) throws IOException {
        reserve(4);
        for (int shift = 0; shift < 32; shift += 8) {
            buffer[used++] = (byte) (value >>> shift);
        }
    }

    void bytes(MemorySegment bytes) throws IOException {
        long size = bytes.byteSize();
        if (size > BUFFER / 4 && bytes.isNative()) {
            flush();
            for (long at = 0; at < size; at += PIECE) {
                write(bytes.asSlice(at, Math.min(PIECE, size - at)).asByteBuffer());
            }
            return;
        }
        // Arrays of other elements than bytes are no byte buffers.
        for (long at = 0; at < size; ) {
            int length = (int) Math.min(BUFFER / 4, size - at);
            reserve(length);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, buffer, used, length);
            used += length;
            at += length;
        }
    }

    void flush() throws IOException {
        write(ByteBuffer.wrap(buffer, 0, used));
        used = 0;
    }

    private void reserve(int bytes) throws IOException {
        if (bytes > BUFFER - used) {
            flush();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
