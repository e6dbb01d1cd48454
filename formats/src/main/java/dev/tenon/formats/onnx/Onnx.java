package dev.tenon.formats.onnx;

import dev.tenon.base.Datum;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.proto.Limits;
import dev.tenon.formats.onnx.proto.OnnxWire;
import dev.tenon.graph.Graph;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// ONNX models as graphs, and back.
///
/// Reading maps the file: weights are not copied, so that models beyond 2 GB load, and the file
/// must not change while the graph is in use. Old operator sets are upgraded and functions are
/// inlined.
///
/// Every method that reads throws
/// - [FormatException] when the file is malformed or contradicts the ONNX specification,
/// - [GraphException] when the types of a node do not fit,
/// - [UnsupportedException] for operators, operator sets and types that Tenon does not have,
/// - [LimitException] when the file asks for more than [Limits] allow,
/// - [ResourceException] when a file cannot be read.
///
/// Source: ONNX IR specification and operator sets up to `ai.onnx` 27, `ai.onnx.ml` 5.
public final class Onnx {
    private Onnx() {}

    /// The model in a file; its external data is looked for in the file's folder and nowhere else.
    public static Graph read(Path file) {
        return read(file, Arena.ofAuto());
    }

    /// The same, mapped for as long as the arena is open.
    public static Graph read(Path file, Arena arena) {
        var absolute = file.toAbsolutePath();
        return read(OnnxWire.map(absolute, arena), absolute.getParent(), arena);
    }

    /// The model in memory, which is used for as long as the graph is and must not change.
    public static Graph read(MemorySegment model) {
        return read(model, null, Arena.ofAuto());
    }

    public static Graph read(byte[] model) {
        return read(MemorySegment.ofArray(model));
    }

    private static Graph read(MemorySegment model, @Nullable Path folder, Arena arena) {
        var proto = OnnxWire.readModel(model, Limits.DEFAULT);
        return Importer.graph(proto, new ExternalData(folder, arena));
    }

    /// Writes a model for any runtime to a file, which appears only when it is whole. Weights
    /// beyond 1 GiB in all go to a second file beside it, named like it with `.data` behind.
    ///
    /// @throws UnsupportedException for an operator that ONNX does not have
    /// @throws ResourceException when the file cannot be written
    public static void write(Graph graph, Path file) {
        write(graph, file, Target.ONNX);
    }

    /// The same for one that a target reads.
    public static void write(Graph graph, Path file, Target target) {
        target.check(graph);
        ModelFile.write(graph, file);
    }

    /// Writes a model for any runtime, with all its weights.
    ///
    /// @throws UnsupportedException for an operator that ONNX does not have
    /// @throws ResourceException when the stream fails
    public static void write(Graph graph, OutputStream out) {
        write(graph, out, Target.ONNX);
    }

    /// The same for one that a target reads.
    public static void write(Graph graph, OutputStream out, Target target) {
        target.check(graph);
        OnnxWire.write(Exporter.model(graph, Tensors::proto), out);
    }

    /// A value from a file as ONNX's test data has them: a `TensorProto`, `SequenceProto` or
    /// `OptionalProto`, after the type that is expected.
    public static Datum readDatum(Path file, Type expected) {
        return Data.datum(OnnxWire.map(file, Arena.ofAuto()), expected);
    }

    /// Writes a value as [#readDatum] reads it.
    ///
    /// @throws UnsupportedException for maps
    /// @throws ResourceException when the stream fails
    public static void writeDatum(Datum datum, String name, OutputStream out) {
        OnnxWire.write(Data.message(datum, name), out);
    }
}
