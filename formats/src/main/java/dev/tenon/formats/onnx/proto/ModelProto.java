package dev.tenon.formats.onnx.proto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model: one graph with the operator sets it relies on.
///
/// @param graph null when the file has none, which no valid model does
/// @param trainingInfo `TrainingInfoProto` messages, undecoded
/// @param functions operators defined by the model itself
/// @param configuration `DeviceConfigurationProto` messages, undecoded
public record ModelProto(
        @Field(1) long irVersion,
        @Field(8) List<OperatorSetIdProto> opsetImport,
        @Field(2) String producerName,
        @Field(3) String producerVersion,
        @Field(4) String domain,
        @Field(5) long modelVersion,
        @Field(6) String docString,
        @Field(7) @Nullable GraphProto graph,
        @Field(14) List<StringStringEntryProto> metadataProps,
        @Field(20) List<Bytes> trainingInfo,
        @Field(25) List<FunctionProto> functions,
        @Field(26) List<Bytes> configuration)
        implements Message {

    public ModelProto {
        opsetImport = List.copyOf(opsetImport);
        metadataProps = List.copyOf(metadataProps);
        trainingInfo = List.copyOf(trainingInfo);
        functions = List.copyOf(functions);
        configuration = List.copyOf(configuration);
    }

    /// A model without metadata.
    public static ModelProto of(
            long irVersion,
            List<OperatorSetIdProto> opsetImport,
            String producerName,
            String producerVersion,
            GraphProto graph,
            List<FunctionProto> functions) {
        return new ModelProto(
                irVersion,
                opsetImport,
                producerName,
                producerVersion,
                "",
                0,
                "",
                graph,
                List.of(),
                List.of(),
                functions,
                List.of());
    }
}
