package dev.tenon.graph.op.reduce;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Groups;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Folds the elements along some axes into one (ONNX `ReduceSum` and its siblings).
///
/// Inputs: the data, and the axes as an optional list of integers. Without axes, or with an empty
/// list, all axes are folded, or none where [#noopWithEmptyAxes] is set; then each element is
/// folded alone.
public sealed interface Fold extends Reduce {
    /// Whether the folded axes stay, with extent 1.
    boolean keepdims();

    boolean noopWithEmptyAxes();

    /// What the elements become.
    Folding folding();

    /// The operator of a folding, which without axes folds all.
    static Fold of(Folding folding, boolean keepdims) {
        return switch (folding) {
            case SUM -> new ReduceSum(keepdims, false);
            case MEAN -> new ReduceMean(keepdims, false);
            case MAX -> new ReduceMax(keepdims, false);
            case MIN -> new ReduceMin(keepdims, false);
            case PROD -> new ReduceProd(keepdims, false);
            case L1 -> new ReduceL1(keepdims, false);
            case L2 -> new ReduceL2(keepdims, false);
            case LOG_SUM -> new ReduceLogSum(keepdims, false);
            case LOG_SUM_EXP -> new ReduceLogSumExp(keepdims, false);
            case SUM_SQUARE -> new ReduceSumSquare(keepdims, false);
        };
    }

    @FunctionalInterface
    interface Maker<F> {
        F make(boolean keepdims, boolean noopWithEmptyAxes);
    }

