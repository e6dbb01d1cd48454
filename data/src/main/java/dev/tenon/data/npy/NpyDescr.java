package dev.tenon.data.npy;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import java.util.regex.Pattern;

/// How the elements of an array lie in a file: NumPy's `descr`, such as `<f4`.
///
/// @param dtype what the elements become
/// @param bytes of one element in the file
/// @param swap the bytes of what is wider than a byte are in big-endian order
/// @param utf32 strings of four bytes a character; else, for strings, of UTF-8
record NpyDescr(DType dtype, int bytes, boolean swap, boolean utf32) {
    private static final Pattern FORM = Pattern.compile("([<>|=])?([a-zA-Z])([0-9]{0,9})(\\[.*])?");

    /// @throws UnsupportedException for objects, records, dates and long doubles
    /// @throws FormatException when the text is no element type
    static NpyDescr parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new FormatException(
                    Problem.of("malformed element type of an array")
                            .expected("such as <f4")
                            .got(text));
        }
        int size = match.group(3).isEmpty() ? 0 : Integer.parseInt(match.group(3));
        boolean swap = ">".equals(match.group(1));
        return switch (match.group(2)) {
            case "S", "a" -> new NpyDescr(DType.STRING, size, false, false);
            case "U" -> new NpyDescr(DType.STRING, Math.multiplyExact(size, 4), swap, true);
            default -> number(text, match.group(2) + size, size, swap);
        };
    }

    private static NpyDescr number(String text, String kind, int size, boolean swap) {
        var dtype =
                switch (kind) {
                    case "b1" -> DType.BOOL;
                    case "i1" -> DType.INT8;
                    case "i2" -> DType.INT16;
                    case "i4" -> DType.INT32;
                    case "i8" -> DType.INT64;
                    case "u1" -> DType.UINT8;
                    case "u2" -> DType.UINT16;
                    case "u4" -> DType.UINT32;
                    case "u8" -> DType.UINT64;
                    case "f2" -> DType.FLOAT16;
                    case "f4" -> DType.FLOAT32;
                    case "f8" -> DType.FLOAT64;
                    case "c8" -> DType.COMPLEX64;
                    case "c16" -> DType.COMPLEX128;
                    default ->
                            throw new UnsupportedException(
                                    Problem.of("arrays of this element type are not read")
                                            .expected(
                                                    "booleans, integers, floats of 16 to 64 bits,"
                                                            + " complex numbers or strings")
                                            .got(text)
                                            .advice(
                                                    "Convert it in NumPy with astype() before"
                                                            + " saving"));
                };
        return new NpyDescr(dtype, size, swap, false);
    }

    /// How a tensor is written.
    ///
    /// @param longest the longest string in characters, for strings
    /// @throws UnsupportedException for types that NumPy lacks
    static String of(DType dtype, int longest) {
        return switch (dtype) {
            case BOOL -> "|b1";
            case INT8 -> "|i1";
            case UINT8 -> "|u1";
            case INT16, INT32, INT64 -> "<i" + dtype.bits() / 8;
            case UINT16, UINT32, UINT64 -> "<u" + dtype.bits() / 8;
            case FLOAT16, FLOAT32, FLOAT64 -> "<f" + dtype.bits() / 8;
            case COMPLEX64, COMPLEX128 -> "<c" + dtype.bits() / 8;
            case STRING -> "<U" + longest;
            default ->
                    throw new UnsupportedException(
                            Problem.of("NumPy has no such element type")
                                    .got(dtype)
                                    .advice("Convert the tensor first, for instance to f32 or i8"));
        };
    }

    /// Bytes of what is swapped as one: half of a complex number, one character of a string.
    int unit() {
        return switch (dtype.kind()) {
            case COMPLEX -> bytes / 2;
            case STRING -> utf32 ? 4 : 1;
            default -> bytes;
        };
    }
}
