package dev.tenon.graph.op.reduce;

import dev.tenon.base.DType;
import java.util.Arrays;
import java.util.function.LongBinaryOperator;

/// What a [Fold] makes of the elements that it folds into one.
public enum Folding {
    SUM,
    MEAN,
    MAX,
    MIN,
    PROD,
    /// The sum of magnitudes.
    L1,
    /// The square root of the sum of squares.
    L2,
    LOG_SUM,
    LOG_SUM_EXP,
    SUM_SQUARE;

    /// Of floating-point elements. Of none, it is the neutral element, and NaN for the mean.
    double apply(double[] values) {
        var elements = Arrays.stream(values);
        return switch (this) {
            case SUM -> sum(values);
            case MEAN -> sum(values) / values.length;
            case MAX -> elements.reduce(Double.NEGATIVE_INFINITY, Math::max);
            case MIN -> elements.reduce(Double.POSITIVE_INFINITY, Math::min);
            case PROD -> elements.reduce(1, (a, b) -> a * b);
            case L1 -> sum(elements.map(Math::abs).toArray());
            case L2 -> Math.sqrt(sum(elements.map(v -> v * v).toArray()));
            case LOG_SUM -> Math.log(sum(values));
            case LOG_SUM_EXP -> {
                double max = elements.reduce(Double.NEGATIVE_INFINITY, Math::max);
                double shift = Double.isInfinite(max) ? 0 : max;
                yield Math.log(sum(Arrays.stream(values).map(v -> Math.exp(v - shift)).toArray()))
                        + shift;
            }
            case SUM_SQUARE -> sum(elements.map(v -> v * v).toArray());
        };
    }

    /// Whether the result for integers is an integer computed from integers alone; otherwise it is
    /// computed from real numbers and truncated.
    boolean isExact() {
        return switch (this) {
            case L2, LOG_SUM, LOG_SUM_EXP -> false;
            default -> true;
        };
    }

    /// Of integers or booleans, where the folding [is exact][#isExact]; sums wrap around, the mean
    /// truncates.
    long apply(long[] values, DType dtype) {
        LongBinaryOperator larger =
                dtype == DType.UINT64
                        ? (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b
                        : Math::max;
        LongBinaryOperator smaller =
                dtype == DType.UINT64
                        ? (a, b) -> Long.compareUnsigned(a, b) <= 0 ? a : b
                        : Math::min;
        var elements = Arrays.stream(values);
        return switch (this) {
            case SUM -> elements.sum();
            case MEAN -> mean(values, dtype);
            case MAX -> elements.reduce(dtype == DType.BOOL ? 0 : dtype.minInteger(), larger);
            case MIN -> elements.reduce(dtype == DType.BOOL ? 1 : dtype.maxInteger(), smaller);
            case PROD -> elements.reduce(1, (a, b) -> a * b);
            case L1 -> elements.map(v -> dtype.isSigned() ? Math.abs(v) : v).sum();
            case SUM_SQUARE -> elements.map(v -> v * v).sum();
            case L2, LOG_SUM, LOG_SUM_EXP ->
                    throw new IllegalStateException(this + " is not exact");
        };
    }

    private static long mean(long[] values, DType dtype) {
        if (values.length == 0) {
            return 0;
        }
        long sum = Arrays.stream(values).sum();
        return dtype.isSigned() ? sum / values.length : Long.divideUnsigned(sum, values.length);
    }

    /// In order, without compensation, so that infinities stay what they are.
    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
