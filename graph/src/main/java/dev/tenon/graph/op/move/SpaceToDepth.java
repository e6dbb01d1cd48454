package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Blocks of pixels become channels (ONNX `SpaceToDepth`).
///
/// Input `[N,C,H,W]`, output `[N, C · blocksize², H / blocksize, W / blocksize]`.
public record SpaceToDepth(int blocksize) implements Move {
    public static final OpDef<SpaceToDepth> DEF =
            OpDef.of(SpaceToDepth.class)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .reference(SpaceToDepth::evaluate)
                    .flops((op, types) -> 0)
                    .onnx(
                            "SpaceToDepth",
                            1,
                            a -> new SpaceToDepth(Math.toIntExact(a.integer("blocksize"))))
                    .build();

    @Override
    public OpDef<SpaceToDepth> def() {
        return DEF;
    }

    private Shape shape(InferContext in) {
        in.requireRank(0, 4, 4);
        var data = in.shape(0);
        if (data.isRanked()) {
            DepthToSpace.requireMultiple(in, data.dim(2), blocksize);
            DepthToSpace.requireMultiple(in, data.dim(3), blocksize);
        }
        return data.isRanked()
                ? Shape.of(
                        data.dim(0),
                        data.dim(1).times(Dim.of((long) blocksize * blocksize)),
                        data.dim(2).floorDiv(blocksize),
                        data.dim(3).floorDiv(blocksize))
                : in.unknownShape(4);
    }

    private static List<Tensor> evaluate(SpaceToDepth op, EvalContext in) {
        var data = in.tensor(0);
        var s = Nd.strides(data.dims());
        long block = op.blocksize;
        long channels = data.dim(1);
        long rows = data.dim(2) / block;
        long columns = data.dim(3) / block;
        long[] strides = {s[0], s[2], s[3], s[1], block * s[2], block * s[3]};
        return List.of(
                Strided.read(data, 0, strides, data.dim(0), block, block, channels, rows, columns)
                        .reshape(data.dim(0), channels * block * block, rows, columns));
    }
}
