package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.bench.Difference;
import dev.tenon.data.text.Tokenizer;
import dev.tenon.peers.OnnxRuntimeSession;
import dev.tenon.runtime.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real models give what ONNX Runtime gives on the same inputs.
class ParityTest {
    /// Largest difference, as a share of the output's range. How much further than the peer from
    /// itself a quantised model may be from it.
    private static final double CHANCE = 1.5;

    /// Largest difference, as a share of the output's range.
    private static final double TOLERANCE = 1e-4;

    private static final Map<String, Double> TABLE = new TreeMap<>();

    @AfterAll
    static void print() {
        TABLE.forEach(
                (run, difference) ->
                        System.out.printf(Locale.ROOT, "parity %-40s %.2e%n", run, difference));
    }

    @Test
    void sentenceEmbeddings() {
        var path = RealModels.path("minilm");
        var runs = new HashMap<String, Map<String, Datum>>();
        runs.put("minilm 1x16", RealModels.tokens(1, 16, 1));
        runs.put("minilm 1x128", RealModels.tokens(1, 128, 2));
        runs.put("minilm 3x37", RealModels.tokens(3, 37, 3));
        runs.put("minilm 8x9", RealModels.tokens(8, 9, 4));
        runs.put("minilm sentences", sentences());
        compare(path, runs);
    }

