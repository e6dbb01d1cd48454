package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.util.List;

/// Takes the attributes of an operator that is written to a file.
public interface AttributeSink {
    void integer(String name, long value);

    void number(String name, float value);

    void text(String name, String value);

    void integers(String name, Longs values);

    void numbers(String name, Floats values);

    void texts(String name, List<String> values);

    void tensor(String name, Tensor value);

    void dtype(String name, DType value);

    void type(String name, Type value);

    void graph(String name, Graph value);
}
