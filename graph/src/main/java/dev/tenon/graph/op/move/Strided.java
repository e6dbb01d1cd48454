package dev.tenon.graph.op.move;

import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;

/// Copies between a dense tensor and positions of another that lie one stride apart along each axis.
///
/// Strides and offsets count elements; strides may be 0 or negative.
public final class Strided {
    private Strided() {}

    /// A dense tensor of the elements at `start + Σ coordinate · stride`.
    public static Tensor read(Tensor from, long start, long[] strides, long... dims) {
        var result = Tensor.zeros(from.dtype(), dims);
        Nd.walk(dims, new long[][] {strides}, (index, offsets) ->
                result.copyElement(index, from, start + offsets[0]));
        return result;
    }

    /// The elements `from … from + count - 1` along an axis of a dense tensor.
    public static Tensor slice(Tensor data, int axis, long from, long count) {
        var dims = data.dims();
        var strides = Nd.strides(dims);
        dims[axis] = count;
        return read(data, from * strides[axis], strides, dims);
    }

    /// Stores the elements of a dense tensor at `start + Σ coordinate · stride`.
    public static void write(Tensor from, Tensor into, long start, long[] strides) {
        Nd.walk(from.dims(), new long[][] {strides}, (index, offsets) ->
                into.copyElement(start + offsets[0], from, index));
    }

    /// Copies elements that lie one after the other.
    public static void copy(Tensor from, long fromStart, Tensor into, long start, long count) {
        for (long i = 0; i < count; i++) {
            into.copyElement(start + i, from, fromStart + i);
        }
    }
}
