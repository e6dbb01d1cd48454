package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.StringJoiner;

/// The elements of a tensor as text: `{1, 2}` where they are few, else `#` and the start of their
/// SHA-256.
///
/// Every bit is kept: an element whose number does not give its bits back, such as a NaN with a
/// payload, stands as its bits in hexadecimal.
final class TensorText {
    private static final int MAX_INLINE_ELEMENTS = 16;
    private static final int MAX_INLINE_CHARACTERS = 256;
    private static final int HASH_DIGITS = 16;
    private static final int MAX_CHUNK = 1 << 16;

    private TensorText() {}

    static String print(Tensor tensor) {
        return isInline(tensor) ? inline(tensor) : "#" + hash(tensor);
    }

    static boolean isInline(Tensor tensor) {
        if (tensor.size() > MAX_INLINE_ELEMENTS) {
            return false;
        }
        long characters = 0;
        if (tensor.dtype() == DType.STRING) {
            for (var string : tensor.strings()) {
                characters += string.length();
            }
        }
        return characters <= MAX_INLINE_CHARACTERS;
    }

    /// The first digits of the SHA-256 of type and elements.
    static String hash(Tensor tensor) {
        var digest = sha256();
        digest.update(tensor.type().toString().getBytes(StandardCharsets.UTF_8));
        if (tensor.dtype() == DType.STRING) {
            for (var string : tensor.strings()) {
                digest.update(TextScanner.quote(string).getBytes(StandardCharsets.UTF_8));
            }
        } else {
            var segment = tensor.segment();
            var chunk = new byte[(int) Math.min(MAX_CHUNK, segment.byteSize())];
            for (long from = 0; from < segment.byteSize(); from += chunk.length) {
                int length = (int) Math.min(chunk.length, segment.byteSize() - from);
                MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, from, chunk, 0, length);
                digest.update(chunk, 0, length);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String inline(Tensor tensor) {
        var elements = new StringJoiner(", ", "{", "}");
        if (tensor.dtype() == DType.STRING) {
            for (var string : tensor.strings()) {
                elements.add(TextScanner.quote(string));
            }
            return elements.toString();
        }
        var numbers = components(tensor);
        var again = Tensor.zeros(numbers.dtype(), numbers.dims());
        boolean complex = numbers != tensor;
        for (long i = 0; i < numbers.size(); i += complex ? 2 : 1) {
            var text = element(numbers, i, again);
            elements.add(complex ? "(" + text + ", " + element(numbers, i + 1, again) + ")" : text);
        }
        return elements.toString();
    }

    private static String element(Tensor numbers, long index, Tensor again) {
        var text = numbers.element(index);
        store(again, index, text);
        long bits = numbers.getBits(index);
        return again.getBits(index) == bits ? text : "0x" + Long.toHexString(bits);
    }

    /// Complex elements as pairs of floats, over the same memory; other tensors as they are.
    private static Tensor components(Tensor tensor) {
        return switch (tensor.dtype()) {
            case COMPLEX64 -> halves(tensor, DType.FLOAT32);
            case COMPLEX128 -> halves(tensor, DType.FLOAT64);
            default -> tensor;
        };
    }

    private static Tensor halves(Tensor tensor, DType part) {
        MemorySegment segment = tensor.segment();
        return Tensor.of(part, segment, tensor.size() * 2);
    }

    /// Reads what [#print] prints.
    ///
    /// @param constants the tensors that stand as a hash
    static Tensor parse(TextScanner in, Type type, Map<String, Tensor> constants) {
        if (!(type instanceof Type.OfTensor(var dtype, var shape)) || !shape.isKnown()) {
            throw in.error("a constant has a tensor type with known extents", null);
        }
        if (in.take("#")) {
            var hash = in.plain("a hash");
            var tensor = constants.get(hash);
            if (tensor == null || !tensor.type().equals(type)) {
                throw in.error(
                        tensor == null
                                ? "a constant was not supplied"
                                : "a constant of another type was supplied",
                        type.toString(),
                        tensor == null ? "#" + hash : tensor.type().toString(),
                        null);
            }
            return tensor;
        }
        long[] dims = shape.toLongs();
        if (Tensor.size(dims) > MAX_INLINE_ELEMENTS) {
            throw in.error("too many elements", "at most " + MAX_INLINE_ELEMENTS + ", or a hash");
        }
        var tensor = Tensor.zeros(dtype, dims);
        var numbers = components(tensor);
        in.expect("{");
        for (long i = 0; i < numbers.size(); i++) {
            if (i > 0) {
                in.expect(",");
            }
            if (dtype == DType.STRING) {
                tensor.setString(i, in.string());
            } else if (numbers != tensor) {
                in.expect("(");
                parseElement(in, numbers, i++);
                in.expect(",");
                parseElement(in, numbers, i);
                in.expect(")");
            } else {
                parseElement(in, numbers, i);
            }
        }
        in.expect("}");
        return tensor;
    }

    private static void parseElement(TextScanner in, Tensor into, long index) {
        var text = in.plain("an element");
        try {
            store(into, index, text);
        } catch (NumberFormatException e) {
            throw in.error("malformed element", into.dtype().text(), text, e);
        }
    }

    private static void store(Tensor into, long index, String text) {
        if (text.startsWith("0x")) {
            into.setBits(index, Long.parseUnsignedLong(text.substring(2), 16));
            return;
        }
        switch (into.dtype().kind()) {
            case FLOAT ->
                    into.setDouble(
                            index,
                            into.dtype() == DType.FLOAT64
                                    ? Double.parseDouble(text)
                                    : Float.parseFloat(text));
            case BOOL -> {
                if (!text.equals("true") && !text.equals("false")) {
                    throw new NumberFormatException("neither true nor false");
                }
                into.setLong(index, text.equals("true") ? 1 : 0);
            }
            case SIGNED -> storeInteger(into, index, Long.parseLong(text));
            default -> storeInteger(into, index, Long.parseUnsignedLong(text));
        }
    }

    private static void storeInteger(Tensor into, long index, long value) {
        into.setLong(index, value);
        if (into.getLong(index) != value) {
            throw new NumberFormatException("out of range");
        }
    }
}
