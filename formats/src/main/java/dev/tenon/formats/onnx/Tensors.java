package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.formats.onnx.proto.Bytes;
import dev.tenon.formats.onnx.proto.DataType;
import dev.tenon.formats.onnx.proto.Int64List;
import dev.tenon.formats.onnx.proto.SparseTensorProto;
import dev.tenon.formats.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/// Tensors between ONNX's `TensorProto` and Tenon's [Tensor]. Raw data is not copied.
final class Tensors {
    /// Sparse tensors are made dense up to this many elements.
    private static final long MAX_DENSE = 1L << 28;

    private static final int MAX_RANK = 64;

    private final ExternalData external;

    Tensors(ExternalData external) {
        this.external = external;
    }

    /// @throws FormatException when the data does not fill the shape, or is no tensor at all
    Tensor tensor(TensorProto proto) {
        var name = proto.name();
        var dtype = Types.dtype(proto.dataType(), name);
        var dims = dims(proto.dims(), name);
        long size = size(dims, name);
        if (proto.dataLocation() == TensorProto.EXTERNAL) {
            if (dtype == DType.STRING) {
                throw new FormatException(Problem.of("strings cannot be external data").node(name));
            }
            return Tensor.of(dtype, external.segment(proto, dtype.bytes(size)), dims);
        }
        if (dtype == DType.STRING) {
            return strings(proto, dims, size);
        }
        var raw = proto.rawData();
        if (raw != null && (raw.size() > 0 || size == 0)) {
            if (raw.size() != dtype.bytes(size)) {
                throw misfit(name, dtype.bytes(size) + " bytes of raw data", raw.size());
            }
            return Tensor.of(dtype, raw.segment(), dims);
        }
        return typed(proto, dtype, dims, size);
    }

    private static Tensor strings(TensorProto proto, long[] dims, long size) {
        if (proto.stringData().size() != size) {
            throw misfit(proto.name(), size + " strings", proto.stringData().size());
        }
        return Tensor.of(proto.stringData().stream().map(Bytes::text).toArray(String[]::new), dims);
    }

    /// Elements in the list of their type (onnx.proto, `TensorProto`).
    private static Tensor typed(TensorProto proto, DType dtype, long[] dims, long size) {
        var name = proto.name();
        return switch (dtype) {
            case FLOAT32 -> {
                require(name, size, proto.floatData().size());
                yield Tensor.of(dtype, proto.floatData().bytes().segment(), dims);
            }
            case COMPLEX64 -> {
                require(name, 2 * size, proto.floatData().size());
                yield Tensor.of(dtype, proto.floatData().bytes().segment(), dims);
            }
            case FLOAT64 -> {
                require(name, size, proto.doubleData().size());
                yield Tensor.of(dtype, proto.doubleData().bytes().segment(), dims);
            }
            case COMPLEX128 -> {
                require(name, 2 * size, proto.doubleData().size());
                yield Tensor.of(dtype, proto.doubleData().bytes().segment(), dims);
            }
            case INT64 -> longs(proto.int64Data(), name, dtype, dims, size);
            case UINT32, UINT64 -> longs(proto.uint64Data(), name, dtype, dims, size);
            default -> ints(proto, dtype, dims, size);
        };
    }

    private static Tensor longs(Int64List data, String name, DType dtype, long[] dims, long size) {
        require(name, size, data.size());
        var tensor = Tensor.zeros(dtype, dims);
        data.forEach(
                new LongConsumer() {
                    private long at;

                    @Override
                    public void accept(long value) {
                        tensor.setBits(at++, value);
                    }
                });
        return tensor;
    }

    /// Narrow types: one element an `int32`, or as many as fit a byte for those narrower than a
    /// byte.
    private static Tensor ints(TensorProto proto, DType dtype, long[] dims, long size) {
        boolean packed = dtype.bits() < 8;
        require(proto.name(), packed ? dtype.bytes(size) : size, proto.int32Data().size());
        var tensor = Tensor.zeros(dtype, dims);
        var target = packed ? Tensor.of(DType.UINT8, tensor.segment(), tensor.byteSize()) : tensor;
        proto.int32Data()
                .forEach(
                        new IntConsumer() {
                            private long at;

                            @Override
                            public void accept(int value) {
                                target.setBits(at++, value);
                            }
                        });
        return tensor;
    }

