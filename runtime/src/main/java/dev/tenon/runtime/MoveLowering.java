package dev.tenon.runtime;

import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Flatten;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Identity;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.move.Pad;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.move.Unsqueeze;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.move.StridedCopy;
import dev.tenon.kernels.move.StridedCopy.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Binds operators that only move elements to copies, and those that change the shape alone to
/// views.
final class MoveLowering {
    /// The name of the kernels here.
    private static final String COPY = "copy";

    private MoveLowering() {}

    /// Copies elements from one place to another.
    ///
    /// @param width bytes of an element
    private record Copy(Place from, Place to, long[] dims, int width) {
        Work work() {
            return StridedCopy.of(from, to, dims, width);
        }
    }

    private static Work all(List<Copy> copies) {
        return Work.sequence(copies.stream().map(Copy::work).toList());
    }

    static Lowered lower(Node node, Move op) {
        if (!node.inputs().stream().allMatch(v -> !v.isPresent() || isCopied(v.type()))) {
            return Lowering.reference(node, "the elements are no whole bytes");
        }
        return switch (op) {
            case Reshape _, Flatten _, Squeeze _, Unsqueeze _, Identity _ ->
                    ViewLowering.lower(node);
            case Transpose transpose -> new Lowered(COPY, frame -> transpose(frame, transpose));
            case Gather(int axis) -> new Lowered(COPY, frame -> gather(frame, axis));
            case Concat(int axis) ->
                    new Lowered(COPY, frame -> concat(frame, axis, node.inputs().size()));
            case Split split when split.numOutputs() == null && node.input(1).constant() != null ->
                    new Lowered(
                                    COPY,
                                    frame ->
                                            split(frame, split.axis(), frame.contents(1).toLongs()))
                            .reading(1);
            case Expand _ -> new Lowered(COPY, MoveLowering::expand).reading(1);
            case Slice _ -> new Lowered(COPY, MoveLowering::slice).reading(1, 2, 3, 4);
            case Pad(Pad.Mode mode) when mode == Pad.Mode.CONSTANT ->
                    new Lowered(COPY, frame -> pad(frame, node)).reading(1, 3);
            case Pad(Pad.Mode mode) ->
                    new Lowered(COPY, frame -> padWithOwn(frame, mode)).reading(1, 3);
            default -> Lowering.reference(node);
        };
    }

    private static boolean isCopied(Type type) {
        return type instanceof Type.OfTensor(var dtype, var _) && dtype.bits() >= 8;
    }

    private static int width(Tensor tensor) {
        return tensor.dtype().bits() / 8;
    }

    private static Work transpose(Frame frame, Transpose op) {
        var x = frame.tensor(0);
        var order = op.order(x.rank());
        var strides = Nd.strides(x.dims());
        var dims = order.map(axis -> x.dim((int) axis)).toArray();
        var from = order.map(axis -> strides[(int) axis]).toArray();
        var y = frame.output(0, x.dtype(), dims);
        return StridedCopy.of(
                new Place(x.segment(), 0, from), Place.dense(y.segment(), dims), dims, width(x));
    }

    private static Work expand(Frame frame) {
        var x = frame.tensor(0);
        var dims = Nd.broadcast(x.dims(), frame.contents(1).toLongs());
        var y = frame.output(0, x.dtype(), dims);
        return StridedCopy.of(
                new Place(x.segment(), 0, Nd.broadcastStrides(x.dims(), dims)),
                Place.dense(y.segment(), dims),
                dims,
                width(x));
    }

