package dev.tenon.graph.op;

/// How a window's padding is found (ONNX attribute `auto_pad`).
public enum AutoPad {
    /// The padding is given.
    NOTSET,
    /// No padding.
    VALID,
    /// As much as makes the output `ceil(input / stride)` long; where it is odd, one more at the
    /// end.
    SAME_UPPER,
    /// As [#SAME_UPPER], but where it is odd, one more at the beginning.
    SAME_LOWER;

    public boolean isSame() {
        return this == SAME_UPPER || this == SAME_LOWER;
    }
}
