package dev.tenon.graph.op.resample;

import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A decoded image: rows from the top, in each pixel red, green and blue from 0 to 255.
record Pixels(int width, int height, byte[] rgb) {

    /// Decodes an image file; its first bytes tell the format.
    ///
    /// @throws InputException when it is malformed
    /// @throws UnsupportedException for formats that cannot be read
    static Pixels decode(byte[] file) {
        if (starts(file, 0, "RIFF") && starts(file, 8, "WEBP")) {
            throw unsupported("WebP");
        }
        if (starts(file, 4, "jP  ") || starts(file, 0, "\u00ff\u004f\u00ff\u0051")) {
            throw unsupported("JPEG 2000");
        }
        if (file.length > 1 && file[0] == 'P' && file[1] >= '1' && file[1] <= '6') {
            return new NetpbmReader(file).read();
        }
        if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
            throw new UnsupportedException(
                    Problem.of("images are decoded by the module java.desktop")
                            .advice("Start Java with --add-modules java.desktop"));
        }
        return ImageIoReader.read(file);
    }

    /// @throws LimitException when an image of this size does not fit the heap
    static void checkSize(int width, int height) {
        // Twice: as it is decoded, and as pixels.
        long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2) / 4;
        if ((long) width * height > most) {
            throw new LimitException(
                    Problem.of("an image is too large")
                            .expected("at most " + most + " pixels")
                            .got(width + "x" + height));
        }
    }

    private static boolean starts(byte[] file, int at, String with) {
        byte[] signature = with.getBytes(StandardCharsets.ISO_8859_1);
        return file.length >= at + signature.length
                && Arrays.equals(file, at, at + signature.length, signature, 0, signature.length);
    }

    private static UnsupportedException unsupported(String format) {
        return new UnsupportedException(
                Problem.of("images of this format cannot be decoded")
                        .expected("JPEG, PNG, BMP, GIF, TIFF or PNM")
                        .got(format)
                        .advice("Convert the image, or feed the model with pixels"));
    }

    int channel(int pixel, int channel) {
        return rgb[3 * pixel + channel] & 0xff;
    }

    /// The brightness of a pixel (ITU-R BT.601 luma).
    int luma(int pixel) {
        return (19595 * channel(pixel, 0)
                        + 38470 * channel(pixel, 1)
                        + 7471 * channel(pixel, 2)
                        + 0x8000)
                >> 16;
    }
}
