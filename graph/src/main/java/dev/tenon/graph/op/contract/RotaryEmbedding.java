package dev.tenon.graph.op.contract;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns pairs of features by angles that grow with the position (ONNX `RotaryEmbedding`, after
/// arXiv:2104.09864).
///
/// Inputs: X `[B, H, T, D]` or packed `[B, T, H · D]`; cosines and sines `[B, T, R / 2]`, or
/// `[positions, R / 2]` where the position of each element `i64[B, T]` is the fourth input. Output:
/// as X.
///
/// @param interleaved whether pairs are neighbours; else the first half goes with the second
/// @param numHeads the heads of a packed X, else null
/// @param rotaryEmbeddingDim how many features R of a head are turned; 0 for all
public record RotaryEmbedding(
        boolean interleaved, @Nullable Integer numHeads, int rotaryEmbeddingDim)
        implements Contract {
    private static final int POSITIONS = 3;

    public static final OpDef<RotaryEmbedding> DEF =
            OpDef.of(RotaryEmbedding.class)
                    .inputs(3, 4)
                    .infer(RotaryEmbedding::infer)
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((_, types) -> 3 * types.outputSize(0))
                    .onnx(
                            "RotaryEmbedding",
                            23,
                            a ->
                                    new RotaryEmbedding(
                                            a.flag("interleaved", false),
                                            a.axis("num_heads", 0) > 0
                                                    ? (Integer) a.axis("num_heads", 0)
                                                    : null,
                                            a.axis("rotary_embedding_dim", 0)))
                    .build();

    @Override
    public OpDef<RotaryEmbedding> def() {
        return DEF;
    }

    private static List<Type> infer(RotaryEmbedding op, InferContext in) {
        in.requireSameDtype(0, 1);
        in.requireSameDtype(0, 2);
        int rank = in.has(POSITIONS) ? 2 : 3;
        in.requireRank(1, rank, rank);
        in.requireRank(2, rank, rank);
        if (in.shape(0).isRanked()) {
            Heads.shape(in, 0, op.numHeads);
        }
        return List.of(in.type(0));
    }

    private Tensor evaluate(EvalContext in) {
        var x = Heads.of(in.tensor(0), numHeads);
        var y = x.zeros(x.length(), x.size());
        long turned = rotaryEmbeddingDim == 0 ? x.size() : rotaryEmbeddingDim;
        long half = turned / 2;
        if (turned > x.size()
                || turned % 2 != 0
                || in.tensor(1).dim(-1) != half
                || in.tensor(2).dim(-1) != half) {
            throw new InputException(
                    Problem.of("cosines and sines do not fit the features")
                            .expected("half of an even number up to " + x.size())
                            .got(in.tensor(1).shape() + " and " + in.tensor(2).shape()));
        }
        for (long item = 0; item < x.batch(); item++) {
            for (long position = 0; position < x.length(); position++) {
                long row = item * x.length() + position;
                long angles = half * (in.has(POSITIONS) ? in.tensor(POSITIONS).getLong(row) : row);
                for (long head = 0; head < x.heads(); head++) {
                    for (long i = 0; i < half; i++) {
                        long first = x.index(item, head, position, interleaved ? 2 * i : i);
                        long second = first + (interleaved ? 1 : half);
                        double cos = in.tensor(1).getDouble(angles + i);
                        double sin = in.tensor(2).getDouble(angles + i);
                        double a = x.tensor().getDouble(first);
                        double b = x.tensor().getDouble(second);
                        y.tensor().setDouble(first, cos * a - sin * b);
                        y.tensor().setDouble(second, sin * a + cos * b);
                    }
                    for (long i = turned; i < x.size(); i++) {
                        long at = x.index(item, head, position, i);
                        y.tensor().copyElement(at, x.tensor(), at);
                    }
                }
            }
        }
        return y.tensor();
    }
}
