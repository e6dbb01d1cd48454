package dev.tenon.graph.op.move;

import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Copies between a dense tensor and positions of another that lie one stride apart along each
/// axis.
///
/// Strides and offsets count elements; strides may be 0 or negative.
public final class Strided {
    private Strided() {}

    /// A dense tensor of the elements at `start + Σ coordinate · stride`.
    public static Tensor read(Tensor from, long start, long[] strides, long... dims) {
        var result = Tensor.zeros(from.dtype(), dims);
        int outer = outerAxes(strides, dims);
        long run = Nd.size(dims, outer, dims.length);
        Nd.walk(
                Arrays.copyOf(dims, outer),
                new long[][] {Arrays.copyOf(strides, outer)},
                (index, offsets) -> copy(from, start + offsets[0], result, index * run, run));
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
        var dims = from.dims();
        int outer = outerAxes(strides, dims);
        long run = Nd.size(dims, outer, dims.length);
        Nd.walk(
                Arrays.copyOf(dims, outer),
                new long[][] {Arrays.copyOf(strides, outer)},
                (index, offsets) -> copy(from, index * run, into, start + offsets[0], run));
    }

    /// How many axes stand before those whose elements lie one after the other.
    private static int outerAxes(long[] strides, long[] dims) {
        int outer = dims.length;
        long run = 1;
        while (outer > 0 && (strides[outer - 1] == run || dims[outer - 1] == 1)) {
            run *= dims[--outer];
        }
        return outer;
    }

    /// Copies elements that lie one after the other, between tensors of one dtype.
    public static void copy(Tensor from, long fromStart, Tensor into, long start, long count) {
        int bytes = from.dtype().bits() / 8;
        if (count > 1 && bytes > 0) {
            MemorySegment.copy(
                    from.segment(),
                    fromStart * bytes,
                    into.segment(),
                    start * bytes,
                    count * bytes);
            return;
        }
        for (long i = 0; i < count; i++) {
            into.copyElement(start + i, from, fromStart + i);
        }
    }
}
