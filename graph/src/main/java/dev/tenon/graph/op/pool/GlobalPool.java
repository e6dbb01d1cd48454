package dev.tenon.graph.op.pool;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// Pooling of whole channels: `[N, C, spatial…]` to `[N, C, 1…]`.
public sealed interface GlobalPool extends Pool
        permits GlobalAveragePool, GlobalLpPool, GlobalMaxPool {

    /// The type of the output.
    static List<Type> infer(InferContext in) {
        in.requireRank(0, 2, Integer.MAX_VALUE);
        var shape = in.shape(0);
        if (!shape.isRanked()) {
            return List.of(in.tensor(0));
        }
        var dims = new ArrayList<Dim>(shape.dims());
        dims.subList(2, dims.size()).replaceAll(d -> Dim.ONE);
        return List.of(Type.tensor(in.dtype(0), Shape.of(dims)));
    }

    /// Makes one element of all elements of each channel.
    static List<Tensor> pool(Tensor x, ToDoubleFunction<DoubleStream> reducer) {
        var dims = x.dims();
        long elements = Nd.size(dims, 2, dims.length);
        Arrays.fill(dims, 2, dims.length, 1);
        var y = Tensor.zeros(x.dtype(), dims);
        for (long i = 0; i < y.size(); i++) {
            long start = i * elements;
            y.setDouble(
                    i,
                    reducer.applyAsDouble(
                            LongStream.range(start, start + elements).mapToDouble(x::getDouble)));
        }
        return List.of(y);
    }
}
