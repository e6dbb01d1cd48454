package dev.tenon.graph.op.control;

import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.move.Concat;
import java.util.ArrayList;
import java.util.List;

/// Collects what the runs of a body give for one scan output, and stacks it along a new axis.
final class Stacking {
    private final List<Tensor> parts = new ArrayList<>();
    private long bytes;

    /// @throws LimitException when the parts take more than half of the heap
    void add(Datum part) {
        if (!(part instanceof Tensor tensor)) {
            throw new InputException(
                    Problem.of("a scan output is no tensor").expected("a tensor").got(part.type()));
        }
        bytes += Math.max(tensor.byteSize(), tensor.size());
        long most = Runtime.getRuntime().maxMemory() / 2;
        if (bytes > most) {
            throw new LimitException(
                    Problem.of("the scan outputs of a loop do not fit the heap")
                            .expected("at most " + most + " bytes")
                            .got("more after " + parts.size() + " iterations")
                            .advice(
                                    "Give the JVM more memory (-Xmx) or let the loop run less"
                                            + " often"));
        }
        parts.add(tensor);
    }

    /// All parts, stacked.
    ///
    /// @param axis counted as in the result; negative from the end
    /// @param reverse whether the last part comes first
    /// @param type the type of a part, for when there are none; unknown extents count as 0
    Tensor stack(long axis, boolean reverse, Type type) {
        if (parts.isEmpty()) {
            return none(axis, (Type.OfTensor) type);
        }
        var first = parts.getFirst();
        var dims = Nd.with(first.dims(), Nd.axis(axis, first.rank() + 1), 1);
        var unsqueezed = new ArrayList<Tensor>();
        for (var part : parts) {
            if (!part.shape().equals(first.shape())) {
                throw new InputException(
                        Problem.of("a scan output changes its shape between iterations")
                                .expected(first.type())
                                .got(part.type()));
            }
            unsqueezed.add(part.reshape(dims));
        }
        return Concat.concat(
                Nd.axis(axis, dims.length), reverse ? unsqueezed.reversed() : unsqueezed);
    }

    private static Tensor none(long axis, Type.OfTensor type) {
        var shape = type.shape().isRanked() ? type.shape() : Shape.SCALAR;
        var dims = shape.dims().stream().mapToLong(d -> d.known().orElse(0)).toArray();
        return Tensor.zeros(type.dtype(), Nd.with(dims, Nd.axis(axis, dims.length + 1), 0));
    }
}
