package dev.tenon.graph.op.move;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import java.util.Locale;

/// What a scatter does where an element is already there (ONNX attribute `reduction`).
public enum ScatterReduction {
    NONE,
    ADD,
    MUL,
    MAX,
    MIN;

    /// The name in ONNX.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Combines an element of `updates` into one of `data`, which has the same dtype.
    void apply(Tensor data, long at, Tensor updates, long from) {
        if (this == NONE) {
            data.copyElement(at, updates, from);
        } else if (data.dtype().isFloat()) {
            data.setDouble(at, combine(data.getDouble(at), updates.getDouble(from)));
        } else {
            boolean unsigned = data.dtype().kind() == DType.Kind.UNSIGNED;
            data.setLong(at, combine(data.getLong(at), updates.getLong(from), unsigned));
        }
    }

    private double combine(double a, double b) {
        return switch (this) {
            case NONE -> b;
            case ADD -> a + b;
            case MUL -> a * b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
        };
    }

    private long combine(long a, long b, boolean unsigned) {
        boolean less = unsigned ? Long.compareUnsigned(a, b) < 0 : a < b;
        return switch (this) {
            case NONE -> b;
            case ADD -> a + b;
            case MUL -> a * b;
            case MAX -> less ? b : a;
            case MIN -> less ? a : b;
        };
    }
}
