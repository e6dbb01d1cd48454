package dev.tenon.formats.onnx.proto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A tensor's shape; no dimensions means a scalar.
public record TensorShapeProto(List<Dimension> dim) implements Message {

    public TensorShapeProto {
        dim = List.copyOf(dim);
    }

    /// One dimension: a known size, a symbol, or, with neither, unknown.
    ///
    /// @param denotation what the dimension means, such as `DATA_BATCH`
    public record Dimension(@Nullable Long dimValue, @Nullable String dimParam, String denotation)
            implements Message {

        /// The dimension of unknown size.
        public static final Dimension UNKNOWN = new Dimension(null, null, "");

        public static Dimension of(long value) {
            return new Dimension(value, null, "");
        }

        public static Dimension of(String param) {
            return new Dimension(null, param, "");
        }
    }
}
