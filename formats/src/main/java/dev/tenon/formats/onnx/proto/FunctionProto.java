package dev.tenon.formats.onnx.proto;

import java.util.List;

/// An operator defined by a graph of other operators.
///
/// @param attribute names of attributes without a default
/// @param attributeProto attributes with their defaults
public record FunctionProto(
        @Field(1) String name,
        @Field(4) List<String> input,
        @Field(5) List<String> output,
        @Field(6) List<String> attribute,
        @Field(11) List<AttributeProto> attributeProto,
        @Field(7) List<NodeProto> node,
        @Field(8) String docString,
        @Field(9) List<OperatorSetIdProto> opsetImport,
        @Field(10) String domain,
        @Field(13) String overload,
        @Field(12) List<ValueInfoProto> valueInfo,
        @Field(14) List<StringStringEntryProto> metadataProps)
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
