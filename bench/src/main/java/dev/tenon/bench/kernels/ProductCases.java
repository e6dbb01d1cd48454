package dev.tenon.bench.kernels;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.attention.Attention;
import dev.tenon.kernels.attention.Attention.Heads;
import dev.tenon.kernels.attention.Visibility;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.quant.IntegerGemm;
import dev.tenon.kernels.recurrent.Recurrence;
import java.util.List;

/// Products of matrices, and what is made of them: attention and recurrent layers.
final class ProductCases {
    private ProductCases() {}

    static List<KernelCase<?, ?>> all() {
        return List.of(
                product(384, 768, 768, true),
                product(512, 512, 512, true),
                product(3136, 64, 576, true),
                product(196, 256, 2304, true),
                product(49, 512, 4608, true),
                product(128, 384, 1536, true),
                product(1, 768, 768, true),
                product(512, 512, 512, false),
                product(128, 128, 32, false),
                integers(128, 1536, 384),
                attention(12, 128, 32),
                attention(12, 512, 64),
                lstm(1, 1, 128, 128),
                lstm(40, 1, 96, 48));
    }

    /// @param constant whether the right-hand matrix is known beforehand
    private static KernelCase<?, ?> product(int m, int n, int k, boolean constant) {
        var b = MatrixView.of(Operands.floats((long) k * n), 0, k, n);
        return new KernelCase<>(
                "gemm " + m + "×" + n + "×" + k + (constant ? "" : " dynamic"),
                Gemm.FAMILY,
                constant ? new Gemm.Query(b, 1) : Gemm.Query.DYNAMIC,
                gemm -> {
                    var a = MatrixView.of(Operands.floats((long) m * k), 0, m, k);
                    var out = Operands.floats((long) m * n);
                    var call = Gemm.Call.of(a, constant ? null : b, out, Epilogue.NONE);
                    return () -> gemm.run(call, Workers.CALLER);
                },
                2.0 * m * n * k,
                4L * ((long) m * k + (long) k * n + (long) m * n));
    }

    private static KernelCase<?, ?> integers(int m, int n, int k) {
        var b = Operands.bytes(DType.INT8, k, n);
        return new KernelCase<>(
                "integer-gemm " + m + "×" + n + "×" + k,
                IntegerGemm.FAMILY,
                new IntegerGemm.Query(b, null),
                gemm -> {
                    var a = Operands.bytes(DType.UINT8, m, k);
                    var out = Operands.floats((long) m * n);
                    return () -> gemm.run(a, null, out, Workers.CALLER);
                },
                2.0 * m * n * k,
                (long) m * k + (long) k * n + 4L * m * n);
    }

    private static KernelCase<?, ?> attention(int heads, int length, int size) {
        long elements = (long) heads * length * size;
        return new KernelCase<>(
                "attention " + heads + "×" + length + "×" + size,
                Attention.FAMILY,
                new Attention.Query(0),
                attention -> {
                    var visible =
                            new Visibility(
                                    null,
                                    length,
                                    new long[1],
                                    Visibility.UNBOUNDED,
                                    Visibility.UNBOUNDED,
                                    null);
                    var call =
                            new Attention.Call(
                                    1,
                                    heads(heads, length, size),
                                    heads(heads, length, size),
                                    heads(heads, length, size),
                                    heads(heads, length, size),
                                    (float) (1 / Math.sqrt(size)),
                                    visible);
                    return () -> attention.run(call, Workers.CALLER);
                },
                4.0 * elements * length,
                4 * 4 * elements);
    }

    private static Heads heads(int heads, int length, int size) {
        return Heads.apart(Operands.floats((long) heads * length * size), 0, heads, length, size);
    }

    private static KernelCase<?, ?> lstm(int steps, int batch, int input, int hidden) {
        var w = Operands.tensor(1, 4L * hidden, input);
        var r = Operands.tensor(1, 4L * hidden, hidden);
        var b = Operands.tensor(1, 8L * hidden);
        var sigmoid = Scalar.constant(1).over(Scalar.arg(0).negate().exp().plus(1));
        var tanh = Scalar.arg(0).tanh();
        var forward = new Recurrence.Direction(false, List.of(sigmoid, tanh, tanh));
        return new KernelCase<>(
                "lstm " + steps + "×" + batch + "×" + input + "→" + hidden,
                Recurrence.FAMILY,
                new Recurrence.Query(Recurrence.Cell.LSTM, w, r, b, List.of(forward)),
                lstm -> {
                    long state = (long) batch * hidden;
                    var call =
                            new Recurrence.Call(
                                    Operands.floats((long) steps * batch * input),
                                    steps,
                                    batch,
                                    Operands.floats(state),
                                    Operands.floats(state),
                                    Operands.floats(steps * state),
                                    null,
                                    null);
                    return () -> lstm.run(call, Workers.CALLER);
                },
                8.0 * steps * batch * hidden * (input + hidden),
                16L * hidden * (input + hidden));
    }
}
