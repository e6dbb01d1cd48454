package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Labels of classes, or keys of a map: either numbers or texts.
record Labels(@Nullable Longs numbers, @Nullable List<String> texts) {
    /// The place of no label.
    static final int NONE = -1;

    int size() {
        return texts != null ? texts.size() : numbers == null ? 0 : numbers.size();
    }

    DType dtype() {
        return texts != null ? DType.STRING : DType.INT64;
    }

    /// A label as a `String` or a `Long`; at [#NONE], an empty text or 0.
    Object get(int index) {
        if (texts != null) {
            return index == NONE ? "" : texts.get(index);
        }
        return index == NONE || numbers == null ? 0L : (Object) numbers.get(index);
    }

    /// The place of each label.
    Map<Object, Integer> places() {
        var places = new HashMap<Object, Integer>();
        for (int i = 0; i < size(); i++) {
            places.put(get(i), i);
        }
        return places;
    }

    /// Stores a label in a tensor of [#dtype()].
    void put(Tensor into, long at, int index) {
        if (get(index) instanceof String text) {
            into.setString(at, text);
        } else {
            into.setLong(at, (Long) get(index));
        }
    }
}
