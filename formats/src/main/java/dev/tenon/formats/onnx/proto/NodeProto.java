package dev.tenon.formats.onnx.proto;

import java.util.List;

/// One call of an operator.
///
/// @param input names of values; an empty name is an omitted optional input
/// @param output names of values; an empty name is an unused optional output
/// @param overload with domain and op type, selects a model-local function
/// @param deviceConfigurations `NodeDeviceConfigurationProto` messages, undecoded
public record NodeProto(
        List<String> input,
        List<String> output,
        String name,
        String opType,
        String domain,
        String overload,
        List<AttributeProto> attribute,
        String docString,
        List<StringStringEntryProto> metadataProps,
        List<Bytes> deviceConfigurations)
        implements Message {

    public NodeProto {
        input = List.copyOf(input);
        output = List.copyOf(output);
        attribute = List.copyOf(attribute);
        metadataProps = List.copyOf(metadataProps);
        deviceConfigurations = List.copyOf(deviceConfigurations);
    }

    /// A node without documentation or metadata.
    public static NodeProto of(
            String name,
            String domain,
            String opType,
            List<String> input,
            List<String> output,
            List<AttributeProto> attribute) {
        return new NodeProto(
                input, output, name, opType, domain, "", attribute, "", List.of(), List.of());
    }
}
