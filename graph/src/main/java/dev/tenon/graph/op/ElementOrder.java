package dev.tenon.graph.op;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;

/// The order of a tensor's elements: numbers by value with NaN above all, strings by UTF-16 code units.
public final class ElementOrder {
    private ElementOrder() {}

    /// Compares two elements of one tensor as [java.util.Comparator#compare] does.
    public static int compare(Tensor tensor, long a, long b) {
        if (tensor.dtype() == DType.STRING) {
            return tensor.getString(a).compareTo(tensor.getString(b));
        }
        if (tensor.dtype().isFloat()) {
            return compare(tensor.getDouble(a), tensor.getDouble(b));
        }
        return tensor.dtype() == DType.UINT64
                ? Long.compareUnsigned(tensor.getLong(a), tensor.getLong(b))
                : Long.compare(tensor.getLong(a), tensor.getLong(b));
    }

    /// Zeros of either sign are equal.
    private static int compare(double a, double b) {
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }
}
