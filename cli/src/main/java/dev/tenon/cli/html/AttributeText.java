package dev.tenon.cli.html;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.AttributeSink;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Op;
import dev.tenon.graph.RecordAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The attributes of an operator as text.
public final class AttributeText implements AttributeSink {
    private static final int LONGEST = 200;

    private final SequencedMap<String, String> texts = new LinkedHashMap<>();

    private AttributeText() {}

    /// By name, without subgraphs.
    public static SequencedMap<String, String> of(Op op) {
        var sink = new AttributeText();
        RecordAttributes.write(op, sink);
        return sink.texts;
    }

    private void put(String name, String text) {
        texts.put(name, text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }

    @Override
    public void integer(String name, long value) {
        put(name, Long.toString(value));
    }

    @Override
    public void number(String name, float value) {
        put(name, Float.toString(value));
    }

    @Override
    public void text(String name, String value) {
        put(name, value);
    }

    @Override
    public void integers(String name, Longs values) {
        put(name, values.toString());
    }

    @Override
    public void numbers(String name, Floats values) {
        put(name, values.toString());
    }

    @Override
    public void texts(String name, List<String> values) {
        put(name, values.toString());
    }

    @Override
    public void tensor(String name, Tensor value) {
        put(name, value.toString());
    }

    @Override
    public void dtype(String name, DType value) {
        put(name, value.toString());
    }

    @Override
    public void type(String name, Type value) {
        put(name, value.toString());
    }

    @Override
    public void graph(String name, Graph value) {}
}
