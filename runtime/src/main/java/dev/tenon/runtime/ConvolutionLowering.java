package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.Window;
import dev.tenon.graph.op.WindowPositions;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.convolution.ConvTranspose;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.conv.TransposedConv;
import dev.tenon.kernels.elementwise.RowProgram;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Binds convolutions to kernels, in either layout.
final class ConvolutionLowering {
    private ConvolutionLowering() {}

    /// Whether an epilogue can be computed on the channels of the node's result.
    static boolean takesEpilogue(Node node, Convolution op) {
        return switch (op) {
            case Conv conv ->
                    Lowering.isFloat(node, 0, 1, 2)
                            && node.input(1).constant() != null
                            && !cuts(conv);
            case ConvTranspose _ ->
                    Lowering.isFloat(node, 0, 1, 2) && node.input(1).constant() != null;
            default -> false;
        };
    }

    /// Whether padding is negative, so that parts of the input are cut off.
    private static boolean cuts(Conv op) {
        return op.pads() != null && op.pads().stream().anyMatch(p -> p < 0);
    }

    static Lowered lower(Node node, Convolution op, ResultEpilogue epilogue) {
        if (!Lowering.isFloat(node, 0, 1, 2)) {
            return Lowering.reference(node, "the elements are not f32");
        }
        return switch (op) {
            case Conv conv -> conv(node, conv, epilogue);
            case ConvTranspose transpose -> transposed(node, transpose, epilogue);
            default -> Lowering.reference(node, "no kernel for this operator");
        };
    }

    private static Lowered conv(Node node, Conv op, ResultEpilogue epilogue) {
        var weights = node.input(1).constant();
        if (weights == null) {
            return Lowering.reference(node, "the weights are not constant");
        }
        if (cuts(op)) {
            return Lowering.reference(node, "negative padding");
        }
        if (weights.rank() > 5) {
            return Lowering.reference(node, "more than three spatial axes");
        }
        var layout = Images.output(node);
        if (layout == Layout.CHANNELS_FIRST && Images.input(node) == Layout.CHANNELS_LAST) {
            return Lowering.reference(node, "the output is channels-first, the input is not");
        }
        var query = query(weights, op, Images.input(node), layout);
        return Lowering.choose(
                node,
                dev.tenon.kernels.conv.Conv.FAMILY,
                query,
                kernel ->
                        frame -> {
                            var x = Images.channelsFirst(frame.tensor(0), Images.input(node));
                            checkChannels(x, weights, op.group());
                            var dims = op.geometry().outputDims(x.dims(), weights.dims());
                            var positions = op.geometry().positions(x.dims(), weights.dims());
                            var shape = shape(x, weights, op, positions);
                            var y = frame.output(0, DType.FLOAT32, Images.laid(dims, layout));
                            var after = after(node, frame, epilogue, dims);
                            return images(frame, x, y, shape, after, kernel::prepare);
                        });
    }

    /// What kernels are asked for.
    static dev.tenon.kernels.conv.Conv.Query query(
            Tensor weights, Conv op, Layout input, Layout output) {
        var window = op.geometry().window(weights.rank() - 2);
        return new dev.tenon.kernels.conv.Conv.Query(
                weights,
                op.group(),
                ConvShape.spatial(window.strides().toArray(), 1),
                ConvShape.spatial(window.dilations().toArray(), 1),
                isPadded(window),
                input,
                output);
    }

    /// The bias and the epilogue, for all images or for each.
    ///
    /// @param dims of the result, channels first
    private static List<Epilogue> after(
            Node node, Frame frame, ResultEpilogue epilogue, long[] dims) {
        var layout = Images.output(node);
        var bias = bias(node.input(2).isPresent() ? frame.tensor(2) : null, layout);
        if (layout == Layout.CHANNELS_LAST) {
            var positions = epilogue.ofPositions(frame, Images.laid(dims, layout));
            return List.of(Epilogue.of(List.of(bias, positions)));
        }
        return epilogue.ofChannels(frame, dims).stream()
                .map(each -> Epilogue.of(List.of(bias, each)))
                .toList();
    }

