package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.resample.Resample;
import dev.tenon.graph.op.resample.Resize;
import dev.tenon.graph.op.resample.ResizeAxis;
import dev.tenon.kernels.Work;
import org.jspecify.annotations.Nullable;

/// Binds resampling to kernels, in either layout.
final class ResampleLowering {
    private ResampleLowering() {}

    static Lowered lower(Node node, Resample op) {
        var mode = op instanceof Resize resize ? mode(resize) : null;
        if (!(op instanceof Resize resize)
                || mode == null
                || !Lowering.hasDtype(node, 0, DType.FLOAT32)) {
            return Lowering.reference(
                    node, "only nearest and linear resizing of f32 have a kernel");
        }
        return Lowering.choose(
                        node,
                        dev.tenon.kernels.resample.Resample.FAMILY,
                        new dev.tenon.kernels.resample.Resample.Query(mode, Images.output(node)),
                        kernel -> frame -> prepare(frame, node, resize, kernel))
                .reading(1, 2, 3);
    }

    /// What kernels are asked for; null where there is none.
    static dev.tenon.kernels.resample.Resample.@Nullable Mode mode(Resize op) {
        if (op.mode() == Resize.Mode.CUBIC
                || op.antialias()
                || op.excludeOutside()
                || op.coordinateTransformationMode() == Resize.Coordinates.TF_CROP_AND_RESIZE) {
            return null;
        }
        return op.mode() == Resize.Mode.NEAREST
                ? dev.tenon.kernels.resample.Resample.Mode.NEAREST
                : dev.tenon.kernels.resample.Resample.Mode.LINEAR;
    }

    private static Work prepare(
            Frame frame, Node node, Resize resize, dev.tenon.kernels.resample.Resample kernel) {
        var layout = Images.output(node);
        var x = Images.channelsFirst(frame.tensor(0), layout);
        var axes =
                resize.axes(x.dims(), contents(frame, 1), contents(frame, 2), contents(frame, 3));
        if (!isImage(axes, layout) || x.size() == 0) {
            return Lowering.reference(node, frame);
        }
        var dims = x.dims();
        int last = dims.length - 1;
        dims[last] = axes[last].output();
        dims[last - 1] = axes[last - 1].output();
        var y = frame.output(0, DType.FLOAT32, Images.laid(dims, layout));
        boolean together = layout == Layout.CHANNELS_FIRST;
        var shape =
                new dev.tenon.kernels.resample.Resample.Shape(
                        Nd.size(dims, 0, together ? last - 1 : 1),
                        together ? 1 : Math.toIntExact(dims[1]),
                        axis(resize, axes[last - 1]),
                        axis(resize, axes[last]));
        return kernel.prepare(x.segment(), y.segment(), shape, frame.room());
    }

    private static @Nullable Tensor contents(Frame frame, int input) {
        return frame.has(input) ? frame.contents(input) : null;
    }

    /// Whether at most the last two axes change, and those before them can be counted as images.
    private static boolean isImage(ResizeAxis[] axes, Layout layout) {
        for (int i = 0; i < axes.length - 2; i++) {
            if (!axes[i].isIdentity()) {
                return false;
            }
        }
        return layout == Layout.CHANNELS_FIRST ? axes.length >= 2 : axes.length == 4;
    }

    private static dev.tenon.kernels.resample.Resample.Axis axis(Resize op, ResizeAxis axis) {
        int output = Math.toIntExact(axis.output());
        var first = new int[output];
        var second = new int[output];
        var blend = new float[output];
        for (int i = 0; i < output; i++) {
            double source =
                    axis.isIdentity() ? i : axis.source(i, op.coordinateTransformationMode());
            if (op.mode() == Resize.Mode.NEAREST) {
                first[i] = (int) axis.clamp(op.nearestMode().round(source));
            } else {
                double base = Math.ceil(source) - 1;
                first[i] = (int) axis.clamp(base);
                second[i] = (int) axis.clamp(base + 1);
                blend[i] = (float) (source - base);
            }
        }
        return new dev.tenon.kernels.resample.Resample.Axis(
                Math.toIntExact(axis.input()), first, second, blend);
    }
}
