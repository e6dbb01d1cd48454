package dev.tenon.bench;

import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.util.Map;

/// How far the outputs of two engines are apart.
///
/// @param absolute the largest distance of two elements; infinite where only one is NaN
/// @param ofRange the largest distance as a share of the range of its output
public record Difference(double absolute, double ofRange) {
    static final Difference NONE = new Difference(0, 0);

    /// Smaller ranges count as this: beside a probability of 1, numbers near 0 are all the same.
    private static final double LEAST_RANGE = 1e-2;

    /// @throws InputException when the outputs have other names, types or shapes
    public static Difference between(
            Map<String, ? extends Datum> expected, Map<String, ? extends Datum> got) {
        if (!expected.keySet().equals(got.keySet())) {
            throw new InputException(
                    Problem.of("the engines give other outputs")
                            .expected(expected.keySet())
                            .got(got.keySet()));
        }
        var worst = NONE;
        for (var output : expected.entrySet()) {
            worst = worst.max(between(output.getKey(), output.getValue(), got));
        }
        return worst;
    }

    private static Difference between(
            String name, Datum expected, Map<String, ? extends Datum> others) {
        var got = others.get(name);
        if (!(expected instanceof Tensor a)
                || !(got instanceof Tensor b)
                || !a.type().equals(b.type())) {
            throw new InputException(
                    Problem.of("the engines give other types")
                            .node(name)
                            .expected(expected.type())
                            .got(got == null ? "nothing" : got.type()));
        }
        return between(a, b);
    }

    /// Of two tensors of numbers of one type.
    static Difference between(Tensor expected, Tensor got) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double worst = 0;
        for (long i = 0; i < expected.size(); i++) {
            double value = expected.getDouble(i);
            double other = got.getDouble(i);
            worst = Math.max(worst, distance(value, other));
            if (Double.isFinite(value)) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
        }
        double range = expected.size() > 1 ? most - least : Math.max(Math.abs(most), 1);
        return new Difference(worst, worst == 0 ? 0 : worst / Math.max(range, LEAST_RANGE));
    }

    /// Equal values, infinite ones and NaN included, are not apart.
    private static double distance(double a, double b) {
        if (Double.compare(a, b) == 0) {
            return 0;
        }
        double distance = Math.abs(a - b);
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }

    Difference max(Difference other) {
        return new Difference(Math.max(absolute, other.absolute), Math.max(ofRange, other.ofRange));
    }
}
