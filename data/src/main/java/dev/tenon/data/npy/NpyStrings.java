package dev.tenon.data.npy;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Strings in .npy files: of equal length, filled up with zeros.
final class NpyStrings {
    private NpyStrings() {}

    static Tensor read(InputStream in, NpyDescr descr, long[] shape) throws IOException {
        var tensor = Tensor.zeros(DType.STRING, shape);
        for (long i = 0; i < tensor.size(); i++) {
            var bytes = Npy.bytes(in, descr.bytes());
            tensor.setString(i, descr.utf32() ? utf32(bytes, descr.swap()) : utf8(bytes));
        }
        return tensor;
    }

    private static String utf8(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FormatException(Problem.of("a byte string is not UTF-8"), e);
        }
    }

    private static String utf32(byte[] bytes, boolean bigEndian) {
        if (bigEndian) {
            Npy.swap(bytes, bytes.length, 4);
        }
        var text = new StringBuilder(bytes.length / 4);
        for (int i = 0; i < bytes.length; i += 4) {
            int c =
                    bytes[i] & 0xff
                            | (bytes[i + 1] & 0xff) << 8
                            | (bytes[i + 2] & 0xff) << 16
                            | bytes[i + 3] << 24;
            if (!Character.isValidCodePoint(c)) {
                throw new FormatException(
                        Problem.of("a string holds no Unicode character")
                                .got("0x" + Integer.toHexString(c)));
            }
            text.appendCodePoint(c);
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }

    static int longest(Tensor tensor) {
        int longest = 1;
        for (var text : tensor.strings()) {
            longest = Math.max(longest, text.codePointCount(0, text.length()));
        }
        return longest;
    }

    static void write(OutputStream out, Tensor tensor, int longest) throws IOException {
        var bytes = new byte[longest * 4];
        for (var text : tensor.strings()) {
            Arrays.fill(bytes, (byte) 0);
            int at = 0;
            for (int c : text.codePoints().toArray()) {
                for (int shift = 0; shift < 32; shift += 8) {
                    bytes[at++] = (byte) (c >> shift);
                }
            }
            out.write(bytes);
        }
    }
}
