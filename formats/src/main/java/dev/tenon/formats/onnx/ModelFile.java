package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Tensor;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.formats.onnx.proto.Int64List;
import dev.tenon.formats.onnx.proto.OnnxWire;
import dev.tenon.formats.onnx.proto.StringStringEntryProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.generate.Constant;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Writes a model to a file, and its weights to a second file when they are too large for the first
/// (a protobuf message ends at 2 GiB).
final class ModelFile {
    private static final long LARGEST_INLINE = 1L << 30;
    private static final long SMALLEST_EXTERNAL = 1024;

    /// Offsets in the second file are multiples of this, so that it can be mapped anywhere.
    private static final long ALIGNMENT = 4096;

    private static final long CHUNK = 1L << 20;

    private final String dataName;
    private final List<Tensor> external = new ArrayList<>();
    private long end;

    private ModelFile(String dataName) {
        this.dataName = dataName;
    }

    static void write(Graph graph, Path file) {
        write(graph, file, LARGEST_INLINE);
    }

    /// @param largestInline bytes of weights beyond which they go to a second file
    static void write(Graph graph, Path file, long largestInline) {
        var target = file.toAbsolutePath();
        var folder = target.getParent();
        if (folder == null) {
            throw new ResourceException(Problem.of("not a file name").got(file));
        }
        var model = new ModelFile(target.getFileName() + ".data");
        boolean inline = weightBytes(graph) <= largestInline;
        var proto = Exporter.model(graph, inline ? Tensors::proto : model::proto);
        try {
            if (!model.external.isEmpty()) {
                replace(folder.resolve(model.dataName), model::writeData);
            }
            replace(target, channel -> OnnxWire.write(proto, channel));
        } catch (IOException e) {
            throw new ResourceException(
                    Problem.of("the model cannot be written")
                            .got(e)
                            .advice("Check that " + folder + " exists, is writable and has room"),
                    e);
        }
    }

    private interface Content {
        void write(FileChannel channel) throws IOException;
    }

    /// Writes beside the file and then takes its place, so that a failure leaves nothing
    /// half-written.
    private static void replace(Path file, Content content) throws IOException {
        long process = ProcessHandle.current().pid();
        var temporary = file.resolveSibling("." + file.getFileName() + "." + process + ".part");
        try {
            try (var channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                content.write(channel);
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static long weightBytes(Graph graph) {
        long bytes = 0;
        for (var node : graph.nodes()) {
            if (node.op() instanceof Constant(var tensor)) {
                bytes += tensor.byteSize();
            }
            for (var subgraph : Subgraphs.of(node.op()).values()) {
                bytes += weightBytes(subgraph);
            }
        }
        return bytes;
    }

    private TensorProto proto(String name, Tensor tensor) {
        if (tensor.dtype() == DType.STRING || tensor.byteSize() < SMALLEST_EXTERNAL) {
            return Tensors.proto(name, tensor);
        }
        long offset = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        external.add(tensor);
        end = offset + tensor.byteSize();
        return TensorProto.external(
                name,
                DataType.of(tensor.dtype()),
                Int64List.of(tensor.dims()),
                List.of(
                        new StringStringEntryProto("location", dataName),
                        new StringStringEntryProto("offset", Long.toString(offset)),
                        new StringStringEntryProto("length", Long.toString(tensor.byteSize()))));
    }

    private void writeData(FileChannel channel) throws IOException {
        for (var tensor : external) {
            channel.position((channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
            write(tensor.segment(), channel);
        }
    }

    /// Copies piece by piece, since memory on the heap need not be an array of bytes.
    private static void write(MemorySegment segment, WritableByteChannel channel)
            throws IOException {
        var buffer = ByteBuffer.allocateDirect((int) Math.min(CHUNK, segment.byteSize()));
        var piece = MemorySegment.ofBuffer(buffer);
        for (long at = 0; at < segment.byteSize(); at += CHUNK) {
            long length = Math.min(CHUNK, segment.byteSize() - at);
            MemorySegment.copy(segment, at, piece, 0, length);
            buffer.clear().limit((int) length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }
}
