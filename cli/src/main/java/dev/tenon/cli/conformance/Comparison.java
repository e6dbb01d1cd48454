package dev.tenon.cli.conformance;

import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares what came with what was expected.
public final class Comparison {
    private Comparison() {}

    /// What is wrong with a value, in a line; null when nothing is.
    public static @Nullable String problem(
            @Nullable Datum expected, @Nullable Datum actual, Tolerance tolerance) {
        if (expected == null) {
            return actual == null ? null : "expected nothing, got " + actual.type();
        }
        if (actual == null) {
            return "expected " + expected.type() + ", got nothing";
        }
        return switch (expected) {
            case Tensor e when actual instanceof Tensor a -> tensors(e, a, tolerance);
            case Datum.OfSequence(_, var e) when actual instanceof Datum.OfSequence(_, var a) ->
                    sequences(e, a, tolerance);
            case Datum.OfOptional(_, var e) when actual instanceof Datum.OfOptional(_, var a) ->
                    problem(e, a, tolerance);
            case Datum.OfMap e when actual instanceof Datum.OfMap a -> maps(e, a, tolerance);
            // An optional that holds a value stands for the value where files leave the wrapper
            // out.
            case Datum.OfOptional(_, var e) when e != null -> problem(e, actual, tolerance);
            default ->
                    actual instanceof Datum.OfOptional(_, var a) && a != null
                            ? problem(expected, a, tolerance)
                            : "expected " + expected.type() + ", got " + actual.type();
        };
    }

    private static @Nullable String tensors(Tensor expected, Tensor actual, Tolerance tolerance) {
        if (!TensorDifference.comparable(expected, actual)) {
            return "expected " + expected.type() + ", got " + actual.type();
        }
        var difference = TensorDifference.between(expected, actual, tolerance);
        return difference.within() ? null : difference.describe(expected, actual);
    }

    private static @Nullable String sequences(
            List<Datum> expected, List<Datum> actual, Tolerance tolerance) {
        if (expected.size() != actual.size()) {
            return "expected a sequence of " + expected.size() + ", got one of " + actual.size();
        }
        for (int i = 0; i < expected.size(); i++) {
            var problem = problem(expected.get(i), actual.get(i), tolerance);
            if (problem != null) {
                return "element " + i + ": " + problem;
            }
        }
        return null;
    }

    private static @Nullable String maps(
            Datum.OfMap expected, Datum.OfMap actual, Tolerance tolerance) {
        if (!expected.entries().keySet().equals(actual.entries().keySet())) {
            return "expected the keys "
                    + expected.entries().keySet()
                    + ", got "
                    + actual.entries().keySet();
        }
        for (var entry : expected.entries().entrySet()) {
            var problem =
                    problem(entry.getValue(), actual.entries().get(entry.getKey()), tolerance);
            if (problem != null) {
                return "entry " + entry.getKey() + ": " + problem;
            }
        }
        return null;
    }
}
