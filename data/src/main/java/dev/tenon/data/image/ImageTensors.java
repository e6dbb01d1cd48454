package dev.tenon.data.image;

import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Tensor;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;

/// Turns images (PNG, JPEG, GIF, BMP, whatever the JDK reads) into `f32` tensors of one item.
public final class ImageTensors {
    private ImageTensors() {}

    /// Reads a file.
    ///
    /// @return `[1,C,H,W]` or `[1,H,W,C]`
    /// @throws ResourceException when the file cannot be read
    /// @throws FormatException when it is no image
    /// @throws LimitException when it has too many pixels, before they are read
    public static Tensor read(Path file, ImageOptions options) {
        if (!Files.isReadable(file)) {
            throw new ResourceException(Problem.of("cannot read the file").node(file.toString()));
        }
        try (var in = ImageIO.createImageInputStream(file.toFile())) {
            return toTensor(decode(file, in, options), options);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new FormatException(
                    Problem.of("malformed image (" + e.getMessage() + ")").node(file.toString()),
                    e);
        }
    }

    private static BufferedImage decode(Path file, ImageInputStream in, ImageOptions options)
            throws IOException {
        var readers = ImageIO.getImageReaders(in);
        if (!readers.hasNext()) {
            throw new FormatException(
                    Problem.of("not an image, or of a kind that is not read")
                            .node(file.toString())
                            .expected(
                                    "one of "
                                            + String.join(", ", ImageIO.getReaderFileSuffixes())));
        }
        var reader = readers.next();
        try {
            reader.setInput(in, true, true);
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels > options.maxPixels()) {
                throw new LimitException(
                        Problem.of("an image is too large")
                                .node(file.toString())
                                .expected("at most " + options.maxPixels() + " pixels")
                                .got(pixels));
            }
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /// Scales bilinearly between the centres of pixels (no smoothing when it becomes smaller), then
    /// scales and shifts the values. Transparent pixels are blended with black.
    public static Tensor toTensor(BufferedImage image, ImageOptions options) {
        int height = options.height() == 0 ? image.getHeight() : options.height();
        int width = options.width() == 0 ? image.getWidth() : options.width();
        int channels = options.channels().count();
        boolean nchw = options.layout() == ImageOptions.Layout.NCHW;
        var window = Window.of(image.getWidth(), image.getHeight(), width, height, options.fit());
        var pixels = pixels(image, options.channels());
        var result = new float[Math.toIntExact((long) channels * height * width)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sourceX = window.sourceX(x);
                double sourceY = window.sourceY(y);
                boolean inside = window.contains(x, y);
                for (int c = 0; c < channels; c++) {
                    float value =
                            inside ? sample(pixels[c], image.getWidth(), sourceX, sourceY) : 0;
                    int at = nchw ? (c * height + y) * width + x : (y * width + x) * channels + c;
                    result[at] =
                            (value * options.scale() - options.mean().get(c))
                                    / options.std().get(c);
                }
            }
        }
        return nchw
                ? Tensor.of(result, 1, channels, height, width)
                : Tensor.of(result, 1, height, width, channels);
    }

    private static float sample(float[] pixels, int width, double x, double y) {
        int height = pixels.length / width;
        double cx = Math.clamp(x, 0, width - 1);
        double cy = Math.clamp(y, 0, height - 1);
        int x0 = (int) cx;
        int y0 = (int) cy;
        int x1 = Math.min(x0 + 1, width - 1);
        int y1 = Math.min(y0 + 1, height - 1);
        double fx = cx - x0;
        double fy = cy - y0;
        double top = pixels[y0 * width + x0] * (1 - fx) + pixels[y0 * width + x1] * fx;
        double bottom = pixels[y1 * width + x0] * (1 - fx) + pixels[y1 * width + x1] * fx;
        return (float) (top * (1 - fy) + bottom * fy);
    }

    private static float[][] pixels(BufferedImage image, ImageOptions.Channels channels) {
        int width = image.getWidth();
        int height = image.getHeight();
        var planes = new float[channels.count()][width * height];
        var row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                var color = new Color(row[x], true);
                float opacity = color.getAlpha() / 255f;
                float red = color.getRed() * opacity;
                float green = color.getGreen() * opacity;
                float blue = color.getBlue() * opacity;
                int at = y * width + x;
                switch (channels) {
                    case RGB -> put(planes, at, red, green, blue);
                    case BGR -> put(planes, at, blue, green, red);
                    case GRAY -> planes[0][at] = 0.299f * red + 0.587f * green + 0.114f * blue;
                }
            }
        }
        return planes;
    }

    private static void put(float[][] planes, int at, float first, float second, float third) {
        planes[0][at] = first;
        planes[1][at] = second;
        planes[2][at] = third;
    }

    /// Where a target pixel lies in the source: `(target + 0.5 - offset) · step - 0.5`.
    private record Window(
            double offsetX, double offsetY, double stepX, double stepY, int width, int height) {
        static Window of(
                int sourceWidth, int sourceHeight, int width, int height, ImageOptions.Fit fit) {
            double stepX = (double) sourceWidth / width;
            double stepY = (double) sourceHeight / height;
            if (fit != ImageOptions.Fit.STRETCH) {
                double step =
                        fit == ImageOptions.Fit.CROP
                                ? Math.min(stepX, stepY)
                                : Math.max(stepX, stepY);
                stepX = step;
                stepY = step;
            }
            double offsetX = (width - sourceWidth / stepX) / 2;
            double offsetY = (height - sourceHeight / stepY) / 2;
            return new Window(offsetX, offsetY, stepX, stepY, width, height);
        }

        double sourceX(int x) {
            return (x + 0.5 - offsetX) * stepX - 0.5;
        }

        double sourceY(int y) {
            return (y + 0.5 - offsetY) * stepY - 0.5;
        }

        boolean contains(int x, int y) {
            return x + 0.5 >= offsetX
                    && x + 0.5 <= width - offsetX
                    && y + 0.5 >= offsetY
                    && y + 0.5 <= height - offsetY;
        }
    }
}
