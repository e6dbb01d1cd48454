package dev.tenon.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.Floats;
import dev.tenon.base.FormatException;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.ResourceException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTensorsTest {
    private static final ImageOptions RAW = ImageOptions.of(0, 0).withScale(1);

    @TempDir Path folder;

    private static BufferedImage image(int width, int height, int... rgb) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, rgb, 0, width);
        return image;
    }

    @Test
    void layoutsAndChannels() throws IOException {
        var file = folder.resolve("a.png").toFile();
        ImageIO.write(image(2, 1, 0x010203, 0x040506), "png", file);
        var nchw = ImageTensors.read(file.toPath(), RAW);
        assertArrayEquals(new long[] {1, 3, 1, 2}, nchw.dims());
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, nchw.toFloats());
        var bgr = RAW.withChannels(ImageOptions.Channels.BGR).withLayout(ImageOptions.Layout.NHWC);
        assertArrayEquals(
                new float[] {3, 2, 1, 6, 5, 4}, ImageTensors.read(file.toPath(), bgr).toFloats());
    }

    @Test
    void normalization() {
        var options =
                ImageOptions.of(1, 1)
                        .withNormalization(Floats.of(0.5f, 0, 0), Floats.of(0.5f, 1, 2));
        assertArrayEquals(
                new float[] {1, 0, 0.5f},
                ImageTensors.toTensor(image(1, 1, 0xff00ff), options).toFloats(),
                1e-6f);
    }

    /// The values of a bilinear resize between the centres of pixels, by hand.
    @Test
    void bilinear() {
        var gray = ImageOptions.of(1, 4).withScale(1).withChannels(ImageOptions.Channels.GRAY);
        var wide = ImageTensors.toTensor(image(2, 1, 0x000000, 0x646464), gray);
        assertArrayEquals(new float[] {0, 25, 75, 100}, wide.toFloats(), 1e-3f);
        var small =
                ImageTensors.toTensor(
                        image(4, 1, 0x000000, 0x0a0a0a, 0x141414, 0x1e1e1e),
                        ImageOptions.of(1, 2)
                                .withScale(1)
                                .withChannels(ImageOptions.Channels.GRAY));
        assertArrayEquals(new float[] {5, 25}, small.toFloats(), 1e-3f);
    }

    @Test
    void fits() {
        var wide =
                image(
                        4, 2, 0x0a0a0a, 0x141414, 0x1e1e1e, 0x282828, 0x0a0a0a, 0x141414, 0x1e1e1e,
                        0x282828);
        var gray = ImageOptions.of(2, 2).withScale(1).withChannels(ImageOptions.Channels.GRAY);
        var crop = ImageTensors.toTensor(wide, gray.withFit(ImageOptions.Fit.CROP));
        assertArrayEquals(new float[] {20, 30, 20, 30}, crop.toFloats(), 1e-3f);
        var square = ImageOptions.of(4, 4).withScale(1).withChannels(ImageOptions.Channels.GRAY);
        var pad = ImageTensors.toTensor(wide, square.withFit(ImageOptions.Fit.PAD));
        assertArrayEquals(
                new float[] {0, 0, 0, 0, 10, 20, 30, 40, 10, 20, 30, 40, 0, 0, 0, 0},
                pad.toFloats(),
                1e-3f);
    }

    @Test
    void whatIsNoImage() throws IOException {
        var text = Files.writeString(folder.resolve("a.png"), "no image");
        assertThrows(FormatException.class, () -> ImageTensors.read(text, RAW));
        assertThrows(
                ResourceException.class,
                () -> ImageTensors.read(folder.resolve("missing.png"), RAW));
        var file = folder.resolve("b.png");
        ImageIO.write(image(3, 3, new int[9]), "png", file.toFile());
        var cut =
                Files.write(
                        folder.resolve("c.png"),
                        java.util.Arrays.copyOf(Files.readAllBytes(file), 40));
        assertThrows(FormatException.class, () -> ImageTensors.read(cut, RAW));
        var few =
                new ImageOptions(
                        0, 0, RAW.fit(), RAW.layout(), RAW.channels(), 1, RAW.mean(), RAW.std(), 8);
        assertEquals(9 * 3, ImageTensors.read(file, RAW).size());
        assertThrows(LimitException.class, () -> ImageTensors.read(file, few));
        assertThrows(InputException.class, () -> RAW.withNormalization(Floats.of(0), Floats.of(1)));
    }
}
