package dev.tenon.graph.op.resample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import dev.tenon.graph.SingleOp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
    private static Tensor decode(ImageDecoder.PixelFormat format, byte[] file) {
        return SingleOp.tensor(
                new ImageDecoder(format),
                Tensor.of(DType.UINT8, MemorySegment.ofArray(file), file.length));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] png(BufferedImage image) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void ordersChannels() throws IOException {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_4BYTE_ABGR);
        image.setRGB(0, 0, 0x80ff0102);
        image.setRGB(1, 0, 0xff405060);
        var rgb = decode(ImageDecoder.PixelFormat.RGB, png(image));
        assertEquals("[1,2,3]", rgb.shape().toString());
        assertArrayEquals(new long[] {255, 1, 2, 64, 80, 96}, rgb.toLongs());
        assertArrayEquals(
                new long[] {2, 1, 255, 96, 80, 64},
                decode(ImageDecoder.PixelFormat.BGR, png(image)).toLongs());
        assertArrayEquals(
                new long[] {77, 77},
                decode(ImageDecoder.PixelFormat.GRAYSCALE, png(image)).toLongs());
    }

    @Test
    void greyLevelsStayAsTheyAre() throws IOException {
        var image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 100);
        assertArrayEquals(
                new long[] {100, 100, 100},
                decode(ImageDecoder.PixelFormat.RGB, png(image)).toLongs());
    }

    @Test
    void readsNetpbm() {
        var rgb = ImageDecoder.PixelFormat.RGB;
        assertArrayEquals(
                new long[] {1, 2, 3},
                decode(rgb, bytes("P3 # a comment\n1 1 255 1 2 3")).toLongs());
        assertArrayEquals(
                new long[] {255, 255, 255, 17, 17, 17},
                decode(rgb, bytes("P2 2 1 15 15 1")).toLongs());
        assertArrayEquals(new long[] {65, 66, 67}, decode(rgb, bytes("P6 1 1 255\nABC")).toLongs());
        assertArrayEquals(
                new long[] {65, 65, 65}, decode(rgb, bytes("P5 1 1 65535\nAA")).toLongs());
        var grey = ImageDecoder.PixelFormat.GRAYSCALE;
        assertArrayEquals(
                new long[] {0, 255, 255, 0}, decode(grey, bytes("P1 2 2 1001")).toLongs());
        assertArrayEquals(
                new long[] {255, 0, 255, 255, 255, 255, 255, 255, 255, 0, 0},
                decode(grey, bytes("P4 11 1\n\u0040\u0060")).toLongs());
    }

    @Test
    void refusesWhatIsNoImage() {
        var rgb = ImageDecoder.PixelFormat.RGB;
        assertThrows(InputException.class, () -> decode(rgb, bytes("no image")));
        assertThrows(InputException.class, () -> decode(rgb, bytes("P6 2 2 255\nABC")));
        assertThrows(InputException.class, () -> decode(rgb, bytes("P6 x")));
        assertThrows(
                InputException.class, () -> decode(rgb, bytes("\u0089PNG\r\n\u001a\n broken")));
        assertThrows(LimitException.class, () -> decode(rgb, bytes("P6 99999 99999 255\nABC")));
        assertThrows(UnsupportedException.class, () -> decode(rgb, bytes("RIFF....WEBPVP8 ")));
    }
}
