package dev.tenon.cli.conformance;

/// How far a value may be from the expected one: `|actual - expected| ≤ absolute + relative ·
/// |expected|`, as NumPy's `assert_allclose` has it. NaN equals NaN, and infinities equal
/// themselves.
public record Tolerance(double relative, double absolute) {
    /// What ONNX's own runner allows.
    public static final Tolerance ONNX = new Tolerance(1e-3, 1e-7);

    boolean allows(double expected, double actual) {
        if (expected == actual || Double.isNaN(expected) && Double.isNaN(actual)) {
            return true;
        }
        if (Double.isInfinite(expected) || Double.isInfinite(actual)) {
            return false;
        }
        return Math.abs(actual - expected) <= absolute + relative * Math.abs(expected);
    }
}