    private static Work slice(Frame frame) {
        var x = frame.tensor(0);
        long[] starts = frame.contents(1).toLongs();
        long[] ends = frame.contents(2).toLongs();
        long[] axes = frame.has(3) ? frame.contents(3).toLongs() : null;
        long[] steps = frame.has(4) ? frame.contents(4).toLongs() : null;
        var dims = x.dims();
        var strides = Nd.strides(dims);
        long offset = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = Nd.axis(axes == null ? i : axes[i], x.rank());
            long step = steps == null ? 1 : steps[i];
            if (step == 0) {
                throw new GraphException(Problem.of("a step of 0 gets nowhere"));
            }
            long extent = x.dim(axis);
            long least = step > 0 ? 0 : -1;
            long most = step > 0 ? extent : extent - 1;
            long start =
                    Math.min(
                            Math.max(
                                    fromFront(starts[i], extent), step > 0 ? 0 : Math.min(0, most)),
                            most);
            long end = Math.min(Math.max(fromFront(ends[i], extent), least), most);
            dims[axis] =
                    Math.max(0, Math.ceilDiv(step > 0 ? end - start : start - end, Math.abs(step)));
            offset += start * strides[axis];
            strides[axis] *= step;
        }
        var y = frame.output(0, x.dtype(), dims);
        return StridedCopy.of(
                new Place(x.segment(), offset, strides),
                Place.dense(y.segment(), dims),
                dims,
                width(x));
    }

    private static long fromFront(long bound, long extent) {
        return bound < 0 ? bound + extent : bound;
    }

    private static Work pad(Frame frame, Node node) {
        var x = frame.tensor(0);
        long[] pads = frame.contents(1).toLongs();
        long[] axes = frame.has(3) ? frame.contents(3).toLongs() : null;
        int count = axes == null ? x.rank() : axes.length;
        if (pads.length != 2 * count || Arrays.stream(pads).anyMatch(p -> p < 0)) {
            return Lowering.reference(node, frame);
        }
        var dims = x.dims();
        var before = new long[x.rank()];
        for (int i = 0; i < count; i++) {
            int axis = Nd.axis(axes == null ? i : axes[i], x.rank());
            before[axis] = pads[i];
            dims[axis] += pads[i] + pads[count + i];
        }
        var y = frame.output(0, x.dtype(), dims);
        var fill = frame.optional(2);
        var strides = Nd.strides(dims);
        var place = Place.dense(y.segment(), dims);
        var nothing = Tensor.zeros(x.dtype()).segment();
        var filling =
                fill == null
                        ? null
                        : StridedCopy.of(
                                new Place(fill.segment(), 0, new long[dims.length]),
                                place,
                                dims,
                                width(x));
        var copy =
                StridedCopy.of(
                        Place.dense(x.segment(), x.dims()),
                        new Place(y.segment(), Nd.offset(before, strides), strides),
                        x.dims(),
                        width(x));
        return workers -> {
            if (fill == null || filling == null || fill.segment().mismatch(nothing) < 0) {
                y.segment().fill((byte) 0);
            } else {
                filling.run(workers);
            }
            copy.run(workers);
        };
    }

    /// Pads with the tensor's own elements.
    private static Work padWithOwn(Frame frame, Pad.Mode mode) {
        var x = frame.tensor(0);
        long[] pads = frame.contents(1).toLongs();
        long[] axes =
                frame.has(3) ? frame.contents(3).toLongs() : Longs.range(0, x.rank()).toArray();
        var dims = x.dims();
        var before = new long[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            int axis = Nd.axis(axes[i], x.rank());
            before[axis] = pads[i];
            dims[axis] += pads[i] + pads[axes.length + i];
        }
        var y = frame.output(0, x.dtype(), dims);
        var from = Nd.strides(x.dims());
        var to = Nd.strides(dims);
        var copies = new ArrayList<Copy>();
        var none = new long[0];
        copies.add(
                new Copy(
                        new Place(x.segment(), 0, none),
                        new Place(y.segment(), 0, none),
                        none,
                        width(x)));
        for (int axis = 0; axis < dims.length; axis++) {
            var longer = new ArrayList<Copy>();
            for (var run : PaddingRun.of(mode, before[axis], x.dim(axis), dims[axis])) {
                for (var copy : copies) {
                    longer.add(along(copy, run, from[axis], to[axis]));
                }
            }
            copies = longer;
        }
        return all(copies);
    }

    /// A copy extended by a run along one more axis.
    private static Copy along(Copy copy, PaddingRun run, long fromStride, long toStride) {
        int rank = copy.dims.length;
        return new Copy(
                new Place(
                        copy.from.memory(),
                        copy.from.offset() + run.source() * fromStride,
                        Nd.with(copy.from.strides(), rank, run.step() * fromStride)),
                new Place(
                        copy.to.memory(),
                        copy.to.offset() + run.first() * toStride,
                        Nd.with(copy.to.strides(), rank, toStride)),
                Nd.with(copy.dims, rank, run.length()),
                copy.width);
    }

    private static Work gather(Frame frame, int givenAxis) {
        var data = frame.tensor(0);
        var indices = frame.tensor(1);
        int axis = Nd.axis(givenAxis, data.rank());
        long extent = data.dim(axis);
        var dims = new long[data.rank() - 1 + indices.rank()];
        System.arraycopy(data.dims(), 0, dims, 0, axis);
        System.arraycopy(indices.dims(), 0, dims, axis, indices.rank());
        System.arraycopy(
                data.dims(), axis + 1, dims, axis + indices.rank(), data.rank() - axis - 1);
        long outer = Nd.size(data.dims(), 0, axis);
        long inner = Nd.size(data.dims(), axis + 1, data.rank());
        var y = frame.output(0, data.dtype(), dims);
        long run = inner * width(data);
        var positions = new long[Math.toIntExact(indices.size())];
        return Work.sequence(
                _ -> locate(indices, extent, positions),
                dev.tenon.kernels.move.Gather.of(
                        data.segment(), outer, extent, positions, run, y.segment()));
    }

    /// Counts indices from the front.
    static void locate(Tensor indices, long extent, long[] positions) {
        for (int i = 0; i < positions.length; i++) {
            long index = indices.getLong(i);
            if (index < -extent || index >= extent) {
                throw new InputException(
                        Problem.of("index out of range")
                                .expected("-" + extent + " to " + (extent - 1))
                                .got(index));
            }
            positions[i] = index < 0 ? index + extent : index;
        }
    }

    private static Work concat(Frame frame, int givenAxis, int count) {
        var first = frame.tensor(0);
        int axis = Nd.axis(givenAxis, first.rank());
        var dims = first.dims();
        dims[axis] = 0;
        for (int i = 0; i < count; i++) {
            var part = frame.tensor(i);
            checkPart(first, part, axis);
            dims[axis] += part.dim(axis);
        }
        var y = frame.output(0, first.dtype(), dims);
        var strides = Nd.strides(dims);
        long at = 0;
        var copies = new ArrayList<Copy>(count);
        for (int i = 0; i < count; i++) {
            var part = frame.tensor(i);
            copies.add(
                    new Copy(
                            Place.dense(part.segment(), part.dims()),
                            new Place(y.segment(), at * strides[axis], strides),
                            part.dims(),
                            width(part)));
            at += part.dim(axis);
        }
        return all(copies);
    }

    private static void checkPart(Tensor first, Tensor part, int axis) {
        boolean fits = part.rank() == first.rank();
        for (int i = 0; fits && i < first.rank(); i++) {
            fits = i == axis || part.dim(i) == first.dim(i);
        }
        if (!fits) {
            throw new InputException(
                    Problem.of("the parts differ in more than axis " + axis)
                            .expected(first.type())
                            .got(part.type()));
        }
    }

    private static Work split(Frame frame, int givenAxis, long[] lengths) {
        var x = frame.tensor(0);
        int axis = Nd.axis(givenAxis, x.rank());
        if (Arrays.stream(lengths).sum() != x.dim(axis)) {
            throw new InputException(
                    Problem.of("the parts do not fill the axis")
                            .expected(x.dim(axis))
                            .got(Arrays.toString(lengths)));
        }
        var strides = Nd.strides(x.dims());
        long at = 0;
        var copies = new ArrayList<Copy>(lengths.length);
        for (int i = 0; i < lengths.length; i++) {
            if (frame.wants(i)) {
                var dims = x.dims();
                dims[axis] = lengths[i];
                var y = frame.output(i, x.dtype(), dims);
                copies.add(
                        new Copy(
                                new Place(x.segment(), at * strides[axis], strides),
                                Place.dense(y.segment(), dims),
                                dims,
                                width(x)));
            }
            at += lengths[i];
        }
        return all(copies);
    }
}
