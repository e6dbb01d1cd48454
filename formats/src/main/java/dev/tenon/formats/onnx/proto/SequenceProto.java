package dev.tenon.formats.onnx.proto;

import java.util.List;

/// A sequence of values of one kind.
///
/// @param elemType which list holds the elements: 1 tensors, 2 sparse tensors, 3 sequences, 4 maps,
///   5 optionals
public record SequenceProto(
        @Field(1) String name,
        @Field(2) int elemType,
        @Field(3) List<TensorProto> tensorValues,
        @Field(4) List<SparseTensorProto> sparseTensorValues,
        @Field(5) List<SequenceProto> sequenceValues,
        @Field(6) List<MapProto> mapValues,
        @Field(7) List<OptionalProto> optionalValues)
        implements Message {

    public SequenceProto {
        tensorValues = List.copyOf(tensorValues);
        sparseTensorValues = List.copyOf(sparseTensorValues);
        sequenceValues = List.copyOf(sequenceValues);
        mapValues = List.copyOf(mapValues);
        optionalValues = List.copyOf(optionalValues);
    }
}
