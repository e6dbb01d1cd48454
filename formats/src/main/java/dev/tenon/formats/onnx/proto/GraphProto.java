package dev.tenon.formats.onnx.proto;

import java.util.List;

/// A graph: nodes in topological order over named values.
public record GraphProto(
        List<NodeProto> node,
        String name,
        List<TensorProto> initializer,
        List<SparseTensorProto> sparseInitializer,
        String docString,
        List<ValueInfoProto> input,
        List<ValueInfoProto> output,
        List<ValueInfoProto> valueInfo,
        List<TensorAnnotation> quantizationAnnotation,
        List<StringStringEntryProto> metadataProps)
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
