package dev.tenon.cli.demo;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.data.npy.Npy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The demo's sentences, and what ONNX Runtime 1.29.0 makes of them with the model `minilm`: token
/// ids of Hugging Face's own tokenizer, one batch padded to its longest sentence, mean pooling,
/// length 1.
public final class DemoData {
    private DemoData() {}

    public static List<String> sentences() {
        try (var in = resource("sentences.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new ResourceException(Problem.of("cannot read the bundled sentences"), e);
        }
    }

    /// One row a sentence.
    public static float[][] reference() {
        try (var in = resource("reference.npy")) {
            var tensor = Npy.read(in);
            int width = Math.toIntExact(tensor.dim(1));
            var rows = new float[Math.toIntExact(tensor.dim(0))][width];
            var elements = tensor.toFloats();
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(elements, i * width, rows[i], 0, width);
            }
            return rows;
        } catch (IOException e) {
            throw new ResourceException(Problem.of("cannot read the bundled reference"), e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(DemoData.class.getResourceAsStream(name), name);
    }

    /// The largest distance of two elements.
    public static double largestDifference(float[][] a, float[][] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < a[i].length; k++) {
                double difference = Math.abs((double) a[i][k] - b[i][k]);
                largest = difference <= largest ? largest : difference;
            }
        }
        return largest;
    }
}
