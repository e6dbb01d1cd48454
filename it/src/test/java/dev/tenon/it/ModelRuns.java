package dev.tenon.it;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import java.util.Map;
import java.util.stream.Stream;

/// Inputs to run real models on.
final class ModelRuns {
    private ModelRuns() {}

    /// Inputs of three shapes; of one shape three times where a model takes no other.
    static Stream<Map<String, ? extends Datum>> of(String name, Graph graph) {
        return switch (name) {
            case "minilm", "minilm-q" ->
                    Stream.of(
                            RealModels.tokens(1, 16, 1),
                            RealModels.tokens(1, 64, 2),
                            RealModels.tokens(3, 9, 3));
            case "ppocr-det" -> images(new int[][] {{64, 96}, {96, 64}, {160, 160}});
            case "ppocr-rec" -> images(new int[][] {{48, 100}, {48, 160}, {48, 213}});
            case "ppocr-cls" -> images(new int[][] {{48, 192}, {48, 100}, {96, 64}});
            case "silero-v6", "silero-v5" ->
                    Stream.of(frames(1, 576, 16_000), frames(3, 576, 16_000), frames(2, 288, 8000));
            case "silero-legacy" ->
                    Stream.of(
                            legacy(1, 512, 16_000), legacy(3, 1536, 16_000), legacy(2, 256, 8000));
            case "wakeword-mel" ->
                    Stream.of(4000, 8000, 12_345)
                            .map(n -> Map.of("input", RealModels.noise(2, -1000, 1000, 1, n)));
            case "wakeword-embedding" ->
                    Stream.of(1, 2, 5)
                            .map(n -> Map.of("input_1", RealModels.noise(n, -1, 1, n, 76, 32, 1)));
            default -> Stream.of(1, 2, 3).map(seed -> fixed(graph, seed));
        };
    }

    private static Stream<Map<String, ? extends Datum>> images(int[][] sizes) {
        return Stream.of(sizes).map(s -> Map.of("x", RealModels.text("Tenon 25", s[0], s[1])));
    }

    private static Map<String, ? extends Datum> frames(int batch, int samples, long rate) {
        return Map.of(
                "input", RealModels.noise(batch, -1, 1, batch, samples),
                "state", RealModels.noise(batch + 1, -1, 1, 2, batch, 128),
                "sr", Tensor.scalar(rate));
    }

    private static Map<String, ? extends Datum> legacy(int batch, int samples, long rate) {
        return Map.of(
                "input", RealModels.noise(batch, -1, 1, batch, samples),
                "h", RealModels.noise(batch + 1, -1, 1, 2, batch, 64),
                "c", RealModels.noise(batch + 2, -1, 1, 2, batch, 64),
                "sr", Tensor.scalar(rate));
    }

    private static Map<String, ? extends Datum> fixed(Graph graph, long seed) {
        var input =
                graph.inputs().stream()
                        .filter(i -> i.tensorType().dtype() == DType.FLOAT32)
                        .findFirst()
                        .orElseThrow();
        var dims =
                input.tensorType().shape().dims().stream()
                        .mapToLong(d -> d.known().orElse(1))
                        .toArray();
        return Map.of(input.name(), RealModels.noise(seed, -1, 1, dims));
    }
}
