package dev.tenon.graph.op.resample;

import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The grid of an affine transform, for [GridSample] (ONNX `AffineGrid`).
///
/// Inputs: matrices `[N, axes, axes + 1]`, and the shape `[N, C, spatial…]` of what is to be
/// sampled, with two or three spatial axes. Output: `[N, spatial…, axes]`.
///
/// @param alignCorners whether -1 and 1 are the centres of the outermost elements, else their outer
///   edges
public record AffineGrid(boolean alignCorners) implements Resample {
    public static final OpDef<AffineGrid> DEF =
            OpDef.of(AffineGrid.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .reference(AffineGrid::evaluate)
                    .flops((op, types) -> 8 * types.outputSize(0))
                    .onnx("AffineGrid", 20, a -> new AffineGrid(a.flag("align_corners", false)))
                    .build();

    @Override
    public OpDef<AffineGrid> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        in.requireRank(0, 3, 3);
        in.requireRank(1, 1, 1);
        var length = in.shape(1).isRanked() ? in.shape(1).dim(0) : in.unknown();
        if (length instanceof Dim.Known(var rank) && (rank < 4 || rank > 5)) {
            throw in.error(Problem.of("wrong number of extents").expected("4 or 5").got(rank));
        }
        var size = in.content(1);
        if (size == null) {
            return length instanceof Dim.Known(var rank)
                    ? in.unknownShape((int) rank)
                    : Shape.unranked();
        }
        var dims = new ArrayList<>(size);
        dims.remove(1);
        dims.add(Dim.of(size.size() - 2));
        return Shape.of(dims);
    }

    private static List<Tensor> evaluate(AffineGrid op, EvalContext in) {
        var theta = in.tensor(0);
        long[] size = in.tensor(1).toLongs();
        int axes = size.length - 2;
        var dims = new long[axes + 1];
        dims[0] = size[0];
        System.arraycopy(size, 2, dims, 1, axes);
        var gridDims = Arrays.copyOf(dims, axes + 2);
        gridDims[axes + 1] = axes;
        var grid = Tensor.zeros(theta.dtype(), gridDims);
        var next = new long[1];
        Nd.walk(
                dims,
                at -> {
                    for (int row = 0; row < axes; row++) {
                        long start = (at[0] * axes + row) * (axes + 1);
                        double sum = theta.getDouble(start + axes);
                        for (int column = 0; column < axes; column++) {
                            // The last spatial axis is the first coordinate.
                            int axis = axes - column;
                            sum +=
                                    theta.getDouble(start + column)
                                            * op.coordinate(at[axis], dims[axis]);
                        }
                        grid.setDouble(next[0]++, sum);
                    }
                });
        return List.of(grid);
    }

    private double coordinate(long position, long extent) {
        if (alignCorners) {
            return extent == 1 ? 0 : 2.0 * position / (extent - 1) - 1;
        }
        return (2.0 * position + 1) / extent - 1;
    }
}
