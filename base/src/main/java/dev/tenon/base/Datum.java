package dev.tenon.base;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A run-time value: what goes into a model and what comes out.
public sealed interface Datum permits Tensor, Datum.OfSequence, Datum.OfOptional, Datum.OfMap {
    /// The type, with known extents.
    Type type();

    /// A list of values; the element type is needed where it is empty.
    record OfSequence(Type element, List<Datum> values) implements Datum {
        public OfSequence {
            values = List.copyOf(values);
        }

        @Override
        public Type type() {
            return new Type.OfSequence(element);
        }
    }

    /// A value, or none.
    record OfOptional(Type element, @Nullable Datum value) implements Datum {
        @Override
        public Type type() {
            return new Type.OfOptional(element);
        }
    }

    /// A map whose keys are `Long` or `String`, after the key's dtype.
    record OfMap(DType key, Type value, SequencedMap<Object, Datum> entries) implements Datum {
        @Override
        public Type type() {
            return new Type.OfMap(key, value);
        }
    }
}
