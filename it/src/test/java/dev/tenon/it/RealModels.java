package dev.tenon.it;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.cli.fetch.Fetcher;
import dev.tenon.cli.fetch.ModelCache;
import dev.tenon.cli.fetch.ModelTable;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// Trained models, fetched when they are first asked for, and inputs for them.
final class RealModels {
    private static final int SAMPLE_RATE = 16_000;

    private RealModels() {}

    /// @throws dev.tenon.base.ResourceException when the model cannot be fetched
    static Path path(String name) {
        return file(name, 0);
    }

    /// The n-th file of a model.
    static synchronized Path file(String name, int index) {
        var entry = Objects.requireNonNull(ModelTable.find(name), name);
        var cache = ModelCache.standard();
        if (!cache.has(entry)) {
            new Fetcher(cache).fetch(List.of(entry));
        }
        return cache.path(entry, entry.files().get(index));
    }

    /// Token ids for a BERT model: random words between the two special tokens, the last rows
    /// padded.
    static Map<String, Datum> tokens(int batch, int length, long seed) {
        var random = new Random(seed);
        var ids = Tensor.zeros(DType.INT64, batch, length);
        var mask = Tensor.zeros(DType.INT64, batch, length);
        for (int b = 0; b < batch; b++) {
            int words = b == 0 ? length : 1 + random.nextInt(length);
            for (int i = 0; i < words; i++) {
                int id = i == 0 ? 101 : i == words - 1 ? 102 : 1000 + random.nextInt(29_000);
                ids.setLong((long) b * length + i, id);
                mask.setLong((long) b * length + i, 1);
            }
        }
        return Map.of(
                "input_ids",
                ids,
                "attention_mask",
                mask,
                "token_type_ids",
                Tensor.zeros(DType.INT64, batch, length));
    }

    static Tensor noise(long seed, double low, double high, long... dims) {
        var random = new Random(seed);
        var tensor = Tensor.zeros(DType.FLOAT32, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, low + random.nextDouble() * (high - low));
        }
        return tensor;
    }

    /// Black text on white, as `f32[1,3,height,width]` from -1 to 1.
    static Tensor text(String text, int height, int width) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.BLACK);
        int size = Math.min(32, height * 2 / 3);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
        graphics.drawString(text, 8, height / 2 + size / 3);
        graphics.dispose();
        var tensor = Tensor.zeros(DType.FLOAT32, 1, 3, height, width);
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int channel = image.getRGB(x, y) >> 16 - 8 * c & 0xff;
                    tensor.setDouble(((long) c * height + y) * width + x, channel / 127.5 - 1);
                }
            }
        }
        return tensor;
    }

    /// Something like a voice: harmonics of a gliding pitch that swells and fades, over a little
    /// noise.
    static float[] voice(int samples, long seed) {
        var random = new Random(seed);
        var sound = new float[samples];
        double phase = 0;
        for (int i = 0; i < samples; i++) {
            double time = (double) i / SAMPLE_RATE;
            phase += 2 * Math.PI * (120 + 40 * Math.sin(2 * Math.PI * 1.3 * time)) / SAMPLE_RATE;
            double loudness = 0.5 - 0.5 * Math.cos(2 * Math.PI * 2 * time);
            double sum = 0;
            for (int harmonic = 1; harmonic <= 12; harmonic++) {
                sum += Math.sin(harmonic * phase) / harmonic;
            }
            sound[i] = (float) (0.2 * loudness * sum + 0.005 * random.nextGaussian());
        }
        return sound;
    }
}