    /// A sparse tensor made dense.
    ///
    /// @throws FormatException when indices are out of range, not ascending, or of a wrong shape
    /// @throws LimitException when the dense tensor is too large
    Tensor dense(SparseTensorProto proto) {
        var valuesProto = proto.values();
        var indicesProto = proto.indices();
        if (valuesProto == null || indicesProto == null) {
            throw new FormatException("a sparse tensor lacks values or indices");
        }
        var name = valuesProto.name();
        var values = tensor(valuesProto);
        var indices = tensor(indicesProto);
        var dims = dims(proto.dims(), name);
        long size = size(dims, name);
        if (size > MAX_DENSE) {
            throw new LimitException(
                    Problem.of("a sparse tensor is too large to be made dense")
                            .node(name)
                            .expected("at most " + MAX_DENSE + " elements")
                            .got(Arrays.toString(dims)));
        }
        boolean coordinates = indices.rank() == 2;
        if (indices.dtype() != DType.INT64
                || values.rank() != 1
                || (coordinates ? indices.dim(1) != dims.length : indices.rank() != 1)
                || indices.dim(0) != values.size()) {
            throw new FormatException(
                    Problem.of("a sparse tensor's indices do not fit its values")
                            .node(name)
                            .expected("i64[n] or i64[n," + dims.length + "] for n values")
                            .got(indices.type() + " for " + values.type()));
        }
        var dense = Tensor.zeros(values.dtype(), dims);
        long last = -1;
        for (long i = 0; i < values.size(); i++) {
            long at = coordinates ? linear(indices, i, dims, name) : indices.getLong(i);
            if (at <= last || at >= size) {
                throw new FormatException(
                        Problem.of("a sparse tensor's indices must ascend within the shape")
                                .node(name)
                                .got(at + " after " + last));
            }
            dense.copyElement(at, values, i);
            last = at;
        }
        return dense;
    }

    private static long linear(Tensor indices, long row, long[] dims, String name) {
        long at = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            long index = indices.getLong(row * dims.length + axis);
            if (index < 0 || index >= dims[axis]) {
                throw new FormatException(
                        Problem.of("a sparse tensor's index is out of range")
                                .node(name)
                                .expected("0 to " + (dims[axis] - 1))
                                .got(index));
            }
            at = at * dims[axis] + index;
        }
        return at;
    }

    private static long[] dims(Int64List list, String name) {
        if (list.size() > MAX_RANK) {
            throw new LimitException(
                    Problem.of("too many axes")
                            .node(name)
                            .expected("at most " + MAX_RANK)
                            .got(list.size()));
        }
        return list.toArray();
    }

    private static long size(long[] dims, String name) {
        for (long dim : dims) {
            if (dim < 0) {
                throw new FormatException(
                        Problem.of("negative extent").node(name).got(Arrays.toString(dims)));
            }
        }
        return Tensor.size(dims);
    }

    private static void require(String name, long expected, long got) {
        if (expected != got) {
            throw misfit(name, expected + " elements", got);
        }
    }

    private static FormatException misfit(String name, String expected, long got) {
        return new FormatException(
                Problem.of("a tensor's data does not fill its shape")
                        .node(name)
                        .expected(expected)
                        .got(got));
    }

    /// A message with the elements as raw data, which is not copied.
    static TensorProto proto(String name, Tensor tensor) {
        var dims = Int64List.of(tensor.dims());
        var type = DataType.of(tensor.dtype());
        if (tensor.dtype() == DType.STRING) {
            var strings = new ArrayList<Bytes>();
            for (var string : tensor.strings()) {
                strings.add(Bytes.utf8(string));
            }
            return TensorProto.strings(name, dims, strings);
        }
        return TensorProto.raw(name, type, dims, Bytes.of(tensor.segment()));
    }
}
