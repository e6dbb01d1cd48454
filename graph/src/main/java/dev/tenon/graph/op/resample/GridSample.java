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
import java.util.Locale;

/// Samples images, or volumes, at the places of a grid (ONNX `GridSample`).
///
/// Inputs: `[N, C, spatial…]` and a grid `[N, places…, axes]`, in whose last axis the coordinates
/// stand, that of the last spatial axis first, from -1 to 1. Output: `[N, C, places…]`.
///
/// @param alignCorners whether -1 and 1 are the centres of the outermost elements, else their outer
///   edges
public record GridSample(boolean alignCorners, Mode mode, Padding paddingMode) implements Resample {
    /// How elements are interpolated.
    public enum Mode {
        LINEAR,
        NEAREST,
        CUBIC;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is read outside of the input.
    public enum Padding {
        ZEROS,
        /// The nearest element.
        BORDER,
        /// Mirrored at the border as often as needed.
        REFLECTION;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final OpDef<GridSample> DEF =
            OpDef.of(GridSample.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .reference(GridSample::evaluate)
                    .flops((op, types) -> 8 * types.outputSize(0))
                    .onnx(
                            "GridSample",
                            20,
                            a ->
                                    new GridSample(
                                            a.flag("align_corners", false),
                                            a.choice("mode", Mode.LINEAR),
                                            a.choice("padding_mode", Padding.ZEROS)))
                    .build();

    @Override
    public OpDef<GridSample> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        var x = in.shape(0);
        var grid = in.shape(1);
        if (!x.isRanked() || !grid.isRanked()) {
            return x.isRanked()
                    ? in.unknownShape(x.rank())
                    : grid.isRanked() ? in.unknownShape(grid.rank()) : x;
        }
        if (x.rank() != grid.rank() || x.rank() < 3) {
            throw in.error(
                    Problem.of("input and grid do not fit together")
                            .expected("the same rank, of 3 at least")
                            .got(x + " and " + grid));
        }
        in.same(grid.dim(-1), Dim.of(x.rank() - 2));
        var dims = new ArrayList<Dim>(List.of(in.same(x.dim(0), grid.dim(0)), x.dim(1)));
        dims.addAll(grid.dims().subList(1, grid.rank() - 1));
        return Shape.of(dims);
    }

    private static List<Tensor> evaluate(GridSample op, EvalContext in) {
        var x = in.tensor(0);
        var grid = in.tensor(1);
        var spatial = Arrays.copyOfRange(x.dims(), 2, x.rank());
        long places = Nd.size(grid.dims(), 1, grid.rank() - 1);
        var dims = grid.dims();
        System.arraycopy(dims, 1, dims, 2, dims.length - 2);
        dims[1] = x.dim(1);
        var y = Tensor.zeros(x.dtype(), dims);
        for (long i = 0; i < y.size(); i++) {
            long image = i / places;
            long place = image / dims[1] * places + i % places;
            var taps = new Taps[spatial.length];
            for (int axis = 0; axis < spatial.length; axis++) {
                double coordinate = grid.getDouble((place + 1) * spatial.length - 1 - axis);
                taps[axis] = op.taps(coordinate, spatial[axis]);
            }
            y.setDouble(i, Taps.sample(x, image * Tensor.size(spatial), spatial, taps));
        }
        return List.of(y);
    }

    private Taps taps(double coordinate, long extent) {
        double x =
                alignCorners
                        ? (coordinate + 1) / 2 * (extent - 1)
                        : ((coordinate + 1) * extent - 1) / 2;
        if (mode == Mode.NEAREST) {
            return new Taps(
                    new long[] {index(place(Math.rint(x), extent), extent)}, new double[] {1});
        }
        double at = place(x, extent);
        long base = (long) Math.floor(at);
        int reach = mode == Mode.LINEAR ? 1 : 2;
        var indices = new long[2 * reach];
        var weights = new double[2 * reach];
        for (int i = 0; i < indices.length; i++) {
            long index = base - reach + 1 + i;
            indices[i] = index(index, extent);
            weights[i] =
                    mode == Mode.LINEAR
                            ? Taps.linear(at - index)
                            : Taps.cubic(at - index, Taps.CUBIC_A);
        }
        return new Taps(indices, weights);
    }

    /// A place brought inside of the borders.
    private double place(double x, long extent) {
        return switch (paddingMode) {
            case ZEROS -> x;
            case BORDER ->
                    least() <= x && x <= most(extent) ? x : Math.clamp(x, 0, (double) extent - 1);
            case REFLECTION -> reflect(x, extent);
        };
    }

    /// The element that is read at an index; -1 for zero.
    private long index(double index, long extent) {
        return switch (paddingMode) {
            case ZEROS -> index >= 0 && index < extent ? (long) index : -1;
            case BORDER -> Math.clamp((long) index, 0, extent - 1);
            case REFLECTION -> Math.clamp((long) reflect(index, extent), 0, extent - 1);
        };
    }

    private double least() {
        return alignCorners ? 0 : -0.5;
    }

    private double most(long extent) {
        return alignCorners ? extent - 1 : extent - 0.5;
    }

    private double reflect(double x, long extent) {
        double least = least();
        double range = most(extent) - least;
        if (range == 0) {
            return least;
        }
        double from = Math.abs(x - least);
        double rest = from % range;
        return (long) (from / range) % 2 == 0 ? least + rest : least + range - rest;
    }
}
