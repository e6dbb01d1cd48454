package dev.tenon.formats.onnx.proto;

import java.util.List;

/// A graph: nodes in topological order over named values.
public record GraphProto(
        @Field(1) List<NodeProto> node,
        @Field(2) String name,
        @Field(5) List<TensorProto> initializer,
        @Field(15) List<SparseTensorProto> sparseInitializer,
        @Field(10) String docString,
        @Field(11) List<ValueInfoProto> input,
        @Field(12) List<ValueInfoProto> output,
        @Field(13) List<ValueInfoProto> valueInfo,
        @Field(14) List<TensorAnnotation> quantizationAnnotation,
        @Field(16) List<StringStringEntryProto> metadataProps)
        implements Message {

    public GraphProto {
        node = List.copyOf(node);
        initializer = List.copyOf(initializer);
        sparseInitializer = List.copyOf(sparseInitializer);
        input = List.copyOf(input);
        output = List.copyOf(output);
        valueInfo = List.copyOf(valueInfo);
        quantizationAnnotation = List.copyOf(quantizationAnnotation);
        metadataProps = List.copyOf(metadataProps);
    }

    /// A graph without sparse initialisers, annotations or metadata.
    public static GraphProto of(
            String name,
            List<NodeProto> node,
            List<TensorProto> initializer,
            List<ValueInfoProto> input,
            List<ValueInfoProto> output,
            List<ValueInfoProto> valueInfo) {
        return new GraphProto(
                node,
                name,
                initializer,
                List.of(),
                "",
                input,
                output,
                valueInfo,
                List.of(),
                List.of());
    }
}
