package dev.tenon.formats.onnx.proto;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Strict UTF-8: what is malformed is an error, never replaced.
final class Utf8 {
    private Utf8() {}

    static String decode(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return decodeWide(bytes);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String decodeWide(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new FormatException(Problem.of("a string is not UTF-8"), e);
        }
    }

    static byte[] encode(String text) {
        try {
            var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            var bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new FormatException(Problem.of("a string holds an unpaired surrogate"), e);
        }
    }
}
