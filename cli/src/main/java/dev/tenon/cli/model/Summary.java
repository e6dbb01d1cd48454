package dev.tenon.cli.model;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.data.json.Json;
import java.util.Locale;
import java.util.stream.Collectors;

/// Values in short.
public final class Summary {
    /// Elements that are printed in full.
    private static final long SHOWN = 6;

    /// Elements that JSON holds in full.
    private static final long FULL = 10_000;

    private Summary() {}

    /// One line: the type, the range, the first elements.
    public static String of(Datum datum) {
        return switch (datum) {
            case Tensor tensor -> tensor(tensor);
            case Datum.OfSequence(_, var values) ->
                    values.stream()
                            .map(Summary::of)
                            .collect(
                                    Collectors.joining(
                                            "; ", "sequence of " + values.size() + " (", ")"));
            case Datum.OfOptional(_, var value) -> value == null ? "empty" : of(value);
            case Datum.OfMap(_, _, var entries) ->
                    entries.entrySet().stream()
                            .limit(SHOWN)
                            .map(e -> e.getKey() + " → " + of(e.getValue()))
                            .collect(
                                    Collectors.joining(
                                            "; ", "map of " + entries.size() + " (", ")"));
        };
    }

    private static String tensor(Tensor tensor) {
        var text = new StringBuilder(tensor.type().toString());
        if (tensor.size() > 1 && isReal(tensor)) {
            var range = Range.of(tensor);
            text.append(
                    String.format(
                            Locale.ROOT,
                            "  min %.5g  max %.5g  mean %.5g",
                            range.min,
                            range.max,
                            range.mean));
            if (range.notFinite > 0) {
                text.append("  not finite ").append(range.notFinite);
            }
        }
        text.append("  {");
        for (long i = 0; i < Math.min(SHOWN, tensor.size()); i++) {
            text.append(i == 0 ? "" : ", ").append(tensor.element(i));
        }
        return text.append(tensor.size() > SHOWN ? ", …}" : "}").toString();
    }

    private static boolean isReal(Tensor tensor) {
        var kind = tensor.dtype().kind();
        return kind != DType.Kind.STRING && kind != DType.Kind.COMPLEX && kind != DType.Kind.BOOL;
    }

    /// A member of the result of a program.
    ///
    /// @param elements the elements as well, where there are not too many
    public static Json json(String name, Datum datum, boolean elements) {
        var json = Json.object().put("name", name).put("type", datum.type().toString());
        switch (datum) {
            case Tensor tensor -> {
                json.put("dtype", tensor.dtype().text()).put("shape", Json.array(tensor.dims()));
                if (tensor.size() > 0 && isReal(tensor)) {
                    var range = Range.of(tensor);
                    json.put("min", range.min).put("max", range.max).put("mean", range.mean);
                }
                if (elements && tensor.size() <= FULL) {
                    json.put("values", JsonValues.elements(tensor));
                }
            }
            case Datum.OfSequence(_, var values) ->
                    json.put(
                            "values",
                            Json.array(values.stream().map(v -> json("", v, elements)).toList()));
            case Datum.OfOptional(_, var value) ->
                    json.put("value", value == null ? Json.Null.NULL : json("", value, elements));
            case Datum.OfMap(_, _, var entries) -> {
                var members = Json.object();
                entries.forEach(
                        (key, value) -> members.put(key.toString(), json("", value, elements)));
                json.put("entries", members.build());
            }
        }
        return json.build();
    }

    /// Of the finite elements.
    public record Range(double min, double max, double mean, double deviation, long notFinite) {
        public static Range of(Tensor tensor) {
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            double sum = 0;
            double squares = 0;
            long count = 0;
            for (long i = 0; i < tensor.size(); i++) {
                double value = tensor.getDouble(i);
                if (Double.isFinite(value)) {
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                    sum += value;
                    squares += value * value;
                    count++;
                }
            }
            double mean = sum / count;
            double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
            return count == 0
                    ? new Range(Double.NaN, Double.NaN, Double.NaN, Double.NaN, tensor.size())
                    : new Range(min, max, mean, deviation, tensor.size() - count);
        }
    }
}
