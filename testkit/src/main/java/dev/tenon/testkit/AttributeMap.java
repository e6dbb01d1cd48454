package dev.tenon.testkit;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.AttributeSink;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.Graph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Gives a reader the attributes that a writer wrote to its [#sink].
public final class AttributeMap implements Attributes {
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final int inputs;
    private final int outputs;
    private final int captures;

    /// @param inputs how many inputs the node has
    /// @param captures how many of its subgraphs' inputs are captures
    public AttributeMap(int inputs, int outputs, int captures) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.captures = captures;
    }

    private void put(String name, Object value) {
        if (values.put(name, value) != null) {
            throw new IllegalStateException("attribute " + name + " is written twice");
        }
    }

    private <T> T get(String name, Class<T> type) {
        var value = values.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalStateException(
                    "attribute " + name + " is no " + type.getSimpleName() + " in " + values);
        }
        return type.cast(value);
    }

    /// Where the attributes are written to.
    public AttributeSink sink() {
        return new Sink();
    }

    @Override
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /// The number; for a dtype, one that is not 0.
    @Override
    public long integer(String name) {
        return values.get(name) instanceof DType dtype
                ? dtype.ordinal() + 1
                : get(name, Long.class);
    }

    @Override
    public float number(String name) {
        return get(name, Float.class);
    }

    @Override
    public String text(String name) {
        return get(name, String.class);
    }

    @Override
    public Longs integers(String name) {
        return get(name, Longs.class);
    }

    @Override
    public Floats numbers(String name) {
        return get(name, Floats.class);
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<String> texts(String name) {
        return get(name, List.class);
    }

    @Override
    public Tensor tensor(String name) {
        return get(name, Tensor.class);
    }

    @Override
    public Type type(String name) {
        return get(name, Type.class);
    }

    @Override
    public Graph graph(String name) {
        return get(name, Graph.class);
    }

    @Override
    public DType dtype(String name) {
        return get(name, DType.class);
    }

    @Override
    public int captures() {
        return captures;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public Tensor constantValue() {
        return tensor("value");
    }

    @Override
    public String toString() {
        return values.toString();
    }

    private final class Sink implements AttributeSink {
        @Override
        public void integer(String name, long value) {
            put(name, value);
        }

        @Override
        public void number(String name, float value) {
            put(name, value);
        }

        @Override
        public void text(String name, String value) {
            put(name, value);
        }

        @Override
        public void integers(String name, Longs elements) {
            put(name, elements);
        }

        @Override
        public void numbers(String name, Floats elements) {
            put(name, elements);
        }

        @Override
        public void texts(String name, List<String> elements) {
            put(name, elements);
        }

        @Override
        public void tensor(String name, Tensor value) {
            put(name, value);
        }

        @Override
        public void dtype(String name, DType value) {
            put(name, value);
        }

        @Override
        public void type(String name, Type value) {
            put(name, value);
        }

        @Override
        public void graph(String name, Graph value) {
            put(name, value);
        }
    }
}
