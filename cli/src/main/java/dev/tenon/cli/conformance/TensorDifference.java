package dev.tenon.cli.conformance;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import java.util.Arrays;

/// How two tensors of one type and shape differ.
///
/// @param elements of either
/// @param outside elements that are further apart than the tolerance allows
/// @param maxAbsolute the largest distance of two finite elements
/// @param maxRelative the largest distance of two finite elements by the size of the expected one
/// @param worst the index of the element that is furthest outside the tolerance; -1 when none is
public record TensorDifference(
        long elements, long outside, double maxAbsolute, double maxRelative, long worst) {

    /// Compares element by element: integers, booleans and strings exactly, floats and complex
    /// numbers within the tolerance.
    public static TensorDifference between(Tensor expected, Tensor actual, Tolerance tolerance) {
        var counter = new Counter(tolerance);
        for (long i = 0; i < expected.size(); i++) {
            switch (expected.dtype().kind()) {
                case STRING ->
                        counter.exact(i, expected.getString(i).equals(actual.getString(i)), 0, 0);
                case FLOAT -> counter.real(i, expected.getDouble(i), actual.getDouble(i));
                case COMPLEX -> counter.complex(i, expected, actual);
                default ->
                        counter.exact(
                                i,
                                expected.getBits(i) == actual.getBits(i),
                                expected.getDouble(i),
                                actual.getDouble(i));
            }
        }
        return new TensorDifference(
                expected.size(),
                counter.outside,
                counter.maxAbsolute,
                counter.maxRelative,
                counter.worst);
    }

    /// Whether dtype and shape are the same, so that the elements can be compared.
    public static boolean comparable(Tensor expected, Tensor actual) {
        return expected.dtype() == actual.dtype() && Arrays.equals(expected.dims(), actual.dims());
    }

    public boolean within() {
        return outside == 0;
    }

    /// Says what is wrong in a line.
    String describe(Tensor expected, Tensor actual) {
        var text =
                new StringBuilder()
                        .append(outside)
                        .append(" of ")
                        .append(elements)
                        .append(elements == 1 ? " element differs" : " elements differ")
                        .append(", such as [")
                        .append(position(expected.dims(), worst))
                        .append("]: expected ")
                        .append(expected.element(worst))
                        .append(", got ")
                        .append(actual.element(worst));
        if (expected.dtype() != DType.STRING && expected.dtype() != DType.BOOL) {
            text.append(" (largest difference ").append((float) maxAbsolute).append(')');
        }
        return text.toString();
    }

    private static String position(long[] dims, long index) {
        var parts = new String[dims.length];
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            parts[axis] = Long.toString(index % dims[axis]);
            index /= dims[axis];
        }
        return String.join(",", parts);
    }

    private static final class Counter {
        private final Tolerance tolerance;
        private long outside;
        private double maxAbsolute;
        private double maxRelative;
        private long worst = -1;
        private double worstDistance = -1;

        Counter(Tolerance tolerance) {
            this.tolerance = tolerance;
        }

        void real(long index, double expected, double actual) {
            double distance = expected == actual ? 0 : Math.abs(actual - expected);
            add(index, tolerance.allows(expected, actual), distance, Math.abs(expected));
        }

        void complex(long index, Tensor expected, Tensor actual) {
            double real = actual.getReal(index) - expected.getReal(index);
            double imaginary = actual.getImaginary(index) - expected.getImaginary(index);
            double size = Math.hypot(expected.getReal(index), expected.getImaginary(index));
            double distance = Math.hypot(real, imaginary);
            boolean bothNan =
                    Double.isNaN(size)
                            && Double.isNaN(actual.getReal(index) + actual.getImaginary(index));
            boolean allowed =
                    bothNan
                            || distance <= tolerance.absolute() + tolerance.relative() * size
                            || tolerance.allows(expected.getReal(index), actual.getReal(index))
                                    && tolerance.allows(
                                            expected.getImaginary(index),
                                            actual.getImaginary(index));
            add(index, allowed, distance, size);
        }

        void exact(long index, boolean equal, double expected, double actual) {
            add(index, equal, Math.abs(actual - expected), Math.abs(expected));
        }

        private void add(long index, boolean allowed, double distance, double size) {
            if (Double.isFinite(distance) && distance > 0) {
                maxAbsolute = Math.max(maxAbsolute, distance);
                maxRelative = Math.max(maxRelative, distance / Math.max(size, Double.MIN_NORMAL));
            }
            if (!allowed) {
                outside++;
                double rank = Double.isFinite(distance) ? distance : Double.MAX_VALUE;
                if (rank > worstDistance) {
                    worst = index;
                    worstDistance = rank;
                }
            }
        }
    }
}
