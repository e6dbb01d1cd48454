package dev.tenon.cli.model;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.data.json.Json;
import java.util.ArrayList;
import java.util.List;

/// Tensors between JSON's nested arrays and memory.
public final class JsonValues {
    private JsonValues() {}

    /// Nested arrays, or a value for a scalar.
    ///
    /// @throws FormatException when rows differ in length or elements are not of the type
    public static Tensor read(Json json, DType dtype) {
        var dims = new ArrayList<Long>();
        for (var level = json;
                level instanceof Json.OfArray(var values);
                level = values.getFirst()) {
            dims.add((long) values.size());
            if (values.isEmpty()) {
                break;
            }
        }
        var tensor = Tensor.zeros(dtype, dims.stream().mapToLong(Long::longValue).toArray());
        fill(json, dims, 0, tensor, 0);
        return tensor;
    }

    private static long fill(Json json, List<Long> dims, int axis, Tensor tensor, long at) {
        if (axis == dims.size()) {
            set(tensor, at, json);
            return at + 1;
        }
        if (!(json instanceof Json.OfArray(var values)) || values.size() != dims.get(axis)) {
            throw new FormatException(
                    Problem.of("the rows of a JSON array differ")
                            .expected("an array of " + dims.get(axis))
                            .got(json.excerpt()));
        }
        for (var value : values) {
            at = fill(value, dims, axis + 1, tensor, at);
        }
        return at;
    }

    private static void set(Tensor tensor, long at, Json json) {
        switch (json) {
            case Json.OfString(var text) when tensor.dtype() == DType.STRING ->
                    tensor.setString(at, text);
            case Json.OfString(var text) when tensor.dtype().isFloat() ->
                    tensor.setDouble(at, number(text));
            case Json.OfBoolean(var value) when tensor.dtype() == DType.BOOL ->
                    tensor.setLong(at, value ? 1 : 0);
            case Json.OfNumber number when tensor.dtype().isInteger() ->
                    tensor.setLong(at, number.toLong());
            case Json.OfNumber number when tensor.dtype().isFloat() ->
                    tensor.setDouble(at, number.toDouble());
            default ->
                    throw new FormatException(
                            Problem.of("an element has another type than the tensor")
                                    .expected(tensor.dtype())
                                    .got(json.excerpt()));
        }
    }

    private static double number(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default ->
                    throw new FormatException(
                            Problem.of("not a number")
                                    .expected("NaN, Infinity or -Infinity")
                                    .got(text));
        };
    }

    /// The elements in a row.
    public static Json elements(Tensor tensor) {
        var list = new ArrayList<Json>();
        for (long i = 0; i < tensor.size(); i++) {
            list.add(element(tensor, i));
        }
        return Json.array(list);
    }

    private static Json element(Tensor tensor, long index) {
        return switch (tensor.dtype().kind()) {
            case STRING -> Json.of(tensor.getString(index));
            case BOOL -> Json.of(tensor.getBoolean(index));
            case FLOAT ->
                    tensor.dtype() == DType.FLOAT64
                            ? Json.of(tensor.getDouble(index))
                            : single((float) tensor.getDouble(index));
            case COMPLEX ->
                    Json.array(
                            List.of(
                                    Json.of(tensor.getReal(index)),
                                    Json.of(tensor.getImaginary(index))));
            default -> new Json.OfNumber(tensor.element(index));
        };
    }

    /// As few digits as tell a `float` from its neighbours.
    private static Json single(float value) {
        return Float.isFinite(value) && value != Math.rint(value)
                ? new Json.OfNumber(Float.toString(value))
                : Json.of((double) value);
    }
}
