package dev.tenon.formats.onnx.proto;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A named attribute: one value, or in a function's body a reference to the function's attribute.
///
/// @param refAttrName not empty when the attribute takes the value of the function's attribute
/// @param type the code of an [AttributeType]; 0 in models of IR version 1, where the field that is
///   present tells the type
public record AttributeProto(
        String name,
        String refAttrName,
        String docString,
        int type,
        @Nullable Float f,
        @Nullable Long i,
        @Nullable Bytes s,
        @Nullable TensorProto t,
        @Nullable GraphProto g,
        @Nullable SparseTensorProto sparseTensor,
        @Nullable TypeProto tp,
        FloatList floats,
        Int64List ints,
        List<Bytes> strings,
        List<TensorProto> tensors,
        List<GraphProto> graphs,
        List<SparseTensorProto> sparseTensors,
        List<TypeProto> typeProtos)
        implements Message {

    public AttributeProto {
        strings = List.copyOf(strings);
        tensors = List.copyOf(tensors);
        graphs = List.copyOf(graphs);
        sparseTensors = List.copyOf(sparseTensors);
        typeProtos = List.copyOf(typeProtos);
    }

    public static AttributeProto ofFloat(String name, float value) {
        return of(name, AttributeType.FLOAT, value);
    }

    public static AttributeProto ofInt(String name, long value) {
        return of(name, AttributeType.INT, value);
    }

    public static AttributeProto ofString(String name, String value) {
        return of(name, AttributeType.STRING, Bytes.utf8(value));
    }

    public static AttributeProto ofTensor(String name, TensorProto value) {
        return of(name, AttributeType.TENSOR, value);
    }

    public static AttributeProto ofGraph(String name, GraphProto value) {
        return of(name, AttributeType.GRAPH, value);
    }

    public static AttributeProto ofSparseTensor(String name, SparseTensorProto value) {
        return of(name, AttributeType.SPARSE_TENSOR, value);
    }

    public static AttributeProto ofType(String name, TypeProto value) {
        return of(name, AttributeType.TYPE_PROTO, value);
    }

    public static AttributeProto ofFloats(String name, float... values) {
        return of(name, AttributeType.FLOATS, FloatList.of(values));
    }

    public static AttributeProto ofInts(String name, long... values) {
        return of(name, AttributeType.INTS, Int64List.of(values));
    }

    public static AttributeProto ofStrings(String name, List<String> values) {
        return of(name, AttributeType.STRINGS, values.stream().map(Bytes::utf8).toList());
    }

    public static AttributeProto ofTensors(String name, List<TensorProto> values) {
        return of(name, AttributeType.TENSORS, List.copyOf(values));
    }

    public static AttributeProto ofGraphs(String name, List<GraphProto> values) {
        return of(name, AttributeType.GRAPHS, List.copyOf(values));
    }

    /// A reference, in a function's body, to the attribute `refAttrName` of the function.
    public static AttributeProto reference(String name, AttributeType type, String refAttrName) {
        return Schema.of(AttributeProto.class)
                .build(Map.of(1, name, 20, type.code(), 21, refAttrName));
    }

    private static AttributeProto of(String name, AttributeType type, Object value) {
        return Schema.of(AttributeProto.class)
                .build(Map.of(1, name, 20, type.code(), type.field(), value));
    }
}
