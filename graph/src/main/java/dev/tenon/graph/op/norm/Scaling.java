package dev.tenon.graph.op.norm;

import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;
import org.jspecify.annotations.Nullable;

/// The last step of a normalisation: `normalized · scale + bias`, with scale and bias broadcast.
final class Scaling {
    private Scaling() {}

    /// @param like gives the dtype and the shape of the result
    /// @throws dev.tenon.base.InputException when scale or bias do not broadcast to that shape
    static Tensor apply(double[] normalized, Tensor like, Tensor scale, @Nullable Tensor bias) {
        var dims = like.dims();
        var shift = bias == null ? Tensor.zeros(like.dtype()) : bias;
        var strides =
                new long[][] {
                    Nd.broadcastStrides(scale.dims(), Nd.broadcast(dims, scale.dims())),
                    Nd.broadcastStrides(shift.dims(), Nd.broadcast(dims, shift.dims()))
                };
        var result = Tensor.zeros(like.dtype(), dims);
        Nd.walk(
                dims,
                strides,
                (index, offsets) ->
                        result.setDouble(
                                index,
                                normalized[(int) index] * scale.getDouble(offsets[0])
                                        + shift.getDouble(offsets[1])));
        return result;
    }
}