    private static Map<String, Datum> sentences() {
        var tokenizer = Tokenizer.load(RealModels.file("minilm", 1));
        var encoded =
                tokenizer.encodeBatch(
                        List.of(
                                "A tenon is the part of a joint that fits without nails or glue.",
                                "Zwei Zapfen, ein Loch: naïve façade \u2014 \u6728\u5de5.",
                                "Yes."));
        return Map.of(
                "input_ids",
                encoded.ids(),
                "attention_mask",
                encoded.mask(),
                "token_type_ids",
                encoded.typeIds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ppocr-det", "ppocr-rec", "ppocr-cls"})
    void textInImages(String name) {
        var path = RealModels.path(name);
        var runs = new HashMap<String, Map<String, Datum>>();
        int[][] sizes =
                switch (name) {
                    case "ppocr-det" -> new int[][] {{64, 96}, {160, 224}, {320, 320}};
                    case "ppocr-rec" -> new int[][] {{48, 100}, {48, 320}, {48, 213}};
                    default -> new int[][] {{48, 192}, {48, 100}, {96, 64}};
                };
        for (var size : sizes) {
            var shape = size[0] + "x" + size[1];
            runs.put(
                    name + " text " + shape,
                    Map.of("x", RealModels.text("Tenon 25, joined", size[0], size[1])));
            runs.put(
                    name + " noise 2x" + shape,
                    Map.of("x", RealModels.noise(5, -1, 1, 2, 3, size[0], size[1])));
        }
        compare(path, runs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"silero-v6", "silero-v5"})
    void voiceActivityWithStateOverFortyFrames(String name) {
        var path = RealModels.path(name);
        int frame = 512;
        int context = 64;
        var sound = RealModels.voice(context + 40 * frame, 9);
        try (var model = Model.load(path);
                var peer = new OnnxRuntimeSession(path, OptLevel.ALL_OPT, 1)) {
            Tensor state = Tensor.zeros(DType.FLOAT32, 2, 1, 128);
            Tensor peerState = state;
            double worst = 0;
            for (int i = 0; i < 40; i++) {
                var window =
                        Tensor.of(
                                Arrays.copyOfRange(sound, i * frame, (i + 1) * frame + context),
                                1,
                                frame + context);
                var rate = Tensor.scalar(16_000L);
                var outputs = model.run(Map.of("input", window, "state", state, "sr", rate));
                var expected = peer.run(Map.of("input", window, "state", peerState, "sr", rate));
                worst = Math.max(worst, difference(expected, outputs));
                state = (Tensor) outputs.get("stateN");
                peerState = (Tensor) expected.get("stateN");
            }
            accept(name + " 40 frames", worst);
        }
    }

    @Test
    void wakeWords() {
        var sound = RealModels.voice(16_000 * 3, 11);
        var mel =
                chain(
                        "wakeword-mel",
                        Map.of("input", Tensor.of(scaled(sound, 32_767), 1, sound.length)));
        int frames = (int) mel.dim(2);
        var windows = new ArrayList<Tensor>();
        for (int start = 0; start + 76 <= frames; start += 8) {
            var window = Tensor.zeros(DType.FLOAT32, 1, 76, 32, 1);
            for (int i = 0; i < 76 * 32; i++) {
                window.setDouble(i, mel.getDouble((long) start * 32 + i) / 10 + 2);
            }
            windows.add(window);
        }
        var batch = Tensor.zeros(DType.FLOAT32, windows.size(), 76, 32, 1);
        for (int i = 0; i < windows.size(); i++) {
            batch.segment()
                    .asSlice(i * 76L * 32 * 4, 76L * 32 * 4)
                    .copyFrom(windows.get(i).segment());
        }
        var embeddings = chain("wakeword-embedding", Map.of("input_1", batch));
        for (var head : List.of("alexa", "jarvis", "mycroft", "rhasspy", "timer", "weather")) {
            var path = RealModels.path("wakeword-" + head);
            try (var model = Model.load(path)) {
                var port = model.inputs().getFirst();
                long count = ((Type.OfTensor) port.type()).shape().dim(1).known().orElseThrow();
                var input = Tensor.zeros(DType.FLOAT32, 1, count, 96);
                for (long i = 0; i < input.size(); i++) {
                    input.setDouble(i, embeddings.getDouble(i % embeddings.size()));
                }
                compare(path, Map.of("wakeword-" + head, Map.of(port.name(), input)));
            }
        }
    }

    private static float[] scaled(float[] sound, float factor) {
        var scaled = new float[sound.length];
        for (int i = 0; i < sound.length; i++) {
            scaled[i] = sound[i] * factor;
        }
        return scaled;
    }

    /// Runs one model of a chain, compares, and gives its only output.
    private static Tensor chain(String name, Map<String, Datum> inputs) {
        var path = RealModels.path(name);
        compare(path, Map.of(name, inputs));
        try (var model = Model.load(path)) {
            return (Tensor) model.run(inputs).firstEntry().getValue();
        }
    }

    /// The quantised model is as close to ONNX Runtime as that is to itself when it optimises
    /// differently: where a number falls on the border of two quantised ones, any of them is right.
    /// Which numbers do is a matter of chance, so that roots of mean squares are compared, not the
    /// largest differences, and they may be half as large again.
    @Test
    void quantisedSentenceEmbeddings() {
        var path = RealModels.path("minilm-q");
        var runs = new TreeMap<String, Map<String, Datum>>();
        runs.put("minilm-q 1x16", RealModels.tokens(1, 16, 1));
        runs.put("minilm-q 1x128", RealModels.tokens(1, 128, 2));
        runs.put("minilm-q 3x37", RealModels.tokens(3, 37, 3));
        runs.put("minilm-q sentences", sentences());
        try (var model = Model.load(path);
                var plain = new OnnxRuntimeSession(path, OptLevel.NO_OPT, 1);
                var basic = new OnnxRuntimeSession(path, OptLevel.BASIC_OPT, 1);
                var full = new OnnxRuntimeSession(path, OptLevel.ALL_OPT, 1)) {
            for (var run : runs.entrySet()) {
                var levels =
                        List.of(
                                plain.run(run.getValue()),
                                basic.run(run.getValue()),
                                full.run(run.getValue()));
                double itself = 0;
                for (var level : levels) {
                    itself = Math.max(itself, rootMeanSquare(levels.getFirst(), level));
                    itself = Math.max(itself, rootMeanSquare(levels.getLast(), level));
                }
                var ours = model.run(run.getValue());
                double closest = Double.POSITIVE_INFINITY;
                for (var level : levels) {
                    closest = Math.min(closest, rootMeanSquare(level, ours));
                }
                TABLE.put(run.getKey(), closest);
                TABLE.put(run.getKey() + " (the peer itself)", itself);
                assertTrue(
                        closest <= Math.max(CHANCE * itself, TOLERANCE),
                        run.getKey()
                                + ": "
                                + closest
                                + " of the outputs, the peer from itself "
                                + itself);
            }
        }
    }

    /// The differences as a share of the outputs, both as roots of mean squares.
    private static double rootMeanSquare(
            Map<String, ? extends Datum> expected, Map<String, ? extends Datum> got) {
        double differences = 0;
        double outputs = 0;
        for (var output : expected.entrySet()) {
            var a = (Tensor) output.getValue();
            var b = (Tensor) Objects.requireNonNull(got.get(output.getKey()));
            assertEquals(a.type(), b.type());
            for (long i = 0; i < a.size(); i++) {
                differences += Math.pow(a.getDouble(i) - b.getDouble(i), 2);
                outputs += Math.pow(a.getDouble(i), 2);
            }
        }
        return Math.sqrt(differences / outputs);
    }

    private static void compare(Path path, Map<String, Map<String, Datum>> runs) {
        try (var model = Model.load(path);
                var peer = new OnnxRuntimeSession(path, OptLevel.ALL_OPT, 1)) {
            for (var run : runs.entrySet()) {
                var expected = peer.run(run.getValue());
                accept(run.getKey(), difference(expected, model.run(run.getValue())));
            }
        }
    }

    /// The largest, as a share of its output's range.
    private static double difference(
            Map<String, ? extends Datum> expected, Map<String, ? extends Datum> got) {
        return Difference.between(expected, got).ofRange();
    }

    private static void accept(String run, double difference) {
        TABLE.put(run, difference);
        assertTrue(
                difference <= TOLERANCE,
                run + ": differs by " + difference + " of the output's range");
    }
}
