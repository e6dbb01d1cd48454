package dev.tenon.graph.op.fused;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.norm.LayerNormalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of tables, added up and normalised, as transformers begin.
///
/// Inputs: for each table its rows `f32[R, W]` and integer indices, which count from the end where
/// they are negative; then the scale `[W]` and a bias `[W]` that may be left out. Output: `[…, W]`,
/// where the other axes are what the indices broadcast to: the sum of the rows, normalised along
/// the last axis as [LayerNormalization] does.
///
/// @param tables how many there are, one or more
public record EmbeddingNorm(int tables, float epsilon) implements Fused {
    public static final OpDef<EmbeddingNorm> DEF =
            OpDef.of(EmbeddingNorm.class)
                    .inputs(3, OpDef.MANY)
                    .infer(EmbeddingNorm::infer)
                    .reference(EmbeddingNorm::evaluate)
                    .flops((op, types) -> (op.tables + 8) * types.outputSize(0))
                    .onnx(
                            DOMAIN,
                            "EmbeddingNorm",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            EmbeddingNorm.DEF, a, List.of("tables", "epsilon")))
                    .build();

    /// @throws GraphException when there are no tables
    public EmbeddingNorm {
        if (tables < 1) {
            throw new GraphException(Problem.of("no tables").expected("one or more").got(tables));
        }
    }

    @Override
    public OpDef<EmbeddingNorm> def() {
        return DEF;
    }

    /// The index of the scale among the inputs; that of the bias follows.
    public int scaleInput() {
        return 2 * tables;
    }

    private LayerNormalization norm() {
        return new LayerNormalization(-1, epsilon, DType.FLOAT32);
    }

    private static List<Type> infer(EmbeddingNorm op, InferContext in) {
        if (in.inputs() <= op.scaleInput()) {
            throw in.error(
                    Problem.of("inputs are missing")
                            .expected("rows and indices of " + op.tables + " tables, and a scale")
                            .got(in.inputs()));
        }
        var shape = Shape.SCALAR;
        for (int i = 0; i < op.tables; i++) {
            in.requireDtype(2 * i, DType.FLOAT32);
            in.requireRank(2 * i, 2, 2);
            in.requireDtype(2 * i + 1, DType.INT32, DType.INT64);
            shape = shape.broadcast(in.shape(2 * i + 1));
        }
        if (!shape.isRanked() || !in.shape(0).isRanked()) {
            return List.of(Type.tensor(DType.FLOAT32, Shape.unranked()));
        }
        var dims = new ArrayList<>(shape.dims());
        dims.add(in.shape(0).dim(1));
        return List.of(Type.tensor(DType.FLOAT32, Shape.of(dims)));
    }

    private static List<? extends Datum> evaluate(EmbeddingNorm op, EvalContext in) {
        var rows = new ArrayList<Tensor>();
        Scalar sum = Scalar.arg(0);
        for (int i = 0; i < op.tables; i++) {
            var picked = Arrays.<@Nullable Datum>asList(in.tensor(2 * i), in.tensor(2 * i + 1));
            rows.add((Tensor) in.evaluate(new Gather(0), picked, 1).getFirst());
            sum = i == 0 ? sum : sum.plus(Scalar.arg(i));
        }
        var data = new ArrayList<@Nullable Datum>();
        data.add(Elements.evaluate(sum, rows, DType.FLOAT32));
        data.add(in.tensor(op.scaleInput()));
        data.add(in.optionalTensor(op.scaleInput() + 1));
        return in.evaluate(op.norm(), data, 1);
    }
}
