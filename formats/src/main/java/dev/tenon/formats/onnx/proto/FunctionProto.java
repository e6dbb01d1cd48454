package dev.tenon.formats.onnx.proto;

import java.util.List;

/// An operator defined by a graph of other operators.
///
/// @param attribute names of attributes without a default
/// @param attributeProto attributes with their defaults
public record FunctionProto(
        String name,
        List<String> input,
        List<String> output,
        List<String> attribute,
        List<AttributeProto> attributeProto,
        List<NodeProto> node,
        String docString,
        List<OperatorSetIdProto> opsetImport,
        String domain,
        String overload,
        List<ValueInfoProto> valueInfo,
        List<StringStringEntryProto> metadataProps)
        implements Message {

    public FunctionProto {
        input = List.copyOf(input);
        output = List.copyOf(output);
        attribute = List.copyOf(attribute);
        attributeProto = List.copyOf(attributeProto);
        node = List.copyOf(node);
        opsetImport = List.copyOf(opsetImport);
        valueInfo = List.copyOf(valueInfo);
        metadataProps = List.copyOf(metadataProps);
    }
}
