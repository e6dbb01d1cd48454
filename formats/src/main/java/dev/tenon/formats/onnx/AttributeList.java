package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.proto.AttributeProto;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.formats.onnx.proto.GraphProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import dev.tenon.graph.AttributeSink;
import dev.tenon.graph.Graph;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Collects attributes as messages.
record AttributeList(
        List<AttributeProto> attributes,
        BiFunction<String, Tensor, TensorProto> tensors,
        Function<Graph, GraphProto> graphs)
        implements AttributeSink {
    @Override
    public void integer(String name, long value) {
        attributes.add(AttributeProto.ofInt(name, value));
    }

    @Override
    public void number(String name, float value) {
        attributes.add(AttributeProto.ofFloat(name, value));
    }

    @Override
    public void text(String name, String value) {
        attributes.add(AttributeProto.ofString(name, value));
    }

    @Override
    public void integers(String name, Longs values) {
        attributes.add(AttributeProto.ofInts(name, values.toArray()));
    }

    @Override
    public void numbers(String name, Floats values) {
        attributes.add(AttributeProto.ofFloats(name, values.toArray()));
    }

    @Override
    public void texts(String name, List<String> values) {
        attributes.add(AttributeProto.ofStrings(name, values));
    }

    @Override
    public void tensor(String name, Tensor value) {
        attributes.add(AttributeProto.ofTensor(name, tensors.apply("", value)));
    }

    @Override
    public void dtype(String name, DType value) {
        integer(name, DataType.of(value).code());
    }

    @Override
    public void type(String name, Type value) {
        attributes.add(AttributeProto.ofType(name, Types.proto(value)));
    }

    @Override
    public void graph(String name, Graph value) {
        attributes.add(AttributeProto.ofGraph(name, graphs.apply(value)));
    }
}
