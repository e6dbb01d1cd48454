package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.contract.Attention;
import dev.tenon.graph.op.contract.Contract;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.elementwise.RowProgram;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.util.ArrayList;
import java.util.Arrays;

/// Binds matrix products to kernels.
final class ContractLowering {
    private ContractLowering() {}

    /// Whether an epilogue can be computed on the rows of the node's result.
    static boolean takesEpilogue(Node node, Contract op) {
        return switch (op) {
            case MatMul _ -> Lowering.isFloat(node, 0, 1) && isMatrix(node, 0) && isMatrix(node, 1);
            case dev.tenon.graph.op.contract.Gemm _ -> Lowering.isFloat(node, 0, 1, 2);
            default -> false;
        };
    }

    private static boolean isMatrix(Node node, int input) {
        var shape = node.input(input).tensorType().shape();
        return shape.isRanked() && shape.rank() >= 2;
    }

    static Lowered lower(Node node, Contract op, ResultEpilogue epilogue) {
        return switch (op) {
            case MatMul _ when Lowering.isFloat(node, 0, 1) -> matMul(node, epilogue);
            case dev.tenon.graph.op.contract.Gemm gemm when Lowering.isFloat(node, 0, 1, 2) ->
                    gemm(node, gemm, epilogue);
            case Attention attention -> AttentionLowering.lower(node, attention);
            default -> Lowering.reference(node, "no kernel for this operator or its element types");
        };
    }

    private static Lowered matMul(Node node, ResultEpilogue epilogue) {
        var constant = node.input(1).constant();
        var matrix = constant != null && constant.rank() == 2 ? matrix(constant, 0) : null;
        boolean packed = matrix != null;
        var query = new Gemm.Query(matrix, 1);
        return Lowering.choose(
                node,
                Gemm.FAMILY,
                query,
                kernel -> frame -> multiply(frame, kernel, packed, epilogue));
    }

    private static MatrixView matrix(Tensor tensor, long offset) {
        return MatrixView.of(
                tensor.segment(),
                offset,
                Math.toIntExact(tensor.dim(-2)),
                Math.toIntExact(tensor.dim(-1)));
    }

    private static Work multiply(
            Frame frame, Gemm kernel, boolean packed, ResultEpilogue epilogue) {
        var a = frame.tensor(0);
        var b = frame.tensor(1);
        boolean row = a.rank() == 1;
        boolean column = b.rank() == 1;
        var left = row ? a.reshape(1, a.size()) : a;
        var right = column ? b.reshape(b.size(), 1) : b;
        checkInner(left.dim(-1), right.dim(-2), a, b);
        var leftBatch = Arrays.copyOf(left.dims(), left.rank() - 2);
        var rightBatch = Arrays.copyOf(right.dims(), right.rank() - 2);
        var batch = Nd.broadcast(leftBatch, rightBatch);
        var dims = outputDims(batch, left.dim(-2), right.dim(-1), row, column);
        var out = frame.output(0, DType.FLOAT32, dims);
        var after = epilogue.ofRows(frame, dims);
        if (rightBatch.length == 0) {
            int rows = Math.toIntExact(Tensor.size(batch) * left.dim(-2));
            var view = MatrixView.of(left.segment(), 0, rows, Math.toIntExact(left.dim(-1)));
            var call = Gemm.Call.of(view, packed ? null : matrix(right, 0), out.segment(), after);
            return kernel.prepare(call, frame.room());
        }
        var call =
                new Gemm.Call(
                        matrix(left, 0),
                        offsets(leftBatch, batch, left.dim(-2) * left.dim(-1)),
                        matrix(right, 0),
                        offsets(rightBatch, batch, right.dim(-2) * right.dim(-1)),
                        out.segment(),
                        after);
        return kernel.prepare(call, frame.room());
    }

    private static void checkInner(long left, long right, Tensor a, Tensor b) {
        if (left != right) {
            throw new InputException(
                    Problem.of("the matrices do not fit")
                            .expected("as many columns on the left as rows on the right")
                            .got(a.type() + " and " + b.type()));
        }
    }

    private static long[] outputDims(long[] batch, long m, long n, boolean row, boolean column) {
        var dims = batch.clone();
        if (!row) {
            dims = Nd.with(dims, dims.length, m);
        }
        return column ? dims : Nd.with(dims, dims.length, n);
    }

    /// Where each matrix of a broadcast batch begins.
    private static long[] offsets(long[] dims, long[] batch, long size) {
        var strides = Nd.broadcastStrides(dims, batch);
        var offsets = new long[Math.toIntExact(Tensor.size(batch))];
        Nd.walk(batch, new long[][] {strides}, (index, at) -> offsets[(int) index] = at[0] * size);
        return offsets;
    }

    private static Lowered gemm(
            Node node, dev.tenon.graph.op.contract.Gemm op, ResultEpilogue epilogue) {
        var constant = node.input(1).constant();
        var query =
                new Gemm.Query(
                        constant == null ? null : oriented(matrix(constant, 0), op.transB()),
                        op.alpha());
        return Lowering.choose(
                node,
                Gemm.FAMILY,
                query,
                kernel ->
                        frame -> {
                            var a = oriented(matrix(frame.tensor(0), 0), op.transA());
                            var b = oriented(matrix(frame.tensor(1), 0), op.transB());
                            checkInner(a.columns(), b.rows(), frame.tensor(0), frame.tensor(1));
                            var c = node.input(2).isPresent() ? frame.tensor(2) : null;
                            var after = new ArrayList<Epilogue>();
                            if (c != null && op.beta() != 0) {
                                var addend = broadcast(c, a.rows(), b.columns());
                                after.add(
                                        op.beta() == 1
                                                ? RowProgram.addition(addend)
                                                : Epilogue.add(addend, op.beta()));
                            }
                            after.add(epilogue.ofRows(frame, a.rows(), b.columns()));
                            var out = frame.output(0, DType.FLOAT32, a.rows(), b.columns());
                            var call =
                                    Gemm.Call.of(
                                            a,
                                            constant == null ? b : null,
                                            out.segment(),
                                            Epilogue.of(after));
                            return kernel.prepare(call, frame.room());
                        });
    }

    private static MatrixView oriented(MatrixView matrix, boolean transposed) {
        return transposed ? matrix.transposed() : matrix;
    }

    /// A tensor of rank 2 or less seen as a matrix of the given extents.
    private static MatrixView broadcast(Tensor c, int rows, int columns) {
        var to = new long[] {rows, columns};
        if (!Arrays.equals(Nd.broadcast(c.dims(), to), to)) {
            throw new InputException(
                    Problem.of("C does not broadcast to the product")
                            .expected(Arrays.toString(to))
                            .got(c.type()));
        }
        var strides = Nd.broadcastStrides(c.dims(), to);
        return new MatrixView(c.segment(), 0, rows, columns, strides[0], strides[1]);
    }
}
