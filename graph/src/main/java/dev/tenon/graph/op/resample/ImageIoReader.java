package dev.tenon.graph.op.resample;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Reads images of the formats that the JDK knows.
final class ImageIoReader {
    private ImageIoReader() {}

    /// @throws InputException when the format is unknown or the file is malformed
    /// @throws dev.tenon.base.LimitException when the image does not fit the heap
    static Pixels read(byte[] file) {
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            var readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new InputException(
                        Problem.of("no image of a known format")
                                .expected(
                                        String.join(", ", ImageIO.getReaderFileSuffixes())
                                                + " or pnm"));
            }
            var reader = readers.next();
            try {
                reader.setInput(in, true, true);
                Pixels.checkSize(reader.getWidth(0), reader.getHeight(0));
                return pixels(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (TenonException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new InputException(
                    Problem.of("the image cannot be decoded: " + e.getMessage()), e);
        }
    }

    private static Pixels pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        var rgb = new byte[3 * width * height];
        if (hasByteSamples(image)) {
            copySamples(image, rgb);
        } else {
            int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
            for (int i = 0; i < packed.length; i++) {
                rgb[3 * i] = (byte) (packed[i] >> 16);
                rgb[3 * i + 1] = (byte) (packed[i] >> 8);
                rgb[3 * i + 2] = (byte) packed[i];
            }
        }
        return new Pixels(width, height, rgb);
    }

    /// Whether the samples are the colours, as they are in the file; reading them through the
    /// colour model would convert grey levels and profiles.
    private static boolean hasByteSamples(BufferedImage image) {
        return image.getColorModel() instanceof ComponentColorModel
                && image.getRaster().getTransferType() == DataBuffer.TYPE_BYTE
                && image.getColorModel().getComponentSize(0) == 8;
    }

    /// Grey images have one colour band; a band of opacity is left out.
    private static void copySamples(BufferedImage image, byte[] rgb) {
        var raster = image.getRaster();
        int bands = raster.getNumBands();
        int width = image.getWidth();
        var row = new int[bands * width];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (y * width + x) + c] = (byte) row[bands * x + (bands < 3 ? 0 : c)];
                }
            }
        }
    }
}
