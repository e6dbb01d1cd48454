package dev.tenon.formats.onnx.proto;

import java.util.List;

/// Which tensors hold the quantisation parameters of a value.
///
/// @param quantParameterTensorNames from `SCALE_TENSOR` and `ZERO_POINT_TENSOR` to tensor names
public record TensorAnnotation(
        String tensorName, List<StringStringEntryProto> quantParameterTensorNames)
        implements Message {

    public TensorAnnotation {
        quantParameterTensorNames = List.copyOf(quantParameterTensorNames);
    }
}