    /// The sum.
    record ReduceSum(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceSum> DEF = define(ReduceSum.class, 13, ReduceSum::new);

        @Override
        public OpDef<ReduceSum> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.SUM;
        }
    }

    /// The arithmetic mean.
    record ReduceMean(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceMean> DEF = define(ReduceMean.class, 18, ReduceMean::new);

        @Override
        public OpDef<ReduceMean> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.MEAN;
        }
    }

    /// The largest element; NaN when one is NaN.
    record ReduceMax(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceMax> DEF = define(ReduceMax.class, 18, ReduceMax::new);

        @Override
        public OpDef<ReduceMax> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.MAX;
        }
    }

    /// The smallest element; NaN when one is NaN.
    record ReduceMin(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceMin> DEF = define(ReduceMin.class, 18, ReduceMin::new);

        @Override
        public OpDef<ReduceMin> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.MIN;
        }
    }

    /// The product.
    record ReduceProd(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceProd> DEF = define(ReduceProd.class, 18, ReduceProd::new);

        @Override
        public OpDef<ReduceProd> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.PROD;
        }
    }

    /// The sum of magnitudes.
    record ReduceL1(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceL1> DEF = define(ReduceL1.class, 18, ReduceL1::new);

        @Override
        public OpDef<ReduceL1> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.L1;
        }
    }

    /// The square root of the sum of squares.
    record ReduceL2(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceL2> DEF = define(ReduceL2.class, 18, ReduceL2::new);

        @Override
        public OpDef<ReduceL2> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.L2;
        }
    }

    /// The logarithm of the sum.
    record ReduceLogSum(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceLogSum> DEF =
                define(ReduceLogSum.class, 18, ReduceLogSum::new);

        @Override
        public OpDef<ReduceLogSum> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.LOG_SUM;
        }
    }

    /// The logarithm of the sum of exponentials, without overflow on the way.
    record ReduceLogSumExp(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceLogSumExp> DEF =
                define(ReduceLogSumExp.class, 18, ReduceLogSumExp::new);

        @Override
        public OpDef<ReduceLogSumExp> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.LOG_SUM_EXP;
        }
    }

    /// The sum of squares.
    record ReduceSumSquare(boolean keepdims, boolean noopWithEmptyAxes) implements Fold {
        public static final OpDef<ReduceSumSquare> DEF =
                define(ReduceSumSquare.class, 18, ReduceSumSquare::new);

        @Override
        public OpDef<ReduceSumSquare> def() {
            return DEF;
        }

        @Override
        public Folding folding() {
            return Folding.SUM_SQUARE;
        }
    }

    private static <F extends Record & Fold> OpDef<F> define(
            Class<F> type, int since, Maker<F> maker) {
        return OpDef.of(type)
                .inputs(1, 2)
                .infer(Fold::infer)
                .content(Fold::content)
                .reference(Fold::evaluate)
                .flops((op, types) -> types.inputSize(0))
                .onnx(
                        type.getSimpleName(),
                        since,
                        a ->
                                maker.make(
                                        a.flag("keepdims", true),
                                        a.flag("noop_with_empty_axes", false)))
                .build();
    }

    private static List<Type> infer(Fold op, InferContext in) {
        return List.of(Type.tensor(in.dtype(0), shape(op, in)));
    }

    private static Shape shape(Fold op, InferContext in) {
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        var axes = axes(in);
        if (axes == null) {
            return shapeOfUnknownAxes(op, data.rank(), in);
        }
        var folded = op.folds(axes, data.rank(), axis -> in.axis(axis, data.rank()));
        var dims = new ArrayList<Dim>();
        for (int axis = 0; axis < data.rank(); axis++) {
            if (!folded[axis]) {
                dims.add(data.dim(axis));
            } else if (op.keepdims()) {
                dims.add(Dim.ONE);
            }
        }
        return Shape.of(dims);
    }

    private static Shape shapeOfUnknownAxes(Fold op, int rank, InferContext in) {
        if (op.keepdims()) {
            return in.unknownShape(rank);
        }
        var axes = in.shape(1);
        return axes.isKnown() && axes.rank() == 1 && !axes.dim(0).is(0)
                ? in.unknownShape(Math.max(0, rank - Math.toIntExact(axes.toLongs()[0])))
                : Shape.unranked();
    }

    /// The axes as they are given, none where they are left out; null where they are not known.
    private static long @Nullable [] axes(InferContext in) {
        if (!in.has(1)
                || in.shape(1).isRanked() && in.shape(1).rank() == 1 && in.shape(1).dim(0).is(0)) {
            return new long[0];
        }
        var axes = in.integers(1);
        return axes == null ? null : axes.toArray();
    }

    /// Which axes are folded.
    private boolean[] folds(long[] axes, int rank, LongToIntFunction normalize) {
        var folded = new boolean[rank];
        if (axes.length == 0 && !noopWithEmptyAxes()) {
            Arrays.fill(folded, true);
        }
        for (long axis : axes) {
            folded[normalize.applyAsInt(axis)] = true;
        }
        return folded;
    }

    /// Products and sums of shapes, such as the number of elements.
    private static @Nullable List<Dim> content(Fold op, InferContext in) {
        var elements = in.content(0);
        var axes = axes(in);
        if (elements == null || elements.isEmpty() || axes == null) {
            return null;
        }
        if (axes.length == 0 && op.noopWithEmptyAxes()) {
            return null;
        }
        return switch (op.folding()) {
            case PROD -> List.of(elements.stream().reduce(Dim.ONE, Dim::times));
            case SUM -> List.of(elements.stream().reduce(Dim.ZERO, Dim::plus));
            case MAX -> List.of(elements.stream().reduce(elements.getFirst(), Dim::max));
            case MIN -> List.of(elements.stream().reduce(elements.getFirst(), Dim::min));
            default -> null;
        };
    }

    private static List<Tensor> evaluate(Fold op, EvalContext in) {
        var data = in.tensor(0);
        var axes = in.optionalTensor(1);
        var dims = data.dims();
        var folded =
                op.folds(
                        axes == null ? new long[0] : axes.toLongs(),
                        dims.length,
                        a -> Nd.axis(a, dims.length));
        var resultDims =
                IntStream.range(0, dims.length)
                        .filter(a -> !folded[a] || op.keepdims())
                        .mapToLong(a -> folded[a] ? 1 : dims[a])
                        .toArray();
        var result = Tensor.zeros(data.dtype(), resultDims);
        var groups = Groups.of(data, folded);
        groups.each(
                (group, start) -> {
                    if (data.dtype().isFloat() || !op.folding().isExact()) {
                        result.setDouble(group, op.folding().apply(groups.doubles(start)));
                    } else {
                        result.setLong(
                                group, op.folding().apply(groups.longs(start), data.dtype()));
                    }
                });
        return List.of(result);
    }
}
