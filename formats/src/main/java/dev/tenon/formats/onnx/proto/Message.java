package dev.tenon.formats.onnx.proto;

/// A message of ONNX's schema.
///
/// All messages are immutable records equal by content. A scalar or string that is absent has its
/// default (zero or empty); a component that is `@Nullable` tells absent from default.
public sealed interface Message
        permits AttributeProto,
                FunctionProto,
                GraphProto,
                MapProto,
                ModelProto,
                NodeProto,
                OperatorSetIdProto,
                OptionalProto,
                SequenceProto,
                SparseTensorProto,
                StringStringEntryProto,
                TensorAnnotation,
                TensorProto,
                TensorProto.Segment,
                TensorShapeProto,
                TensorShapeProto.Dimension,
                TypeProto,
                TypeProto.Value,
                ValueInfoProto {}
