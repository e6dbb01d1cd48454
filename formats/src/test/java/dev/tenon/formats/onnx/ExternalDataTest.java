package dev.tenon.formats.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.ResourceException;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.formats.onnx.proto.FunctionProto;
import dev.tenon.formats.onnx.proto.GraphProto;
import dev.tenon.formats.onnx.proto.Int64List;
import dev.tenon.formats.onnx.proto.OperatorSetIdProto;
import dev.tenon.formats.onnx.proto.SparseTensorProto;
import dev.tenon.formats.onnx.proto.StringStringEntryProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.TextForm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Data beside a model is read from regular files of the model's own folder and from nowhere else.
class ExternalDataTest {
    private static final float[] WEIGHTS = {1, 2, 3, 4};

    @TempDir private Path root;

    private Path folder;

    @BeforeEach
    void files() throws IOException {
        folder = Files.createDirectory(root.resolve("model"));
        for (var file : List.of(folder.resolve("weights"), root.resolve("secret"))) {
            var bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(WEIGHTS);
            Files.write(file, bytes.array());
        }
    }

    /// @param entries keys and values in turn
    private static TensorProto tensor(String... entries) {
        var data = new ArrayList<StringStringEntryProto>();
        for (int i = 0; i < entries.length; i += 2) {
            data.add(new StringStringEntryProto(entries[i], entries[i + 1]));
        }
        return TensorProto.external("w", DataType.FLOAT, Int64List.of(4), data);
    }

    private Tensor load(byte[] model) throws IOException {
        var file = Files.write(folder.resolve("model.onnx"), model);
        return (Tensor) new Interpreter(1).run(Onnx.read(file), List.of()).getFirst();
    }

    private Tensor load(TensorProto weights) throws IOException {
        return load(Models.opset(21).initializer(weights).output("w").bytes());
    }

