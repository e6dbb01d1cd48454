package dev.tenon.graph.op.reduce;

import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;

/// The elements that are folded into one: those at some coordinates from an offset on.
record Group(Tensor data, long[] dims, long[] strides) {
    double[] doubles(long start) {
        var values = new double[Math.toIntExact(Tensor.size(dims))];
        Nd.walk(dims, new long[][] {strides}, (index, offsets) -> values[(int) index] =
                data.getDouble(start + offsets[0]));
        return values;
    }

    long[] longs(long start) {
        var values = new long[Math.toIntExact(Tensor.size(dims))];
        Nd.walk(dims, new long[][] {strides}, (index, offsets) -> values[(int) index] =
                data.getLong(start + offsets[0]));
        return values;
    }
}
