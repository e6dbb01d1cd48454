package dev.tenon.testkit;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AssertionFailureBuilder;

/// How near results must be: `|expected - actual| <= absolute + relative * |expected|`.
///
/// NaN is near NaN, and an infinity is near itself. Everything but floats must be the same.
///
/// @param zeros whether zeros of either sign are near each other
public record Closeness(double relative, double absolute, boolean zeros) {
    /// The same values; zeros of either sign count as the same.
    public static final Closeness EXACT = new Closeness(0, 0);

    /// The same bits, but for those of NaN.
    public static final Closeness BITS = new Closeness(0, 0, false);

    /// What rounding in single precision leaves of a sum of moderate length.
    public static final Closeness SINGLE = new Closeness(1e-4, 1e-5);

    /// With zeros of either sign near each other.
    public Closeness(double relative, double absolute) {
        this(relative, absolute, true);
    }

    /// What may be expected of results computed and stored in a dtype.
    public static Closeness of(DType dtype) {
        return switch (dtype) {
            case FLOAT64, COMPLEX128 -> new Closeness(1e-9, 1e-12);
            case FLOAT32, COMPLEX64 -> SINGLE;
            case FLOAT16 -> new Closeness(2e-3, 1e-3);
            case BFLOAT16 -> new Closeness(2e-2, 1e-2);
            default -> {
                var mini = dtype.miniFloat();
                yield mini == null
                        ? EXACT
                        : new Closeness(Math.scalb(1.0, -mini.mantissaBits()), 1e-2);
            }
        };
    }

    /// Whether two numbers are near enough.
    public boolean near(double expected, double actual) {
        if (Double.isNaN(expected) || Double.isNaN(actual)) {
            return Double.isNaN(expected) && Double.isNaN(actual);
        }
        if (expected == actual) {
            return zeros || expected != 0 || 1 / expected == 1 / actual;
        }
        return Double.isFinite(expected)
                && Double.isFinite(actual)
                && Math.abs(expected - actual) <= absolute + relative * Math.abs(expected);
    }

    /// @throws AssertionError when types or shapes differ, or elements are not near; it names the
    ///   first of them, how many there are, and the largest error
    public void assertNear(Datum expected, Datum actual) {
        assertNear(expected, actual, "result");
    }

    /// Compares one by one.
    public void assertNear(List<? extends Datum> expected, List<? extends Datum> actual) {
        if (expected.size() != actual.size()) {
            throw fail("results", expected.size() + " of them", actual.size() + " of them");
        }
        for (int i = 0; i < expected.size(); i++) {
            assertNear(expected.get(i), actual.get(i), "result " + i);
        }
    }

    private void assertNear(Datum expected, Datum actual, String what) {
        switch (expected) {
            case Tensor x when actual instanceof Tensor y -> assertNear(x, y, what);
            case Datum.OfSequence(_, var x) when actual instanceof Datum.OfSequence(_, var y) -> {
                if (x.size() != y.size()) {
                    throw fail(what, x.size() + " elements", y.size() + " elements");
                }
                for (int i = 0; i < x.size(); i++) {
                    assertNear(x.get(i), y.get(i), what + "[" + i + "]");
                }
            }
            case Datum.OfOptional(_, var x) when actual instanceof Datum.OfOptional(_, var y) -> {
                if (x == null || y == null) {
                    if (x != null || y != null) {
                        throw fail(what, x == null ? "none" : x, y == null ? "none" : y);
                    }
                } else {
                    assertNear(x, y, what);
                }
            }
            case Datum.OfMap(_, _, var x) when actual instanceof Datum.OfMap(_, _, var y) -> {
                if (!x.keySet().equals(y.keySet())) {
                    throw fail(what, x.keySet(), y.keySet());
                }
                x.forEach(
                        (key, value) ->
                                assertNear(
                                        value,
                                        Objects.requireNonNull(y.get(key)),
                                        what + "[" + key + "]"));
            }
            default -> throw fail(what, expected.type(), actual.type());
        }
    }

    private void assertNear(Tensor expected, Tensor actual, String what) {
        if (expected.dtype() != actual.dtype() || !Arrays.equals(expected.dims(), actual.dims())) {
            throw fail(what, expected.type(), actual.type());
        }
        long first = -1;
        long wrong = 0;
        double largest = 0;
        for (long i = 0; i < expected.size(); i++) {
            if (!near(expected, actual, i)) {
                first = first < 0 ? i : first;
                wrong++;
                largest = Math.max(largest, error(expected, actual, i).orElse(Double.NaN));
            }
        }
        if (wrong > 0) {
            throw fail(
                    what
                            + " "
                            + expected.type()
                            + " at "
                            + Arrays.toString(coordinates(first, expected.dims()))
                            + ", "
                            + wrong
                            + " of "
                            + expected.size()
                            + " wrong, largest error "
                            + largest,
                    expected.element(first),
                    actual.element(first));
        }
    }

    private boolean near(Tensor expected, Tensor actual, long i) {
        return switch (expected.dtype().kind()) {
            case FLOAT -> near(expected.getDouble(i), actual.getDouble(i));
            case COMPLEX ->
                    near(expected.getReal(i), actual.getReal(i))
                            && near(expected.getImaginary(i), actual.getImaginary(i));
            case STRING -> expected.getString(i).equals(actual.getString(i));
            default -> expected.getLong(i) == actual.getLong(i);
        };
    }

    private static OptionalDouble error(Tensor expected, Tensor actual, long i) {
        return switch (expected.dtype().kind()) {
            case STRING -> OptionalDouble.empty();
            case COMPLEX ->
                    OptionalDouble.of(
                            Math.hypot(
                                    expected.getReal(i) - actual.getReal(i),
                                    expected.getImaginary(i) - actual.getImaginary(i)));
            default -> OptionalDouble.of(Math.abs(expected.getDouble(i) - actual.getDouble(i)));
        };
    }

    private static long[] coordinates(long index, long[] dims) {
        var coordinates = new long[dims.length];
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            coordinates[axis] = index % dims[axis];
            index /= dims[axis];
        }
        return coordinates;
    }

    private AssertionError fail(String what, Object expected, Object actual) {
        var tolerance =
                relative == 0 && absolute == 0
                        ? ""
                        : " (relative " + relative + ", absolute " + absolute + ")";
        return AssertionFailureBuilder.assertionFailure()
                .message(what + tolerance)
                .expected(expected)
                .actual(actual)
                .build();
    }
}
