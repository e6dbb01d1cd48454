package dev.tenon.formats.onnx.proto;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads and writes ONNX's messages.
///
/// Reading trusts nothing: malformed bytes are a [dev.tenon.base.FormatException], more than
/// [Limits] allow is a [dev.tenon.base.LimitException], and nothing else is thrown. What a message
/// says is not checked here, only how it is encoded: names, shapes and sizes are the importer's to
/// verify.
///
/// Messages that were read refer to the segment for their payloads (raw data, packed numbers, byte
/// strings) and are used only while it is alive and unchanged.
public final class OnnxWire {
    private OnnxWire() {}

    /// The whole file, mapped read-only for as long as `arena` lives.
    ///
    /// @throws ResourceException when it cannot be opened or mapped
    public static MemorySegment map(Path file, Arena arena) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new ResourceException(Problem.of("cannot read " + file).got(e), e);
        }
    }

    /// The message that the whole of `segment` encodes.
    public static <M extends Message> M read(Class<M> type, MemorySegment segment, Limits limits) {
        return MessageReader.read(type, segment, limits);
    }

    public static ModelProto readModel(MemorySegment segment, Limits limits) {
        return read(ModelProto.class, segment, limits);
    }

    public static TensorProto readTensor(MemorySegment segment) {
        return read(TensorProto.class, segment, Limits.DEFAULT);
    }

    public static SparseTensorProto readSparseTensor(MemorySegment segment) {
        return read(SparseTensorProto.class, segment, Limits.DEFAULT);
    }

    public static SequenceProto readSequence(MemorySegment segment) {
        return read(SequenceProto.class, segment, Limits.DEFAULT);
    }

    public static OptionalProto readOptional(MemorySegment segment) {
        return read(OptionalProto.class, segment, Limits.DEFAULT);
    }

    public static MapProto readMap(MemorySegment segment) {
        return read(MapProto.class, segment, Limits.DEFAULT);
    }

    /// How many bytes [#write] writes.
    public static long size(Message message) {
        return MessageWriter.size(message);
    }

    /// Writes `message`; equal messages give equal bytes. The channel blocks and is left open.
    ///
    /// @throws ResourceException when the channel fails
    public static void write(Message message, WritableByteChannel channel) {
        try {
            MessageWriter.write(message, channel);
        } catch (IOException | UncheckedIOException e) {
            throw new ResourceException(Problem.of("cannot write the model").got(e), e);
        }
    }

    /// Writes `message` as [#write(Message, WritableByteChannel)] does. The stream is left open.
    public static void write(Message message, OutputStream stream) {
        write(message, Channels.newChannel(stream));
    }

    public static void writeModel(ModelProto model, WritableByteChannel channel) {
        write(model, channel);
    }

    public static void writeTensor(TensorProto tensor, WritableByteChannel channel) {
        write(tensor, channel);
    }
}