    private void refuses(TensorProto weights) {
        var thrown =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(10),
                        () -> assertThrows(TenonException.class, () -> load(weights)));
        assertTrue(
                thrown instanceof FormatException
                        || thrown instanceof ResourceException
                        || thrown instanceof LimitException,
                thrown.toString());
    }

    @Test
    void reads() throws IOException {
        assertArrayEquals(WEIGHTS, load(tensor("location", "weights")).toFloats());
        assertArrayEquals(
                WEIGHTS,
                load(tensor("location", "./weights", "offset", "0", "length", "16")).toFloats());
        Files.createDirectory(folder.resolve("deep"));
        Files.copy(folder.resolve("weights"), folder.resolve("deep/weights"));
        assertArrayEquals(WEIGHTS, load(tensor("location", "deep/weights")).toFloats());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "/",
                "/etc/passwd",
                "../secret",
                "deep/../../secret",
                "deep/..",
                "..",
                "...",
                "../model/weights",
                "C:\\secret",
                "C:secret",
                "c:/secret",
                "\\\\host\\share",
                "//host/share",
                "..\\secret",
                "deep\\..\\secret",
                "\\secret",
                "weights\u0000",
                "\u0000",
                "weights:stream",
                "file:///etc/passwd",
                "~/weights",
                "$HOME/weights",
                "missing",
                "model.onnx/x",
                "/dev/zero",
                "/proc/self/mem"
            })
    void locations(String location) {
        refuses(tensor("location", location));
    }

    @ParameterizedTest
    @CsvSource({
        "offset,-1",
        "offset,17",
        "offset,4",
        "offset,9223372036854775807",
        "offset,9223372036854775808",
        "offset,9223372036854775792",
        "offset,1e3",
        "offset,''",
        "offset,' 0'",
        "offset,0x0",
        "offset,٠",
        "length,15",
        "length,17",
        "length,0",
        "length,-16",
        "length,18446744073709551632",
        "length,16.0",
        "color,red",
        "Location,weights",
        "location,weights",
        "'',weights"
    })
    void entries(String key, String value) {
        refuses(tensor("location", "weights", key, value));
    }

    @Test
    void noLocation() {
        refuses(tensor());
        refuses(tensor("offset", "0"));
    }

    @Test
    void stringsAndExtents() {
        var location = List.of(new StringStringEntryProto("location", "weights"));
        refuses(TensorProto.external("w", DataType.STRING, Int64List.of(4), location));
        refuses(TensorProto.external("w", DataType.FLOAT, Int64List.of(5), location));
        refuses(TensorProto.external("w", DataType.FLOAT, Int64List.of(-4), location));
        refuses(TensorProto.external("w", DataType.FLOAT, Int64List.of(1L << 62, 4), location));
    }

    @Test
    void links() throws IOException {
        var secret = root.resolve("secret");
        Files.createSymbolicLink(folder.resolve("symbolic"), secret);
        Files.createSymbolicLink(folder.resolve("inside"), folder.resolve("weights"));
        Files.createSymbolicLink(folder.resolve("dangling"), root.resolve("nothing"));
        Files.createSymbolicLink(folder.resolve("up"), root);
        Files.createLink(folder.resolve("hard"), secret);
        for (var location :
                List.of(
                        "symbolic",
                        "inside",
                        "dangling",
                        "up/secret",
                        "up/model/weights",
                        "hard",
                        "up")) {
            refuses(tensor("location", location));
        }
    }

    @Test
    void modelsBehindALinkedFolder() throws IOException {
        load(tensor("location", "weights"));
        var link = Files.createSymbolicLink(root.resolve("link"), folder);
        var graph = Onnx.read(link.resolve("model.onnx"));
        assertEquals(1, graph.outputs().size());
    }

    @Test
    void foldersAndPipes() throws Exception {
        Files.createDirectory(folder.resolve("deep"));
        refuses(tensor("location", "deep"));
        var pipe = folder.resolve("pipe");
        boolean made =
                Files.exists(Path.of("/usr/bin/mkfifo"))
                        && new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor()
                                == 0;
        assumeTrue(made, "no named pipes here");
        refuses(tensor("location", "pipe"));
    }

    @Test
    void modelsFromBytesHaveNoFolder() {
        var model = Models.opset(21).initializer(tensor("location", "weights")).output("w").bytes();
        assertThrows(ResourceException.class, () -> Onnx.read(model));
    }

    @Test
    void everyCarrierOfTensors() throws IOException {
        var bad = tensor("location", "../secret");
        var good = tensor("location", "weights");
        for (var data : List.of(good, bad)) {
            for (var model : carriers(data)) {
                if (data == good) {
                    assertArrayEquals(WEIGHTS, load(model).toFloats());
                } else {
                    assertThrows(FormatException.class, () -> load(model));
                }
            }
        }
    }

    private static List<byte[]> carriers(TensorProto data) {
        var constant = Models.node("y = Constant()", "", AttributeProto.ofTensor("value", data));
        var indices = Tensors.proto("", Tensor.ofLongs(0, 1, 2, 3));
        var sparse = new SparseTensorProto(data, indices, Int64List.of(4));
        var branch =
                GraphProto.of(
                        "branch",
                        List.of(constant),
                        List.of(),
                        List.of(),
                        Models.opset(21).output("y").proto().output(),
                        List.of());
        var function =
                new FunctionProto(
                        "F",
                        List.of(),
                        List.of("y"),
                        List.of(),
                        List.of(),
                        List.of(constant),
                        "",
                        List.of(new OperatorSetIdProto("", 21)),
                        "f",
                        "",
                        List.of(),
                        List.of());
        var models = new ArrayList<byte[]>();
        models.add(Models.opset(21).initializer(data).output("w").bytes());
        models.add(Models.opset(21).node(constant).output("y").bytes());
        models.add(
                Models.opset(21)
                        .node(
                                "y = Constant()",
                                AttributeProto.ofSparseTensor("sparse_value", sparse))
                        .output("y")
                        .bytes());
        models.add(
                Models.opset(21)
                        .initializer("c", Tensor.scalar(true))
                        .node(
                                "y = If(c)",
                                AttributeProto.ofGraph("then_branch", branch),
                                AttributeProto.ofGraph("else_branch", branch))
                        .output("y")
                        .bytes());
        models.add(
                Models.opset(21)
                        .opset("f", 1)
                        .function(function)
                        .node(Models.node("y = F()", "f"))
                        .output("y")
                        .bytes());
        return models;
    }

    @Test
    void largeWeightsGoToASecondFile() throws IOException {
        var builder = Graph.builder("g");
        var strings = builder.constant("strings", Tensor.of(new String[] {"a", "b"}, 2));
        var small = builder.constant("small", Tensor.of(WEIGHTS, 4));
        var weights = Tensor.zeros(DType.FLOAT32, 3, 1000);
        for (int i = 0; i < weights.size(); i++) {
            weights.setDouble(i, i);
        }
        var large = builder.constant("large", weights);
        var half = builder.constant("half", weights.to(DType.FLOAT16));
        List.of(strings, small, large, half).forEach(builder::output);
        var graph = builder.build();
        var file = folder.resolve("large.onnx");
        ModelFile.write(graph, file, 1000);
        assertTrue(Files.size(file) < 1000);
        assertEquals(2, Files.size(folder.resolve("large.onnx.data")) / 8192);
        assertEquals(TextForm.print(graph), TextForm.print(Onnx.read(file)));
        ModelFile.write(graph, file, 1 << 20);
        assertTrue(Files.size(file) > 18_000);
    }

    @Test
    void writingStaysInTheFolderAndIsWholeOrNot() throws IOException {
        var graph = TextForm.parse("graph g(%x: f32[2]) -> (%y) { %y: f32[2] = Neg(%x) }");
        Files.createSymbolicLink(folder.resolve("model.onnx"), root.resolve("secret"));
        Onnx.write(graph, folder.resolve("model.onnx"));
        assertEquals(16, Files.size(root.resolve("secret")));
        assertEquals(
                TextForm.print(graph), TextForm.print(Onnx.read(folder.resolve("model.onnx"))));
        assertThrows(
                ResourceException.class,
                () -> Onnx.write(graph, folder.resolve("nowhere/model.onnx")));
        assertThrows(ResourceException.class, () -> Onnx.write(graph, folder));
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }
}
