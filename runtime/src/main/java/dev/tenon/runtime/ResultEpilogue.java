package dev.tenon.runtime;

import dev.tenon.base.InputException;
import dev.tenon.base.Layout;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;
import dev.tenon.kernels.elementwise.RowProgram;
import dev.tenon.kernels.gemm.BatchedEpilogue;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What is done to each element of a product or a convolution before it is written: an expression,
/// with operands that broadcast to the result.
final class ResultEpilogue {
    /// Nothing.
    static final ResultEpilogue NONE = new ResultEpilogue(null, 0, 0, _ -> true);

    private final @Nullable RowProgram program;
    private final int first;
    private final int count;
    private final IntPredicate laid;

    private ResultEpilogue(@Nullable RowProgram program, int first, int count, IntPredicate laid) {
        this.program = program;
        this.first = first;
        this.count = count;
        this.laid = laid;
    }

    /// @param program over the result's element and those of the operands
    /// @param first the frame's index of the first operand
    /// @param count how many operands there are
    static ResultEpilogue of(RowProgram program, int first, int count) {
        return new ResultEpilogue(program, first, count, _ -> true);
    }

    /// The same for operands of which some are not in the layout of the result.
    ///
    /// @param newLaid whether the operand at an index of the frame is in that layout
    ResultEpilogue laid(IntPredicate newLaid) {
        return new ResultEpilogue(program, first, count, newLaid);
    }

    /// The epilogue of a result whose rows are all axes but the last.
    ///
    /// @param dims of the result, two or more
    /// @throws InputException when an operand does not broadcast to the result
    Epilogue ofRows(Frame frame, long... dims) {
        return program == null ? Epilogue.NONE : ofRows(program, operands(frame), dims);
    }

    /// The epilogue of a result `[images, spatial…, channels]` whose rows are positions.
    ///
    /// @throws InputException when an operand does not broadcast to the result
    Epilogue ofPositions(Frame frame, long... dims) {
        if (program == null) {
            return Epilogue.NONE;
        }
        var operands = operands(frame);
        for (int i = 0; i < count; i++) {
            if (!laid.test(first + i)) {
                operands.set(i, channelsLast(operands.get(i), dims.length));
            }
        }
        return ofRows(program, operands, dims);
    }

    /// An operand that is the same for all positions, with its channels last.
    private static Tensor channelsLast(Tensor operand, int rank) {
        var dims = withLeadingOnes(operand, rank);
        return operand.reshape(Images.laid(dims, Layout.CHANNELS_LAST));
    }

    private static long[] withLeadingOnes(Tensor operand, int rank) {
        int added = rank - operand.rank();
        if (added < 0) {
            throw new InputException(
                    Problem.of("an operand does not broadcast to the result")
                            .expected("at most " + rank + " axes")
                            .got(operand.type()));
        }
        var dims = new long[rank];
        Arrays.fill(dims, 0, added, 1);
        System.arraycopy(operand.dims(), 0, dims, added, operand.rank());
        return dims;
    }

    private Epilogue ofRows(RowProgram applied, List<Tensor> operands, long... dims) {
        var strides = strides(operands, dims);
        int last = dims.length - 1;
        int outer = 0;
        while (outer < last - 1 && !collapse(strides, dims, outer, last)) {
            outer++;
        }
        var outerDims = Arrays.copyOf(dims, outer);
        int rows = Math.toIntExact(Nd.size(dims, outer, last));
        int columns = Math.toIntExact(dims[last]);
        var each = new ArrayList<Epilogue>();
        Nd.walk(
                outerDims,
                strides,
                (_, offsets) -> {
                    var views = new ArrayList<MatrixView>(count);
                    for (int i = 0; i < count; i++) {
                        views.add(
                                new MatrixView(
                                        operands.get(i).segment(),
                                        offsets[i],
                                        rows,
                                        columns,
                                        stride(strides[i], dims, outerDims.length, last),
                                        strides[i][last]));
                    }
                    each.add(applied.with(views));
                });
        return each.size() == 1 ? each.getFirst() : new BatchedEpilogue(rows, each);
    }

    /// Whether an operand is known to have the same elements for all positions of an image.
    static boolean repeatsPositions(Shape operand, Shape result) {
        int spatial = Math.max(0, 2 - (result.rank() - operand.rank()));
        return operand.rank() <= result.rank()
                && IntStream.range(spatial, operand.rank()).allMatch(i -> operand.dim(i).is(1));
    }

    /// Whether an operand is known to have the same elements for all positions of an image, or one
    /// for each of them, as [#ofChannels] wants it.
    static boolean fitsChannels(Shape operand, Shape result) {
        int added = result.rank() - operand.rank();
        int spatial = Math.max(0, 2 - added);
        return added >= 0
                && (IntStream.range(spatial, operand.rank()).allMatch(i -> operand.dim(i).is(1))
                        || added <= 2
                                && IntStream.range(spatial, operand.rank())
                                        .allMatch(
                                                i -> operand.dim(i).equals(result.dim(added + i))));
    }

    /// The epilogues of a result `[images, channels, spatial…]` whose rows are the channels of one
    /// image: one for all images, or one for each.
    ///
    /// @throws InputException when an operand does not broadcast to the result
    List<Epilogue> ofChannels(Frame frame, long... dims) {
        if (program == null) {
            return List.of(Epilogue.NONE);
        }
        var operands = operands(frame);
        var strides = strides(operands, dims);
        boolean alike = dims[0] <= 1 || Arrays.stream(strides).allMatch(s -> s[0] == 0);
        var each = new ArrayList<Epilogue>();
        for (int image = 0; image < (alike ? 1 : dims[0]); image++) {
            var views = new ArrayList<MatrixView>(count);
            for (int i = 0; i < count; i++) {
                views.add(
                        new MatrixView(
                                operands.get(i).segment(),
                                image * strides[i][0],
                                Math.toIntExact(dims[1]),
                                Math.toIntExact(Nd.size(dims, 2, dims.length)),
                                strides[i][1],
                                stride(strides[i], dims, 2, dims.length)));
            }
            each.add(program.with(views));
        }
        return each;
    }

    private List<Tensor> operands(Frame frame) {
        var operands = new ArrayList<Tensor>(count);
        for (int i = 0; i < count; i++) {
            operands.add(frame.tensor(first + i));
        }
        return operands;
    }

    private static long[][] strides(List<Tensor> operands, long[] dims) {
        return operands.stream()
                .map(
                        operand -> {
                            if (operand.rank() > dims.length
                                    || !Arrays.equals(Nd.broadcast(operand.dims(), dims), dims)) {
                                throw new InputException(
                                        Problem.of("an operand does not broadcast to the result")
                                                .expected(Arrays.toString(dims))
                                                .got(operand.type()));
                            }
                            return Nd.broadcastStrides(operand.dims(), dims);
                        })
                .toArray(long[][]::new);
    }

    /// Whether the axes `from` to `to - 1` of all operands can be walked with one stride.
    private static boolean collapse(long[][] strides, long[] dims, int from, int to) {
        for (var each : strides) {
            long next = -1;
            for (int axis = to - 1; axis >= from; axis--) {
                if (dims[axis] == 1) {
                    continue;
                }
                if (next >= 0 && each[axis] != next) {
                    return false;
                }
                next = each[axis] * dims[axis];
            }
        }
        return true;
    }

    /// That stride.
    private static long stride(long[] strides, long[] dims, int from, int to) {
        for (int axis = to - 1; axis >= from; axis--) {
            if (dims[axis] != 1) {
                return strides[axis];
            }
        }
        return 0;
    }
}
