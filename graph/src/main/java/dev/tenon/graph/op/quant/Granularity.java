package dev.tenon.graph.op.quant;

import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.op.Nd;
import java.util.function.LongUnaryOperator;

/// Which elements of a tensor share a scale: all of them, those of one slice along an axis, or
/// those of one block of such a slice.
///
/// Scales are one number for the whole tensor, a vector with a number a position of the axis, or,
/// in blocks, a tensor of the same shape whose axis is `⌈extent / blockSize⌉` long.
///
/// @param axis of no meaning for one scale for the whole tensor
/// @param blockSize 0 where there are no blocks
record Granularity(int axis, long blockSize) {
    /// Checks that the shape of scales or zero points fits a tensor's.
    void check(InferContext in, int x, int parameter) {
        var shape = in.shape(parameter);
        if (!shape.isRanked() || shape.dims().stream().allMatch(d -> !d.isKnown() || d.is(1))) {
            return; // it is or may be one number
        }
        var extents = in.shape(x);
        if (blockSize < 0 || blockSize == 0 && shape.rank() > 1) {
            throw in.error(
                    Problem.of("scales of rank " + shape.rank() + " need blocks")
                            .expected("a positive block_size")
                            .got(blockSize));
        }
        if (!extents.isRanked()) {
            return;
        }
        int along = in.axis(axis, extents.rank());
        if (blockSize == 0) {
            if (shape.rank() == 1 && shape.dim(0).isKnown()) {
                in.same(extents.dim(along), shape.dim(0));
            }
            return;
        }
        in.requireRank(parameter, extents.rank(), extents.rank());
        for (int i = 0; i < extents.rank(); i++) {
            in.same(i == along ? extents.dim(i).ceilDiv(blockSize) : extents.dim(i), shape.dim(i));
        }
    }

    /// The index of the scale or zero point of each element.
    ///
    /// @param dims the extents of the tensor
    LongUnaryOperator positions(long[] dims, Tensor parameter) {
        if (parameter.size() == 1) {
            return _ -> 0;
        }
        int along = Nd.axis(axis, dims.length);
        long extent = dims[along];
        long inner = Nd.size(dims, along + 1, dims.length);
        if (blockSize == 0) {
            return i -> i / inner % extent;
        }
        long blocks = parameter.dim(along);
        return i ->
                (i / inner / extent * blocks + i / inner % extent / blockSize) * inner + i % inner;
    }
}
