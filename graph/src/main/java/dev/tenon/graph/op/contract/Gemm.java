package dev.tenon.graph.op.contract;

import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.AttributeSink;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.MatrixProduct;
import dev.tenon.graph.op.Nd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `alpha · A′ · B′ + beta · C`, where A′ and B′ are A and B or their transposes (ONNX `Gemm`).
///
/// Inputs: A′ is `[M, K]`, B′ is `[K, N]`; C may be left out and is broadcast to the output `[M,
/// N]`.
public record Gemm(float alpha, float beta, boolean transA, boolean transB) implements Contract {
    public static final OpDef<Gemm> DEF =
            OpDef.of(Gemm.class)
                    .inputs(2, 3)
                    .infer(Gemm::infer)
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops(Gemm::flops)
                    .onnx(
                            "",
                            "Gemm",
                            13,
                            a ->
                                    new Gemm(
                                            a.number("alpha", 1),
                                            a.number("beta", 1),
                                            a.flag("transA", false),
                                            a.flag("transB", false)),
                            Gemm::write)
                    .build();

    @Override
    public OpDef<Gemm> def() {
        return DEF;
    }

    private static void write(Gemm op, AttributeSink out) {
        out.number("alpha", op.alpha);
        out.number("beta", op.beta);
        out.integer("transA", op.transA ? 1 : 0);
        out.integer("transB", op.transB ? 1 : 0);
    }

    private static List<Type> infer(Gemm op, InferContext in) {
        in.requireSameDtype(0, 1);
        in.requireRank(0, 2, 2);
        in.requireRank(1, 2, 2);
        if (op.inner(in, 0, op.transA ? 0 : 1) instanceof Dim a
                && op.inner(in, 1, op.transB ? 1 : 0) instanceof Dim b) {
            in.same(a, b);
        }
        var rows = op.inner(in, 0, op.transA ? 1 : 0);
        var columns = op.inner(in, 1, op.transB ? 0 : 1);
        var shape =
                Shape.of(
                        rows == null ? in.unknown() : rows,
                        columns == null ? in.unknown() : columns);
        if (in.has(2)) {
            in.requireSameDtype(0, 2);
            in.requireRank(2, 0, 2);
            checkBroadcast(in, shape);
        }
        return List.of(Type.tensor(in.dtype(0), shape));
    }

    private @Nullable Dim inner(InferContext in, int input, int axis) {
        return in.shape(input).isRanked() ? in.shape(input).dim(axis) : null;
    }

    private static void checkBroadcast(InferContext in, Shape shape) {
        var c = in.shape(2);
        if (c.isRanked() && shape.isKnown() && c.isKnown() && !shape.broadcast(c).equals(shape)) {
            throw in.error(
                    Problem.of("C does not broadcast to the product").expected(shape).got(c));
        }
    }

    private static double flops(Gemm op, OpDef.NodeTypes types) {
        return types.inputs().get(0) instanceof Type.OfTensor(var _, var a) && a.isKnown()
                ? 2 * types.outputSize(0) * a.dim(op.transA ? 0 : 1).known().orElse(0)
                : 0;
    }

    private Tensor evaluate(EvalContext in) {
        var a = transA ? transposed(in.tensor(0)) : in.tensor(0);
        var b = transB ? transposed(in.tensor(1)) : in.tensor(1);
        var product = new MatrixProduct(a.dims(), b.dims());
        var result = Tensor.zeros(a.dtype(), product.dims());
        var c = in.optionalTensor(2);
        var offsets = c == null ? new long[2] : Nd.broadcastStrides(c.dims(), result.dims());
        if (result.dtype().isInteger() && alpha == 1 && beta == 1) {
            var sums = product.multiply(a.toLongs(), b.toLongs());
            Nd.walk(
                    result.dims(),
                    new long[][] {offsets},
                    (i, at) ->
                            result.setLong(i, sums[(int) i] + (c == null ? 0 : c.getLong(at[0]))));
        } else {
            var sums = product.multiply(a.toDoubles(), b.toDoubles());
            Nd.walk(
                    result.dims(),
                    new long[][] {offsets},
                    (i, at) ->
                            result.setDouble(
                                    i,
                                    alpha * sums[(int) i]
                                            + (c == null ? 0 : beta * c.getDouble(at[0]))));
        }
        return result;
    }

    private static Tensor transposed(Tensor matrix) {
        var result = Tensor.zeros(matrix.dtype(), matrix.dim(1), matrix.dim(0));
        for (long row = 0; row < matrix.dim(0); row++) {
            for (long column = 0; column < matrix.dim(1); column++) {
                result.copyElement(
                        column * matrix.dim(0) + row, matrix, row * matrix.dim(1) + column);
            }
        }
        return result;
    }
}
