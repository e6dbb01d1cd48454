package dev.tenon.graph.op;

import dev.tenon.base.Tensor;

/// The order of a tensor's elements: by number, NaN last; strings by their characters.
public final class ElementOrder {
    private ElementOrder() {}

    /// Compares `count` elements from one place on with as many from another.
    public static int compare(Tensor data, long a, long b, long count) {
        for (long i = 0; i < count; i++) {
            int order = compare(data, a + i, b + i);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /// Compares two elements as [java.util.Comparator#compare] does.
    public static int compare(Tensor data, long a, long b) {
        return switch (data.dtype().kind()) {
            case STRING -> data.getString(a).compareTo(data.getString(b));
            case UNSIGNED -> Long.compareUnsigned(data.getLong(a), data.getLong(b));
            case SIGNED, BOOL -> Long.compare(data.getLong(a), data.getLong(b));
            case FLOAT -> compare(data.getDouble(a), data.getDouble(b));
            case COMPLEX -> {
                int real = compare(data.getReal(a), data.getReal(b));
                yield real != 0 ? real : compare(data.getImaginary(a), data.getImaginary(b));
            }
        };
    }

    /// As `Double.compare`, but with -0 the same as 0.
    private static int compare(double a, double b) {
        return a == b ? 0 : Double.compare(a, b);
    }
}