    /// A convolution that is bound to its weights.
    @FunctionalInterface
    private interface Computation {
        Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room);
    }

    /// All images at once, or one after the other where each has an epilogue of its own.
    private static Work images(
            Frame frame,
            Tensor x,
            Tensor y,
            ConvShape shape,
            List<Epilogue> after,
            Computation computation) {
        if (after.size() == 1) {
            return computation.prepare(
                    x.segment(), y.segment(), shape, after.getFirst(), frame.room());
        }
        var one = shape.withImages(1);
        long input = x.byteSize() / after.size();
        long output = y.byteSize() / after.size();
        var each = new ArrayList<Work>();
        for (int i = 0; i < after.size(); i++) {
            try (var _ = frame.room().turn()) {
                each.add(
                        computation.prepare(
                                x.segment().asSlice(i * input, input),
                                y.segment().asSlice(i * output, output),
                                one,
                                after.get(i),
                                frame.room()));
            }
        }
        return Work.sequence(each);
    }

    private static Lowered transposed(Node node, ConvTranspose op, ResultEpilogue epilogue) {
        var weights = node.input(1).constant();
        if (weights == null) {
            return Lowering.reference(node, "the weights are not constant");
        }
        var layout = Images.output(node);
        return Lowering.choose(
                node,
                TransposedConv.FAMILY,
                query(weights, op, layout),
                kernel ->
                        frame -> {
                            var x = Images.channelsFirst(frame.tensor(0), layout);
                            if (x.dim(1) != weights.dim(0)) {
                                throw new InputException(
                                        Problem.of("the channels of input and weights differ")
                                                .expected(weights.dim(0))
                                                .got(x.dim(1)));
                            }
                            var placed = op.placed(x.dims(), weights.dims());
                            var dims = op.outputDims(x.dims(), weights.dims());
                            var y = frame.output(0, DType.FLOAT32, Images.laid(dims, layout));
                            var shape = transposedShape(x, dims, weights, op, placed);
                            var after = after(node, frame, epilogue, dims);
                            return images(frame, x, y, shape, after, kernel::prepare);
                        });
    }

    /// What kernels are asked for.
    static TransposedConv.Query query(Tensor weights, ConvTranspose op, Layout layout) {
        return new TransposedConv.Query(weights, op.group(), tiles(op, weights), layout);
    }

    /// Whether the windows lie side by side on the output and fill it.
    private static boolean tiles(ConvTranspose op, Tensor weights) {
        var window = op.window(weights.rank() - 2);
        return isZero(op.pads())
                && isZero(op.outputPadding())
                && op.outputShape() == null
                && (op.autoPad() == AutoPad.NOTSET || op.autoPad() == AutoPad.VALID)
                && window.dilations().stream().allMatch(d -> d == 1)
                && Arrays.equals(
                        window.strides().toArray(),
                        Arrays.copyOfRange(weights.dims(), 2, weights.rank()));
    }

    private static boolean isZero(@Nullable Longs values) {
        return values == null || values.stream().allMatch(v -> v == 0);
    }

    private static ConvShape transposedShape(
            Tensor x, long[] dims, Tensor weights, ConvTranspose op, WindowPositions placed) {
        var window = op.window(x.rank() - 2);
        return new ConvShape(
                Math.toIntExact(x.dim(0)),
                Math.toIntExact(x.dim(1)),
                Math.toIntExact(dims[1]),
                op.group(),
                ConvShape.spatial(Arrays.copyOfRange(x.dims(), 2, x.rank()), 1),
                ConvShape.spatial(Arrays.copyOfRange(weights.dims(), 2, x.rank()), 1),
                ConvShape.spatial(window.strides().toArray(), 1),
                ConvShape.spatial(window.dilations().toArray(), 1),
                ConvShape.spatial(placed.before(), 0),
                ConvShape.spatial(Arrays.copyOfRange(dims, 2, x.rank()), 1));
    }

    private static void checkChannels(Tensor x, Tensor weights, int groups) {
        if (x.dim(1) != weights.dim(1) * groups) {
            throw new InputException(
                    Problem.of("the channels of input and weights differ")
                            .expected(weights.dim(1) * groups)
                            .got(x.dim(1)));
        }
    }

    /// Whether nothing is cut off, as negative padding would.
    static boolean isPadded(WindowPositions positions) {
        return Arrays.stream(positions.before()).allMatch(p -> p >= 0)
                && Arrays.stream(positions.after()).allMatch(p -> p >= 0);
    }

    /// Whether windows may reach beyond the input.
    private static boolean isPadded(Window window) {
        return window.autoPad().isSame() || window.pads().stream().anyMatch(p -> p != 0);
    }

    private static ConvShape shape(Tensor x, Tensor weights, Conv op, WindowPositions positions) {
        var window = op.geometry().window(x.rank() - 2);
        return shape(
                x,
                Math.toIntExact(weights.dim(0)),
                op.group(),
                Arrays.copyOfRange(weights.dims(), 2, weights.rank()),
                window,
                positions);
    }

    static ConvShape shape(
            Tensor x,
            int features,
            int groups,
            long[] kernel,
            Window window,
            WindowPositions positions) {
        return new ConvShape(
                Math.toIntExact(x.dim(0)),
                Math.toIntExact(x.dim(1)),
                features,
                groups,
                ConvShape.spatial(Arrays.copyOfRange(x.dims(), 2, x.rank()), 1),
                ConvShape.spatial(kernel, 1),
                ConvShape.spatial(window.strides().toArray(), 1),
                ConvShape.spatial(window.dilations().toArray(), 1),
                ConvShape.spatial(positions.before(), 0),
                ConvShape.spatial(positions.output(), 1));
    }

    /// Adds one number a feature.
    private static Epilogue bias(@Nullable Tensor bias, Layout layout) {
        if (bias == null) {
            return Epilogue.NONE;
        }
        int features = Math.toIntExact(bias.size());
        return RowProgram.addition(
                layout == Layout.CHANNELS_FIRST
                        ? new MatrixView(bias.segment(), 0, features, 1, 1, 0)
                        : new MatrixView(bias.segment(), 0, 1, features, 0, 1));
    }
}
