package dev.tenon.kernels;

import dev.tenon.base.Scalar;
import dev.tenon.kernels.elementwise.RowProgram;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Epilogues for tests, whose operands lie between guard pages.
public final class Epilogues {
    private static final Scalar X = Scalar.arg(0);
    private static final Scalar A = Scalar.arg(1);
    private static final Scalar B = Scalar.arg(2);
    private static final Scalar ZERO = Scalar.constant(0);
    private static final Scalar SIX = Scalar.constant(6);

    /// How an operand lies under the results.
    private enum Lie {
        ELEMENTS,
        COLUMNS,
        NUMBER
    }

    /// @param isCheap whether it is computed while sums are in registers
    private record Kind(Scalar expression, boolean isCheap, List<Lie> operands) {
        static Kind cheap(Scalar expression, Lie... operands) {
            return new Kind(expression, true, List.of(operands));
        }
    }

    private static final List<Kind> KINDS =
            List.of(
                    Kind.cheap(X.plus(A), Lie.COLUMNS),
                    Kind.cheap(X.plus(A).max(ZERO), Lie.COLUMNS),
                    Kind.cheap(X.plus(A).max(ZERO).min(SIX), Lie.COLUMNS),
                    Kind.cheap(hardSwish(X.plus(A)), Lie.COLUMNS),
                    Kind.cheap(X.plus(A), Lie.ELEMENTS),
                    Kind.cheap(X.plus(A).plus(B).max(ZERO), Lie.COLUMNS, Lie.ELEMENTS),
                    Kind.cheap(X.plus(A).max(ZERO).plus(B), Lie.COLUMNS, Lie.ELEMENTS),
                    Kind.cheap(X.times(A).plus(B), Lie.NUMBER, Lie.COLUMNS),
                    Kind.cheap(X.max(ZERO).plus(X.min(ZERO).times(A)), Lie.COLUMNS),
                    Kind.cheap(X.abs().negate()),
                    new Kind(X.plus(A).tanh(), false, List.of(Lie.COLUMNS)));

    private Epilogues() {}

    private static Scalar hardSwish(Scalar x) {
        return x.times(x.over(6).plus(0.5).max(ZERO).min(Scalar.constant(1)));
    }

    /// Any of them, for results `[rows, columns]`.
    public static Epilogue random(GuardedMemory guarded, int rows, int columns, Random random) {
        var kind = KINDS.get(random.nextInt(KINDS.size()));
        var views = new ArrayList<MatrixView>();
        for (var lie : kind.operands) {
            views.add(
                    switch (lie) {
                        case ELEMENTS ->
                                MatrixView.of(
                                        numbers(guarded, rows * columns, random), 0, rows, columns);
                        case COLUMNS ->
                                new MatrixView(
                                        numbers(guarded, columns, random), 0, rows, columns, 0, 1);
                        case NUMBER ->
                                new MatrixView(numbers(guarded, 1, random), 0, rows, columns, 0, 0);
                    });
        }
        var epilogue = new RowProgram(kind.expression, views.size()).with(views);
        var results = MemorySegment.ofAddress(1 << 20);
        if (epilogue.fused(results, columns).isPresent() != kind.isCheap) {
            throw new AssertionError(kind + (kind.isCheap ? " is not fused" : " is fused"));
        }
        return epilogue;
    }

    private static MemorySegment numbers(GuardedMemory guarded, int count, Random random) {
        var numbers = Shapes.fill(guarded.floats(count, random.nextBoolean()), random);
        if (count > 0 && random.nextInt(3) == 0) {
            float[] special = {Float.NaN, Float.POSITIVE_INFINITY, -0f, Float.NEGATIVE_INFINITY};
            Memory.set(numbers, random.nextInt(count), special[random.nextInt(special.length)]);
        }
        return numbers;
    }

    /// The same, but done to finished rows alone.
    public static Epilogue afterwards(Epilogue epilogue) {
        return new Epilogue() {
            @Override
            public void apply(float[] row, int count, long m, int from) {
                epilogue.apply(row, count, m, from);
            }

            @Override
            public void applyTo(
                    MemorySegment memory,
                    long offset,
                    long stride,
                    int rows,
                    int columns,
                    long m,
                    int from) {
                epilogue.applyTo(memory, offset, stride, rows, columns, m, from);
            }
        };
    }
}
