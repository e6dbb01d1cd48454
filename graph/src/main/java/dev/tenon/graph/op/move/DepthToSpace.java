package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Channels become blocks of pixels (ONNX `DepthToSpace`).
///
/// Input `[N,C,H,W]`, output `[N, C / blocksize², H · blocksize, W · blocksize]`.
public record DepthToSpace(int blocksize, Mode mode) implements Move {
    /// In which order a channel's index holds the position in the block and the output's channel.
    public enum Mode {
        /// Block row, block column, channel.
        DCR,
        /// Channel, block row, block column.
        CRD
    }

    public static final OpDef<DepthToSpace> DEF =
            OpDef.of(DepthToSpace.class)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .reference(DepthToSpace::evaluate)
                    .flops((op, types) -> 0)
                    .onnx(
                            "DepthToSpace",
                            11,
                            a ->
                                    new DepthToSpace(
                                            Math.toIntExact(a.integer("blocksize")),
                                            a.choice("mode", Mode.DCR)))
                    .build();

    @Override
    public OpDef<DepthToSpace> def() {
        return DEF;
    }

    private Shape shape(InferContext in) {
        in.requireRank(0, 4, 4);
        var data = in.shape(0);
        if (data.isRanked()) {
            requireMultiple(in, data.dim(1), (long) blocksize * blocksize);
        }
        return data.isRanked()
                ? Shape.of(
                        data.dim(0),
                        data.dim(1).floorDiv(Dim.of((long) blocksize * blocksize)),
                        data.dim(2).times(blocksize),
                        data.dim(3).times(blocksize))
                : in.unknownShape(4);
    }

    /// @throws dev.tenon.base.GraphException when an extent is known and no multiple of a divisor
    static void requireMultiple(InferContext in, Dim extent, long divisor) {
        if (divisor < 1 || extent instanceof Dim.Known(var known) && known % divisor != 0) {
            throw in.error(
                    Problem.of("an extent cannot be cut into blocks")
                            .expected("a multiple of " + divisor)
                            .got(extent));
        }
    }

    private static List<Tensor> evaluate(DepthToSpace op, EvalContext in) {
        var data = in.tensor(0);
        var s = Nd.strides(data.dims());
        long block = op.blocksize;
        long channels = data.dim(1) / (block * block);
        long rows = data.dim(2);
        long columns = data.dim(3);
        boolean blockFirst = op.mode == Mode.DCR;
        long channel = blockFirst ? s[1] : block * block * s[1];
        long blockColumn = blockFirst ? channels * s[1] : s[1];
        long[] strides = {s[0], channel, s[2], block * blockColumn, s[3], blockColumn};
        return List.of(
                Strided.read(data, 0, strides, data.dim(0), channels, rows, block, columns, block)
                        .reshape(data.dim(0), channels, rows * block, columns * block));
    }
}
