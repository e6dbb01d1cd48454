package dev.tenon.formats.onnx.proto;

import java.util.List;

/// A sequence of values of one kind.
///
/// @param elemType which list holds the elements: 1 tensors, 2 sparse tensors, 3 sequences, 4 maps,
///   5 optionals
public record SequenceProto(
        String name,
        int elemType,
        List<TensorProto> tensorValues,
        List<SparseTensorProto> sparseTensorValues,
        List<SequenceProto> sequenceValues,
        List<MapProto> mapValues,
        List<OptionalProto> optionalValues)
        implements Message {

    public SequenceProto {
        tensorValues = List.copyOf(tensorValues);
        sparseTensorValues = List.copyOf(sparseTensorValues);
        sequenceValues = List.copyOf(sequenceValues);
        mapValues = List.copyOf(mapValues);
        optionalValues = List.copyOf(optionalValues);
    }
}
