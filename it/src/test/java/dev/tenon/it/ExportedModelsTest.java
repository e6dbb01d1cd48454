package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.bench.Difference;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.TextForm;
import dev.tenon.peers.OnnxRuntimeSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Exported models in another runtime: what it could load before, it loads after import and export,
/// and computes the same.
class ExportedModelsTest {
    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);

    private static List<Path> models() throws IOException {
        var suite = SuiteFiles.root();
        assumeTrue(suite != null, "the ONNX backend suite is not there");
        try (var files = Files.walk(suite)) {
            return files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
        }
    }

    private static OrtSession session(byte[] model) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            return ENVIRONMENT.createSession(model, options);
        }
    }

    private static byte[] exported(Path file) {
        var out = new ByteArrayOutputStream();
        Onnx.write(Onnx.read(file), out);
        return out.toByteArray();
    }

    @Test
    void load() throws Exception {
        var refused = new ArrayList<String>();
        int loaded = 0;
        for (var file : models()) {
            try {
                session(Files.readAllBytes(file)).close();
            } catch (OrtException _) {
                continue;
            }
            byte[] exported;
            try {
                exported = exported(file);
            } catch (UnsupportedException _) {
                continue;
            }
            try {
                session(exported).close();
                loaded++;
            } catch (OrtException e) {
                refused.add(file + ": " + e.getMessage());
            }
        }
        assertEquals(List.of(), refused);
        assertTrue(loaded > 1600, loaded + " models");
    }

    @Test
    void compute() throws Exception {
        int compared = 0;
        for (var file : models()) {
            if (file.toString().contains("/light/")) {
                var model = Files.readAllBytes(file);
                assertArrayEquals(firstOutput(model), firstOutput(exported(file)), file.toString());
                compared++;
            }
        }
        assertTrue(compared >= 9, compared + " models");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minilm",
                "minilm-q",
                "ppocr-det",
                "ppocr-rec",
                "ppocr-cls",
                "silero-v5",
                "silero-v6"
            })
    void realModels(String name, @TempDir Path folder) {
        var original = RealModels.path(name);
        var graph = Onnx.read(original);
        var exported = folder.resolve("model.onnx");
        Onnx.write(graph, exported);
        assertEquals(TextForm.print(graph), TextForm.print(Onnx.read(exported)));
        Map<String, ? extends Datum> inputs =
                switch (name) {
                    case "minilm", "minilm-q" -> RealModels.tokens(2, 12, 1);
                    case "silero-v5", "silero-v6" ->
                            Map.of(
                                    "input", RealModels.noise(1, -0.5, 0.5, 1, 576),
                                    "state", RealModels.noise(2, -1, 1, 2, 1, 128),
                                    "sr", Tensor.scalar(16_000L));
                    default ->
                            Map.of(
                                    "x",
                                    RealModels.noise(
                                            3,
                                            -1,
                                            1,
                                            1,
                                            3,
                                            name.equals("ppocr-rec") ? 48 : 96,
                                            96));
                };
        var level = OrtSession.SessionOptions.OptLevel.NO_OPT;
        try (var before = new OnnxRuntimeSession(original, level, 1);
                var after = new OnnxRuntimeSession(exported, level, 1)) {
            double difference = Difference.between(before.run(inputs), after.run(inputs)).ofRange();
            assertTrue(difference < 1e-6, name + " differs by " + difference);
        }
    }

    private static float[] firstOutput(byte[] model) throws OrtException {
        var input = Onnx.read(model).inputs().getFirst();
        var shape = input.tensorType().shape();
        long[] dims = shape.dims().stream().mapToLong(d -> d.known().orElse(1)).toArray();
        var data = new float[Math.toIntExact(Tensor.size(dims))];
        for (int i = 0; i < data.length; i++) {
            data[i] = i % 255 / 255f;
        }
        try (var session = session(model);
                var tensor = OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(data), dims);
                var results = session.run(Map.of(input.name(), tensor))) {
            var buffer = ((OnnxTensor) results.get(0)).getFloatBuffer();
            var values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }
    }
}
