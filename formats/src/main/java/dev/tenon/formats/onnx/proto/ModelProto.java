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
        long irVersion,
        List<OperatorSetIdProto> opsetImport,
        String producerName,
        String producerVersion,
        String domain,
        long modelVersion,
        String docString,
        @Nullable GraphProto graph,
        List<StringStringEntryProto> metadataProps,
        List<Bytes> trainingInfo,
        List<FunctionProto> functions,
        List<Bytes> configuration)
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
