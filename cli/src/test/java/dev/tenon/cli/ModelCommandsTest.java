package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.data.json.Json;
import dev.tenon.data.json.JsonReader;
import dev.tenon.data.npy.Npy;
import dev.tenon.data.npy.Npz;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.elementwise.Binary;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandsTest {
    @TempDir Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = folder.resolve("linear.onnx");
        Onnx.write(Cli.linear(1, 2, 3, 4), model);
    }

    @Test
    void inspectCounts() {
        var text = Cli.run("inspect", model);
        assertEquals(0, text.code(), text.err());
        assertTrue(text.out().contains("f32[N,2]"), text.out());
        assertTrue(text.out().contains("--symbol: N"), text.out());
        var json = Cli.run("inspect", model, "--json", "--symbol", "N=3").json();
        assertEquals("{\"Add\":1,\"MatMul\":1}", json.object("operators").toString());
        assertEquals(6, json.integer("parameters"));
        assertEquals(24, json.integer("parameter_bytes"));
        assertEquals(3 * 2 * 2 * 2 + 3 * 2, json.integer("flops"));
        assertEquals("[3,2]", json.array("inputs").getFirst().asObject().get("shape").toString());
        assertEquals("[]", json.get("unknown").toString());
    }

    @Test
    void inspectDraws() throws IOException {
        var page = folder.resolve("graph.html");
        assertEquals(0, Cli.run("inspect", model, "--graph", page).code());
        assertTrue(Files.readString(page).contains("\"label\":\"MatMul\""));
    }

    @Test
    void shapesAndSymbolsMustExist() {
        for (var wrong :
                List.of("--symbol=M=3", "--shape=z=1x2", "--shape=x=1x3", "--shape=x=1xtwo")) {
            var result = Cli.run("inspect", model, wrong);
            assertEquals(2, result.code(), wrong);
            assertTrue(result.err().startsWith("tenon: "), result.err());
        }
        assertEquals(0, Cli.run("inspect", model, "--shape", "x=5x2").code());
    }

    @Test
    void runTakesEveryKindOfInput() throws IOException {
        var tensor = Tensor.of(new float[] {1, 1, 2, 0}, 2, 2);
        Npy.write(folder.resolve("x.npy"), tensor);
        Npz.write(folder.resolve("x.npz"), Map.of("x", tensor));
        Files.writeString(folder.resolve("x.json"), "[[1, 1], [2, 0]]");
        try (var out = Files.newOutputStream(folder.resolve("x.pb"))) {
            Onnx.writeDatum(tensor, "x", out);
        }
        for (var source : List.of("x.npy", "x.npz", "x.json", "x.pb")) {
            check(Cli.run("run", model, "--in", "x=" + folder.resolve(source), "--json"));
            check(
                    Cli.run(
                            "run",
                            model,
                            "--in",
                            "x=" + folder.resolve(source),
                            "--json",
                            "--reference"));
        }
        check(Cli.run("run", model, "--in", folder.resolve("x.npz"), "--json"));
        check(Cli.run("run", model, "--in", "x=[[1,1],[2,0]]", "--json", "--threads", "1"));
    }

    private static void check(Cli result) {
        assertEquals(0, result.code(), result.err());
        var output = result.json().array("outputs").getFirst().asObject();
        assertEquals("y", output.text("name"));
        assertEquals("[2,2]", output.get("shape").toString());
        assertEquals(
                List.of(4L, 6L, 2L, 4L),
                output.array("values").stream().map(Json::asLong).toList());
    }

    private static Path write(Path file, String input, Type type) {
        var builder = Graph.builder("twice");
        var x = builder.input(input, type);
        builder.output("y", builder.add(Binary.ADD, x, x));
        Onnx.write(builder.build(), file);
        return file;
    }

    @Test
    void runTakesImages() throws IOException {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff0000);
        image.setRGB(1, 0, 0x0000ff);
        var png = folder.resolve("image.png");
        ImageIO.write(image, "png", png.toFile());
        var first = write(folder.resolve("nchw.onnx"), "x", Type.tensor(DType.FLOAT32, 1, 3, 1, 2));
        assertEquals("[2,0,0,0,0,2]", values(Cli.run("run", first, "--in", "x=" + png, "--json")));
        assertEquals(
                "[0,2,0,0,2,0]",
                values(Cli.run("run", first, "--in", "x=" + png, "--json", "--bgr")));
        var last = write(folder.resolve("nhwc.onnx"), "x", Type.tensor(DType.UINT8, 1, 1, 2, 3));
        assertEquals(
                "[254,0,0,0,0,254]", values(Cli.run("run", last, "--in", "x=" + png, "--json")));
    }

    private static String values(Cli result) {
        assertEquals(0, result.code(), result.err());
        return result.json().array("outputs").getFirst().asObject().get("values").toString();
    }

    @Test
    void runTakesText() throws IOException {
        var tokenizer =
                Files.writeString(
                        folder.resolve("tokenizer.json"),
                        """
                        {"pre_tokenizer": {"type": "WhitespaceSplit"},
                         "model": {"type": "WordPiece", "vocab": {"[PAD]": 0, "[UNK]": 1, "a": 2, "b": 3}}}
                        """);
        var type = Type.tensor(DType.INT64, Shape.of(Dim.symbol("b"), Dim.symbol("s")));
        var twice = write(folder.resolve("text.onnx"), "input_ids", type);
        var both =
                Cli.run(
                        "run",
                        twice,
                        "--text",
                        "a b c",
                        "--text",
                        "b",
                        "--tokenizer",
                        tokenizer,
                        "--json");
        assertEquals("[4,6,2,6,0,0]", values(both));
        assertEquals(2, Cli.run("run", twice, "--text", "a").code());
        assertEquals(2, Cli.run("run", model, "--text", "a", "--tokenizer", tokenizer).code());
    }

    @Test
    void runStoresOutputs() {
        var out = folder.resolve("out");
        var result = Cli.run("run", model, "--in", "x=[[1,1]]", "--out-dir", out);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().startsWith("y: f32[1,2]"), result.out());
        assertArrayEquals(new float[] {4, 6}, Npy.read(out.resolve("y.npy")).toFloats());
    }

    @Test
    void runMakesUpWhatIsMissing() {
        var one = Cli.run("run", model, "--symbol", "N=4", "--seed", "7", "--json").json();
        var same = Cli.run("run", model, "--shape", "x=4x2", "--seed", "7", "--json").json();
        var other = Cli.run("run", model, "--shape", "x=4x2", "--seed", "8", "--json").json();
        assertEquals(one.get("outputs"), same.get("outputs"));
        assertTrue(!one.get("outputs").equals(other.get("outputs")));
        var unknown = Cli.run("run", model);
        assertEquals(2, unknown.code());
        assertTrue(unknown.err().contains("--symbol 'N=1'"), unknown.err());
    }

    @Test
    void runRefusesWhatDoesNotFit() {
        for (var wrong :
                List.of(
                        "z=[[1,1]]",
                        "x=[[1,1],[2]]",
                        "x=[[1,true]]",
                        "x=missing.npy",
                        "x=test.bin",
                        "x=1.npy",
                        "x=[[1,1,1]]")) {
            var result = Cli.run("run", model, "--in", wrong);
            assertEquals(2, result.code(), wrong);
            assertTrue(
                    result.err().startsWith("tenon: ") && !result.err().contains("internal"),
                    result.err());
        }
    }

    @Test
    void convertWritesBothForms() throws IOException {
        var text = folder.resolve("linear.txt");
        assertEquals(0, Cli.run("convert", model, text).code());
        assertTrue(Files.readString(text).contains("MatMul(%x, %w)"), Files.readString(text));
        var back = folder.resolve("back.onnx");
        assertEquals(0, Cli.run("convert", text, back).code());
        assertEquals(0, Cli.run("verify", model, back, "--symbol", "N=3").code());
        assertEquals(2, Cli.run("convert", model, folder.resolve("linear.bin")).code());
    }

    @Test
    void verifyFindsWhereModelsPart() {
        var other = folder.resolve("other.onnx");
        Onnx.write(Cli.linear(1, 2, 3, 4.5f), other);
        var result = Cli.run("verify", model, other, "--symbol", "N=3", "--layers", "--json");
        assertEquals(1, result.code(), result.err());
        var json = result.json();
        assertEquals("false", json.get("same").toString());
        assertEquals("MatMul", json.object("first_difference").text("op"));
        assertEquals(3, json.array("outputs").getFirst().asObject().integer("outside"));
        var text = Cli.run("verify", model, other, "--symbol", "N=3", "--layers");
        assertTrue(text.out().contains("of MatMul 'product'"), text.out());
        assertTrue(text.out().endsWith("the models differ\n"), text.out());
        assertEquals(0, Cli.run("verify", model, other, "--symbol", "N=3", "--atol", "1").code());
    }

    @Test
    void verifyWithOneModelComparesWithTheReference() {
        var json = Cli.run("verify", model, "--symbol", "N=3", "--json", "--layers").json();
        assertTrue(json.flag("same"));
        assertEquals(2, json.integer("layers"));
    }

    @Test
    void verifyRefusesOtherPorts() {
        var other = folder.resolve("other.txt");
        assertEquals(0, Cli.run("convert", model, other).code());
        var renamed = folder.resolve("renamed.txt");
        try {
            Files.writeString(renamed, Files.readString(other).replace("%x", "%z"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var result = Cli.run("verify", model, renamed, "--symbol", "N=1");
        assertEquals(2, result.code());
        assertTrue(result.err().contains("inputs"), result.err());
    }

    @Test
    void jsonIsJson() {
        for (var command : List.of("inspect", "run", "verify")) {
            JsonReader.read(Cli.run(command, model, "--symbol", "N=1", "--json").out());
        }
        JsonReader.read(Cli.run("fetch", "--list", "--json").out());
    }
}
