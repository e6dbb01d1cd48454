package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.formats.onnx.proto.TensorShapeProto;
import dev.tenon.formats.onnx.proto.TypeProto;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Types between ONNX's `TypeProto` and Tenon's [Type].
///
/// A dim without value and name becomes a symbol that starts with `?`, and is written back as
/// unknown.
final class Types {
    private Types() {}

    /// @param owner the value's name, from which unknown extents take theirs
    /// @throws FormatException when parts of the type are missing
    /// @throws UnsupportedException for sparse tensors and opaque types
    static Type type(TypeProto proto, String owner) {
        return switch (proto.value()) {
            case TypeProto.Tensor(var code, var shape) ->
                    Type.tensor(dtype(code, owner), shape(shape, owner));
            case TypeProto.Sequence(var element) -> new Type.OfSequence(element(element, owner));
            case TypeProto.Optional(var element) -> new Type.OfOptional(element(element, owner));
            case TypeProto.Map(var key, var value) ->
                    new Type.OfMap(dtype(key, owner), element(value, owner));
            case TypeProto.SparseTensor _ ->
                    throw new UnsupportedException(
                            Problem.of("sparse tensors are no inputs or outputs here")
                                    .node(owner)
                                    .advice("Convert it to a dense tensor"));
            case TypeProto.Opaque(var domain, var name) ->
                    throw new UnsupportedException(
                            Problem.of("opaque type").node(owner).got(domain + "." + name));
            case null -> throw new FormatException(Problem.of("a type says nothing").node(owner));
        };
    }

    private static Type element(@Nullable TypeProto proto, String owner) {
        if (proto == null) {
            throw new FormatException(Problem.of("an element type is missing").node(owner));
        }
        return type(proto, owner);
    }

    /// @throws FormatException for a code that is no element type
    static DType dtype(long code, String owner) {
        var dataType = code == (int) code ? DataType.of((int) code) : null;
        var dtype = dataType == null ? null : dataType.dtype();
        if (dtype == null) {
            throw new FormatException(
                    Problem.of("unknown element type")
                            .node(owner)
                            .expected("a TensorProto.DataType that Tenon has")
                            .got(dataType == null ? code : dataType));
        }
        return dtype;
    }

    private static Shape shape(@Nullable TensorShapeProto proto, String owner) {
        if (proto == null) {
            return Shape.unranked();
        }
        var dims = new ArrayList<Dim>();
        for (var dim : proto.dim()) {
            var value = dim.dimValue();
            var name = dim.dimParam();
            if (value != null && value >= 0) {
                dims.add(Dim.of(value));
            } else if (name != null && !name.isEmpty()) {
                dims.add(Dim.symbol(name));
            } else {
                dims.add(Dim.symbol("?" + owner + "." + dims.size()));
            }
        }
        return Shape.of(dims);
    }

    static TypeProto proto(Type type) {
        return TypeProto.of(
                switch (type) {
                    case Type.OfTensor(var dtype, var shape) ->
                            new TypeProto.Tensor(DataType.of(dtype).code(), proto(shape));
                    case Type.OfSequence(var element) -> new TypeProto.Sequence(proto(element));
                    case Type.OfOptional(var element) -> new TypeProto.Optional(proto(element));
                    case Type.OfMap(var key, var value) ->
                            new TypeProto.Map(DataType.of(key).code(), proto(value));
                });
    }

    private static @Nullable TensorShapeProto proto(Shape shape) {
        if (!shape.isRanked()) {
            return null;
        }
        var dims = new ArrayList<TensorShapeProto.Dimension>();
        for (var dim : shape.dims()) {
            dims.add(
                    switch (dim) {
                        case Dim.Known(var value) -> TensorShapeProto.Dimension.of(value);
                        case Dim.Symbol(var name) when !name.startsWith("?") ->
                                TensorShapeProto.Dimension.of(name);
                        case Dim.Symbol _ -> TensorShapeProto.Dimension.UNKNOWN;
                        case Dim.Expression e
                                when e.symbols().stream().anyMatch(s -> s.startsWith("?")) ->
                                TensorShapeProto.Dimension.UNKNOWN;
                        case Dim.Expression expression ->
                                TensorShapeProto.Dimension.of(expression.toString());
                    });
        }
        return new TensorShapeProto(dims);
    }
}
