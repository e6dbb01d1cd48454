package dev.tenon.graph.op.convolution;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adds the columns of blocks back into an image (ONNX `Col2Im`).
///
/// Inputs: `[N, C · taps, positions]`, the image's spatial extents, and the number of taps of the
/// block along each of these axes. Output: `[N, C, spatial…]`.
///
/// @param dilations null where all are 1
/// @param pads before each axis, then after each axis; null where all are 0
/// @param strides null where all are 1
public record Col2Im(@Nullable Longs dilations, @Nullable Longs pads, @Nullable Longs strides)
        implements Convolution {
    public static final OpDef<Col2Im> DEF =
            OpDef.of(Col2Im.class)
                    .inputs(3)
                    .infer(Col2Im::infer)
                    .reference(Col2Im::evaluate)
                    .flops((op, types) -> types.inputSize(0))
                    .onnx(
                            "Col2Im",
                            18,
                            a ->
                                    new Col2Im(
                                            a.optionalIntegers("dilations"),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<Col2Im> def() {
        return DEF;
    }

    private static List<Type> infer(Col2Im op, InferContext in) {
        in.requireRank(0, 3, 3);
        in.requireRank(1, 1, 1);
        in.requireRank(2, 1, 1);
        var columns = in.shape(0);
        var image = in.content(1);
        var block = in.content(2);
        int axes = image != null ? image.size() : block != null ? block.size() : op.axes(in);
        if (axes < 0) {
            return List.of(Type.tensor(in.dtype(0), Shape.unranked()));
        }
        var dims = new ArrayList<Dim>();
        dims.add(columns.isRanked() ? columns.dim(0) : in.unknown());
        dims.add(
                columns.isRanked() && block != null
                        ? columns.dim(1).floorDiv(Shape.of(block).size())
                        : in.unknown());
        dims.addAll(image != null ? image : in.unknownShape(axes).dims());
        return List.of(Type.tensor(in.dtype(0), Shape.of(dims)));
    }

    /// The number of spatial axes as far as attributes and the inputs' lengths tell, else -1.
    private int axes(InferContext in) {
        for (int input = 1; input <= 2; input++) {
            if (in.shape(input).isRanked() && in.shape(input).dim(0).isKnown()) {
                return (int) in.shape(input).dim(0).known().orElseThrow();
            }
        }
        return strides != null
                ? strides.size()
                : dilations != null ? dilations.size() : pads != null ? pads.size() / 2 : -1;
    }

    private static List<Tensor> evaluate(Col2Im op, EvalContext in) {
        var columns = in.tensor(0);
        var image = in.tensor(1).toLongs();
        var block = in.tensor(2).toLongs();
        var placed =
                Window.of(image.length, AutoPad.NOTSET, op.strides, op.dilations, op.pads)
                        .over(image, block);
        int taps = placed.taps();
        if (columns.dim(1) % taps != 0 || columns.dim(2) != placed.count()) {
            throw new InputException(
                    Problem.of("the columns do not fit the image and the block")
                            .expected("[N, C * " + taps + ", " + placed.count() + "]")
                            .got(columns.shape()));
        }
        var dims = new long[image.length + 2];
        dims[0] = columns.dim(0);
        dims[1] = columns.dim(1) / taps;
        System.arraycopy(image, 0, dims, 2, image.length);
        var result = Tensor.zeros(columns.dtype(), dims);
        var targets = new long[taps];
        for (long position = 0; position < placed.count(); position++) {
            placed.sources(position, targets);
            for (long plane = 0; plane < dims[0] * dims[1]; plane++) {
                for (int tap = 0; tap < taps; tap++) {
                    if (targets[tap] >= 0) {
                        long from = (plane * taps + tap) * placed.count() + position;
                        add(columns, from, result, plane * placed.inputSize() + targets[tap]);
                    }
                }
            }
        }
        return List.of(result);
    }

    private static void add(Tensor from, long index, Tensor to, long target) {
        if (from.dtype().isFloat()) {
            to.setDouble(target, to.getDouble(target) + from.getDouble(index));
        } else {
            to.setLong(target, to.getLong(target) + from.getLong(index));
        }
    }
}
