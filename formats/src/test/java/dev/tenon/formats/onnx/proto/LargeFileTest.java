package dev.tenon.formats.onnx.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.FormatException;
import dev.tenon.base.ResourceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files beyond 2 GiB; they are mostly holes.
class LargeFileTest {
    private static final long PAYLOAD = (3L << 30) + 4;

    @TempDir Path folder;

    @Test
    void rawDataIsAView() throws IOException {
        var file = folder.resolve("raw.onnx");
        long size = write(file, 9);
        try (var arena = Arena.ofConfined()) {
            var segment = OnnxWire.map(file, arena);
            var model = OnnxWire.readModel(segment, Limits.DEFAULT);
            var raw = present(weight(model).rawData());
            assertEquals(PAYLOAD, raw.size());
            assertEquals(segment.address() + size - PAYLOAD, raw.segment().address());
            assertEquals(42, raw.segment().get(ValueLayout.JAVA_BYTE, PAYLOAD - 1));
            assertEquals(size, OnnxWire.size(model));
            var sink = new Counting();
            OnnxWire.writeModel(model, sink);
            assertEquals(size, sink.count);
            assertEquals(42, sink.last);
            assertThrows(
                    FormatException.class,
                    () -> OnnxWire.readModel(segment.asSlice(0, size - 1), Limits.DEFAULT));
        }
    }

    @Test
    void packedFloatsAreAView() throws IOException {
        var file = folder.resolve("floats.onnx");
        write(file, 4);
        try (var arena = Arena.ofConfined()) {
            var model = OnnxWire.readModel(OnnxWire.map(file, arena), Limits.DEFAULT);
            var floats = weight(model).floatData();
            assertEquals(PAYLOAD / 4, floats.size());
            assertEquals(Float.intBitsToFloat(42 << 24), floats.get(PAYLOAD / 4 - 1));
        }
    }

    @Test
    void aFileThatIsNotThere() {
        try (var arena = Arena.ofConfined()) {
            assertThrows(
                    ResourceException.class, () -> OnnxWire.map(folder.resolve("none"), arena));
            assertThrows(ResourceException.class, () -> OnnxWire.map(folder, arena));
        }
    }

    @Test
    void anEmptyFileIsAnEmptyMessage() throws IOException {
        var file = Files.createFile(folder.resolve("empty"));
        try (var arena = Arena.ofConfined()) {
            var model = OnnxWire.readModel(OnnxWire.map(file, arena), Limits.DEFAULT);
            assertEquals(0, OnnxWire.size(model));
        }
    }

    private static TensorProto weight(ModelProto model) {
        return present(model.graph()).initializer().getFirst();
    }

    private static <T> T present(@Nullable T value) {
        Assertions.assertNotNull(value);
        return value;
    }

    /// A model of one initializer whose `field` holds the payload; gives its size.
    private static long write(Path file, int field) throws IOException {
        byte[] tensor = header(field, PAYLOAD);
        byte[] graph = header(5, tensor.length + PAYLOAD);
        byte[] model = header(7, graph.length + tensor.length + PAYLOAD);
        var head = new ByteArrayOutputStream();
        head.write(model);
        head.write(graph);
        head.write(tensor);
        long size = head.size() + PAYLOAD;
        try (var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE,
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(head.toByteArray()));
            channel.write(ByteBuffer.wrap(new byte[] {42}), size - 1);
        }
        return size;
    }

    private static byte[] header(int field, long length) {
        var bytes = new byte[11];
        bytes[0] = (byte) (field << 3 | WireType.LENGTH);
        return Arrays.copyOf(bytes, Varints.put(bytes, 1, length));
    }

    private static final class Counting implements WritableByteChannel {
        long count;
        byte last;

        @Override
        public int write(ByteBuffer bytes) {
            int size = bytes.remaining();
            if (size > 0) {
                last = bytes.get(bytes.limit() - 1);
            }
            bytes.position(bytes.limit());
            count += size;
            return size;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
