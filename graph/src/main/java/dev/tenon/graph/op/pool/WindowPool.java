package dev.tenon.graph.op.pool;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.Window;
import dev.tenon.graph.op.WindowPositions;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Pooling by a window that slides over the spatial axes of `[N, C, spatial…]`.
public sealed interface WindowPool extends Pool permits AveragePool, LpPool, MaxPool {
    AutoPad autoPad();

    /// Whether a last window that is only partly inside of the padded input counts.
    boolean ceilMode();

    /// Null where all are 1.
    @Nullable Longs dilations();

    /// The number of taps of each spatial axis.
    Longs kernelShape();

    /// Before each axis, then after each axis; null where all are 0.
    @Nullable Longs pads();

    /// Null where all are 1.
    @Nullable Longs strides();

    /// The window, with the defaults filled in.
    default Window window() {
        return Window.of(kernelShape().size(), autoPad(), strides(), dilations(), pads());
    }

    /// The shape of the output, which has the input's batch and channels.
    ///
    /// @throws dev.tenon.base.GraphException when the window does not fit the input
    default Shape output(InferContext in) {
        var shape = in.shape(0);
        int axes = kernelShape().size();
        if (!shape.isRanked()) {
            return in.unknownShape(axes + 2);
        }
        if (shape.rank() != axes + 2) {
            throw in.error(
                    Problem.of("kernel_shape does not fit the number of spatial axes")
                            .expected(axes + 2 + " axes of the input")
                            .got(shape));
        }
        var window = window();
        var dims = new ArrayList<Dim>(shape.dims().subList(0, 2));
        for (int i = 0; i < axes; i++) {
            dims.add(window.output(i, shape.dim(i + 2), Dim.of(kernelShape().get(i)), ceilMode()));
        }
        return Shape.of(dims);
    }

    /// The window over an input.
    default WindowPositions over(Tensor x) {
        return window().over(
                        Arrays.copyOfRange(x.dims(), 2, x.rank()),
                        kernelShape().toArray(),
                        ceilMode());
    }

    /// Zeros of the output's shape.
    default Tensor emptyOutput(Tensor x, WindowPositions positions) {
        var dims = new ArrayList<Dim>(x.shape().dims().subList(0, 2));
        dims.addAll(Shape.of(positions.output()).dims());
        return Tensor.zeros(x.dtype(), Shape.of(dims).toLongs());
    }
}
