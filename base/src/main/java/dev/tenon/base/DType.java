package dev.tenon.base;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The element types of tensors.
///
/// Types narrower than a byte are packed, the first element in the lowest bits (ONNX IR
/// specification, "Tensor Element Types").
public enum DType {
    FLOAT32("f32", 32, Kind.FLOAT, null),
    FLOAT64("f64", 64, Kind.FLOAT, null),
    FLOAT16("f16", 16, Kind.FLOAT, MiniFloat.F16),
    BFLOAT16("bf16", 16, Kind.FLOAT, MiniFloat.BF16),
    FLOAT8E4M3FN("f8e4m3fn", 8, Kind.FLOAT, MiniFloat.F8E4M3FN),
    FLOAT8E4M3FNUZ("f8e4m3fnuz", 8, Kind.FLOAT, MiniFloat.F8E4M3FNUZ),
    FLOAT8E5M2("f8e5m2", 8, Kind.FLOAT, MiniFloat.F8E5M2),
    FLOAT8E5M2FNUZ("f8e5m2fnuz", 8, Kind.FLOAT, MiniFloat.F8E5M2FNUZ),
    FLOAT8E8M0("f8e8m0", 8, Kind.FLOAT, MiniFloat.F8E8M0),
    FLOAT4E2M1("f4e2m1", 4, Kind.FLOAT, MiniFloat.F4E2M1),
    INT2("i2", 2, Kind.SIGNED, null),
    INT4("i4", 4, Kind.SIGNED, null),
    INT8("i8", 8, Kind.SIGNED, null),
    INT16("i16", 16, Kind.SIGNED, null),
    INT32("i32", 32, Kind.SIGNED, null),
    INT64("i64", 64, Kind.SIGNED, null),
    UINT2("u2", 2, Kind.UNSIGNED, null),
    UINT4("u4", 4, Kind.UNSIGNED, null),
    UINT8("u8", 8, Kind.UNSIGNED, null),
    UINT16("u16", 16, Kind.UNSIGNED, null),
    UINT32("u32", 32, Kind.UNSIGNED, null),
    UINT64("u64", 64, Kind.UNSIGNED, null),
    BOOL("bool", 8, Kind.BOOL, null),
    STRING("string", 0, Kind.STRING, null),
    COMPLEX64("c64", 64, Kind.COMPLEX, null),
    COMPLEX128("c128", 128, Kind.COMPLEX, null);

    /// What the elements are.
    public enum Kind {
        FLOAT,
        SIGNED,
        UNSIGNED,
        BOOL,
        STRING,
        COMPLEX
    }

    private static final Map<String, DType> BY_TEXT = new HashMap<>();

    static {
        for (var dtype : values()) {
            BY_TEXT.put(dtype.text, dtype);
        }
    }

    private final String text;
    private final int bits;
    private final Kind kind;
    private final @Nullable MiniFloat miniFloat;

    DType(String text, int bits, Kind kind, @Nullable MiniFloat miniFloat) {
        this.text = text;
        this.bits = bits;
        this.kind = kind;
        this.miniFloat = miniFloat;
    }

    /// The short name used in the text form, such as `f32`.
    public String text() {
        return text;
    }

    /// Bits an element; 0 for strings.
    public int bits() {
        return bits;
    }

    public Kind kind() {
        return kind;
    }

    /// The encoding of a float type of 16 bits or fewer; null for every other type.
    public @Nullable MiniFloat miniFloat() {
        return miniFloat;
    }

    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /// Signed or unsigned integers of any width; not booleans.
    public boolean isInteger() {
        return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
    }

    public boolean isSigned() {
        return kind == Kind.SIGNED;
    }

    /// Bytes that `count` elements take, packed.
    ///
    /// @throws LimitException when they do not fit a `long`
    public long bytes(long count) {
        if (bits >= 8) {
            try {
                return Math.multiplyExact(count, bits / 8);
            } catch (ArithmeticException e) {
                throw new LimitException(
                        Problem.of("a tensor is too large").got(count + " elements of " + text), e);
            }
        }
        int perByte = bits == 0 ? 1 : 8 / bits;
        return bits == 0 ? 0 : count / perByte + (count % perByte == 0 ? 0 : 1);
    }

    /// The smallest value of an integer type.
    public long minInteger() {
        return kind == Kind.SIGNED ? -1L << (bits - 1) : 0;
    }

    /// The largest value of an integer type; for `u64`, its bits (-1).
    public long maxInteger() {
        int magnitude = kind == Kind.SIGNED ? bits - 1 : bits;
        return magnitude == 64 ? -1L : (1L << magnitude) - 1;
    }

    /// The nearest value that a float type has, ties to even; overflow gives infinity, or NaN where
    /// there is none. Values of other types are given back as they are.
    public double round(double value) {
        return switch (this) {
            case FLOAT64 -> value;
            case FLOAT32 -> (float) value;
            default ->
                    miniFloat == null
                            ? value
                            : miniFloat.decode(miniFloat.encode(value, MiniFloat.Overflow.SPECIAL));
        };
    }

    /// The type whose [#text] is given, or null.
    public static @Nullable DType parse(String text) {
        return BY_TEXT.get(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
