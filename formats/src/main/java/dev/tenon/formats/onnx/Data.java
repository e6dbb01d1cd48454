package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.proto.Bytes;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.formats.onnx.proto.Int64List;
import dev.tenon.formats.onnx.proto.MapProto;
import dev.tenon.formats.onnx.proto.Message;
import dev.tenon.formats.onnx.proto.OnnxWire;
import dev.tenon.formats.onnx.proto.OptionalProto;
import dev.tenon.formats.onnx.proto.SequenceProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Run-time values between ONNX's messages and Tenon's [Datum]s.
final class Data {
    private static final int TENSORS = 1;
    private static final int SPARSE_TENSORS = 2;
    private static final int SEQUENCES = 3;
    private static final int MAPS = 4;
    private static final int OPTIONALS = 5;

    static final Tensors TENSOR_READER = new Tensors(new ExternalData(null, Arena.ofAuto()));

    private Data() {}

    static Datum datum(MemorySegment message, Type expected) {
        return switch (expected) {
            case Type.OfTensor _ -> TENSOR_READER.tensor(OnnxWire.readTensor(message));
            case Type.OfSequence(var element) -> sequence(OnnxWire.readSequence(message), element);
            case Type.OfOptional(var element) -> optional(OnnxWire.readOptional(message), element);
            case Type.OfMap(var key, var value) -> map(OnnxWire.readMap(message), key, value);
        };
    }

    private static Datum.OfSequence sequence(SequenceProto proto, Type element) {
        var values = new ArrayList<Datum>();
        switch (proto.elemType()) {
            case TENSORS -> proto.tensorValues().forEach(t -> values.add(TENSOR_READER.tensor(t)));
            case SPARSE_TENSORS ->
                    proto.sparseTensorValues().forEach(t -> values.add(TENSOR_READER.dense(t)));
            case SEQUENCES ->
                    proto.sequenceValues().forEach(s -> values.add(sequence(s, inner(element))));
            case MAPS -> proto.mapValues().forEach(m -> values.add(map(m, element)));
            case OPTIONALS ->
                    proto.optionalValues().forEach(o -> values.add(optional(o, inner(element))));
            case 0 -> {}
            default ->
                    throw new FormatException(
                            Problem.of("unknown kind of elements")
                                    .node(proto.name())
                                    .got(proto.elemType()));
        }
        return new Datum.OfSequence(element, values);
    }

    private static Datum.OfOptional optional(OptionalProto proto, Type element) {
        return new Datum.OfOptional(element, optionalValue(proto, element));
    }

    private static @Nullable Datum optionalValue(OptionalProto proto, Type element) {
        var tensor = proto.tensorValue();
        var sequence = proto.sequenceValue();
        var map = proto.mapValue();
        return switch (proto.elemType()) {
            case TENSORS -> tensor == null ? null : TENSOR_READER.tensor(tensor);
            case SEQUENCES -> sequence == null ? null : sequence(sequence, inner(element));
            case MAPS -> map == null ? null : map(map, element);
            case 0 -> null;
            default ->
                    throw new UnsupportedException(
                            Problem.of("this kind of optional is not supported")
                                    .node(proto.name())
                                    .got(proto.elemType()));
        };
    }

    private static Type inner(Type type) {
        return switch (type) {
            case Type.OfSequence(var element) -> element;
            case Type.OfOptional(var element) -> element;
            default ->
                    throw new FormatException(
                            Problem.of("the data is nested deeper than its type").expected(type));
        };
    }

    private static Datum.OfMap map(MapProto proto, Type type) {
        if (type instanceof Type.OfMap(var key, var value)) {
            return map(proto, key, value);
        }
        throw new FormatException(Problem.of("the data is a map").expected(type));
    }

    private static Datum.OfMap map(MapProto proto, DType key, Type value) {
        var keys = new ArrayList<Object>();
        if (key == DType.STRING) {
            proto.stringKeys().forEach(k -> keys.add(k.text()));
        } else {
            proto.keys().forEach(keys::add);
        }
        var valuesProto = proto.values();
        var values = valuesProto == null ? List.<Datum>of() : sequence(valuesProto, value).values();
        var entries = new LinkedHashMap<Object, Datum>();
        if (keys.size() != values.size()) {
            throw new FormatException(
                    Problem.of("a map's keys and values differ in number")
                            .node(proto.name())
                            .expected(keys.size())
                            .got(values.size()));
        }
        for (int i = 0; i < keys.size(); i++) {
            entries.put(keys.get(i), values.get(i));
        }
        return new Datum.OfMap(key, value, entries);
    }

    static Message message(Datum datum, String name) {
        return switch (datum) {
            case Tensor tensor -> Tensors.proto(name, tensor);
            case Datum.OfSequence sequence -> proto(sequence, name);
            case Datum.OfOptional optional -> proto(optional, name);
            case Datum.OfMap map -> proto(map, name);
        };
    }

    private static SequenceProto proto(Datum.OfSequence sequence, String name) {
        var tensors = new ArrayList<TensorProto>();
        var sequences = new ArrayList<SequenceProto>();
        var maps = new ArrayList<MapProto>();
        var optionals = new ArrayList<OptionalProto>();
        for (var value : sequence.values()) {
            switch (value) {
                case Tensor tensor -> tensors.add(Tensors.proto("", tensor));
                case Datum.OfSequence inner -> sequences.add(proto(inner, ""));
                case Datum.OfMap map -> maps.add(proto(map, ""));
                case Datum.OfOptional optional -> optionals.add(proto(optional, ""));
            }
        }
        int kind =
                switch (sequence.element()) {
                    case Type.OfTensor _ -> TENSORS;
                    case Type.OfSequence _ -> SEQUENCES;
                    case Type.OfMap _ -> MAPS;
                    case Type.OfOptional _ -> OPTIONALS;
                };
        return new SequenceProto(name, kind, tensors, List.of(), sequences, maps, optionals);
    }

    private static OptionalProto proto(Datum.OfOptional optional, String name) {
        return switch (optional.value()) {
            case null -> new OptionalProto(name, 0, null, null, null, null, null);
            case Tensor t ->
                    new OptionalProto(name, TENSORS, Tensors.proto("", t), null, null, null, null);
            case Datum.OfSequence s ->
                    new OptionalProto(name, SEQUENCES, null, null, proto(s, ""), null, null);
            case Datum.OfMap m ->
                    new OptionalProto(name, MAPS, null, null, null, proto(m, ""), null);
            case Datum.OfOptional o ->
                    new OptionalProto(name, OPTIONALS, null, null, null, null, proto(o, ""));
        };
    }

    private static MapProto proto(Datum.OfMap map, String name) {
        boolean strings = map.key() == DType.STRING;
        var keys = map.entries().keySet();
        return new MapProto(
                name,
                DataType.of(map.key()).code(),
                strings
                        ? Int64List.EMPTY
                        : Int64List.of(keys.stream().mapToLong(k -> (Long) k).toArray()),
                strings ? keys.stream().map(k -> Bytes.utf8((String) k)).toList() : List.of(),
                proto(new Datum.OfSequence(map.value(), List.copyOf(map.entries().values())), ""));
    }
}
