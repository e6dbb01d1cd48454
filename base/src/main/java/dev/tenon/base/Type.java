package dev.tenon.base;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The type of a value: a tensor, a sequence, an optional or a map.
public sealed interface Type permits Type.OfTensor, Type.OfSequence, Type.OfOptional, Type.OfMap {
    /// A tensor's element type and shape, such as `f32[N,3]`.
    record OfTensor(DType dtype, Shape shape) implements Type {
        // Written out: the generated methods are slow to start.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OfTensor(var otherDtype, var otherShape)
                    && dtype == otherDtype
                    && shape.equals(otherShape);
        }

        @Override
        public int hashCode() {
            return 31 * dtype.hashCode() + shape.hashCode();
        }

        @Override
        public String toString() {
            return dtype.text() + shape;
        }
    }

    /// A list of values of one type, such as `seq(f32[...])`.
    record OfSequence(Type element) implements Type {
        @Override
        public String toString() {
            return "seq(" + element + ")";
        }
    }

    /// A value or none, such as `optional(f32[...])`.
    record OfOptional(Type element) implements Type {
        @Override
        public String toString() {
            return "optional(" + element + ")";
        }
    }

    /// A map from integers or strings, such as `map(i64, f32[])`.
    record OfMap(DType key, Type value) implements Type {
        @Override
        public String toString() {
            return "map(" + key + ", " + value + ")";
        }
    }

    static OfTensor tensor(DType dtype, Shape shape) {
        return new OfTensor(dtype, shape);
    }

    static OfTensor tensor(DType dtype, long... dims) {
        return new OfTensor(dtype, Shape.of(dims));
    }

    static OfTensor scalar(DType dtype) {
        return new OfTensor(dtype, Shape.SCALAR);
    }

    /// This type with symbols replaced in every shape.
    default Type substitute(Map<String, Dim> symbols) {
        return switch (this) {
            case OfTensor(var dtype, var shape) -> new OfTensor(dtype, shape.substitute(symbols));
            case OfSequence(var element) -> new OfSequence(element.substitute(symbols));
            case OfOptional(var element) -> new OfOptional(element.substitute(symbols));
            case OfMap(var key, var value) -> new OfMap(key, value.substitute(symbols));
        };
    }

    /// Parses what [#toString] prints.
    ///
    /// @throws FormatException when the text is not a type
    static Type parse(String text) {
        var t = text.strip();
        if (t.startsWith("seq(") && t.endsWith(")")) {
            return new OfSequence(parse(t.substring(4, t.length() - 1)));
        }
        if (t.startsWith("optional(") && t.endsWith(")")) {
            return new OfOptional(parse(t.substring(9, t.length() - 1)));
        }
        int comma = t.indexOf(',');
        if (t.startsWith("map(") && t.endsWith(")") && comma > 0) {
            return new OfMap(
                    dtype(t.substring(4, comma)), parse(t.substring(comma + 1, t.length() - 1)));
        }
        int bracket = t.indexOf('[');
        if (bracket < 0) {
            throw new FormatException(
                    Problem.of("malformed type").expected("such as f32[N,3]").got(text));
        }
        return new OfTensor(dtype(t.substring(0, bracket)), Shape.parse(t.substring(bracket)));
    }

    private static DType dtype(String text) {
        var dtype = DType.parse(text.strip());
        if (dtype == null) {
            throw new FormatException(Problem.of("unknown dtype").got(text));
        }
        return dtype;
    }
}
