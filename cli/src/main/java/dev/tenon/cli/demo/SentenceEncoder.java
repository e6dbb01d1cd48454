package dev.tenon.cli.demo;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.data.text.Padding;
import dev.tenon.data.text.Tokenizer;
import dev.tenon.runtime.Model;
import java.util.List;
import java.util.Map;

/// Sentences as vectors of length 1: the mean of a model's last hidden states over the tokens of a
/// sentence (Reimers and Gurevych 2019, "mean pooling").
public final class SentenceEncoder {
    private final Model model;
    private final Tokenizer tokenizer;

    /// @param model takes `input_ids`, `attention_mask` and `token_type_ids`; gives
    ///   `last_hidden_state`
    public SentenceEncoder(Model model, Tokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer.withPadding(new Padding(0, 1, false, 0, 0, "[PAD]"));
    }

    /// One row a sentence.
    public float[][] encode(List<String> sentences) {
        var batch = tokenizer.encodeBatch(sentences);
        var outputs =
                model.run(
                        Map.of(
                                "input_ids",
                                batch.ids(),
                                "attention_mask",
                                batch.mask(),
                                "token_type_ids",
                                batch.typeIds()));
        if (!(outputs.get("last_hidden_state") instanceof Tensor states) || states.rank() != 3) {
            throw new InputException(
                    Problem.of("the model does not encode sentences")
                            .expected("an output last_hidden_state of three axes")
                            .got(outputs.keySet()));
        }
        return pooled(states, batch.mask());
    }

    private static float[][] pooled(Tensor states, Tensor mask) {
        int count = Math.toIntExact(states.dim(0));
        int length = Math.toIntExact(states.dim(1));
        int width = Math.toIntExact(states.dim(2));
        var elements = states.toFloats();
        var vectors = new float[count][width];
        for (int i = 0; i < count; i++) {
            var sum = new double[width];
            for (int t = 0; t < length; t++) {
                if (mask.getLong((long) i * length + t) != 0) {
                    for (int k = 0; k < width; k++) {
                        sum[k] += elements[(i * length + t) * width + k];
                    }
                }
            }
            double square = 0;
            for (double x : sum) {
                square += x * x;
            }
            for (int k = 0; k < width; k++) {
                vectors[i][k] = (float) (sum[k] / Math.sqrt(square));
            }
        }
        return vectors;
    }

    /// The cosine of two vectors of length 1.
    public static double similarity(float[] a, float[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += (double) a[k] * b[k];
        }
        return sum;
    }
}
