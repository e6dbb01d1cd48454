package dev.tenon.kernels.vector;

/// The same 32 bits in all lanes.
public record Constant(int bits) implements Literal {
    public static Constant of(float value) {
        return new Constant(Float.floatToRawIntBits(value));
    }
}
