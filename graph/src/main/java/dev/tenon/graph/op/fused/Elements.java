package dev.tenon.graph.op.fused;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Expressions over the elements of tensors.
final class Elements {
    private Elements() {}

    /// The dtype of the floats among operands that are floats of one dtype and booleans.
    ///
    /// @throws GraphException when they are not
    static DType common(List<DType> dtypes) {
        var floats = dtypes.stream().filter(d -> d != DType.BOOL).distinct().toList();
        if (floats.size() != 1 || !floats.getFirst().isFloat()) {
            throw new GraphException(
                    Problem.of("wrong dtypes")
                            .expected("floats of one dtype, and booleans")
                            .got(dtypes));
        }
        return floats.getFirst();
    }

    /// The expression over the elements at each place, after broadcasting.
    static Tensor evaluate(Scalar expression, List<Tensor> inputs, DType dtype) {
        var dims = Nd.broadcast(inputs.stream().map(Tensor::dims).toArray(long[][]::new));
        var strides =
                inputs.stream()
                        .map(t -> Nd.broadcastStrides(t.dims(), dims))
                        .toArray(long[][]::new);
        var result = Tensor.zeros(dtype, dims);
        var args = new double[inputs.size()];
        Nd.walk(
                dims,
                strides,
                (index, offsets) -> {
                    for (int i = 0; i < args.length; i++) {
                        args[i] = inputs.get(i).getDouble(offsets[i]);
                    }
                    result.setDouble(index, expression.evaluate(args));
                });
        return result;
    }
}
