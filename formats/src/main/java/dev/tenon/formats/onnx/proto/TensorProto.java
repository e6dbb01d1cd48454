package dev.tenon.formats.onnx.proto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A tensor's shape and elements.
///
/// The elements are in `rawData` (little-endian, packed), or in the list of their type, or, with
/// `dataLocation` 1, in the file that `externalData` names.
///
/// @param dataType the code of a [DataType]
/// @param floatData `FLOAT`, and `COMPLEX64` in pairs
/// @param int32Data `INT32`, and each narrower type's bits
/// @param doubleData `DOUBLE`, and `COMPLEX128` in pairs
/// @param uint64Data the bits of `UINT64` and `UINT32`
/// @param dataLocation 0 for in this message, 1 for external
public record TensorProto(
        Int64List dims,
        int dataType,
        @Nullable Segment segment,
        FloatList floatData,
        Int32List int32Data,
        List<Bytes> stringData,
        Int64List int64Data,
        String name,
        String docString,
        @Nullable Bytes rawData,
        List<StringStringEntryProto> externalData,
        int dataLocation,
        DoubleList doubleData,
        Int64List uint64Data,
        List<StringStringEntryProto> metadataProps)
        implements Message {

    /// [#dataLocation] of a tensor whose elements are in another file.
    public static final int EXTERNAL = 1;

    public TensorProto {
        stringData = List.copyOf(stringData);
        externalData = List.copyOf(externalData);
        metadataProps = List.copyOf(metadataProps);
    }

    /// A tensor whose elements are little-endian and packed in `rawData`.
    public static TensorProto raw(String name, DataType type, Int64List dims, Bytes rawData) {
        return of(name, type, dims, List.of(), rawData, List.of());
    }

    /// A tensor of strings, in row-major order.
    public static TensorProto strings(String name, Int64List dims, List<Bytes> stringData) {
        return of(name, DataType.STRING, dims, stringData, null, List.of());
    }

    /// A tensor whose elements are in another file, found by the `externalData` keys `location`,
    /// `offset` and `length`.
    public static TensorProto external(
            String name, DataType type, Int64List dims, List<StringStringEntryProto> externalData) {
        return of(name, type, dims, List.of(), null, externalData);
    }

    private static TensorProto of(
            String name,
            DataType type,
            Int64List dims,
            List<Bytes> stringData,
            @Nullable Bytes rawData,
            List<StringStringEntryProto> externalData) {
        return new TensorProto(
                dims,
                type.code(),
                null,
                FloatList.EMPTY,
                Int32List.EMPTY,
                stringData,
                Int64List.EMPTY,
                name,
                "",
                rawData,
                externalData,
                externalData.isEmpty() ? 0 : EXTERNAL,
                DoubleList.EMPTY,
                Int64List.EMPTY,
                List.of());
    }

    /// The part of a larger tensor that a message holds.
    public record Segment(long begin, long end) implements Message {}
}
