package dev.tenon.graph.op.reduce;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.ElementOrder;
import dev.tenon.graph.op.Lanes;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;

/// The position of the largest or smallest element along an axis, as `int64` (ONNX `ArgMax`,
/// `ArgMin`).
///
/// Of equal elements, the first one counts unless [#selectLastIndex] is set. NaN counts as the
/// extreme.
public sealed interface ArgExtreme extends Reduce {
    int axis();

    /// Whether the axis stays, with extent 1.
    boolean keepdims();

    boolean selectLastIndex();

    @FunctionalInterface
    interface Maker<A> {
        A make(int axis, boolean keepdims, boolean selectLastIndex);
    }

    record ArgMax(int axis, boolean keepdims, boolean selectLastIndex) implements ArgExtreme {
        public static final OpDef<ArgMax> DEF = define(ArgMax.class, ArgMax::new);

        @Override
        public OpDef<ArgMax> def() {
            return DEF;
        }
    }

    record ArgMin(int axis, boolean keepdims, boolean selectLastIndex) implements ArgExtreme {
        public static final OpDef<ArgMin> DEF = define(ArgMin.class, ArgMin::new);

        @Override
        public OpDef<ArgMin> def() {
            return DEF;
        }
    }

    private static <A extends Record & ArgExtreme> OpDef<A> define(Class<A> type, Maker<A> maker) {
        return OpDef.of(type)
                .infer((op, in) -> List.of(Type.tensor(DType.INT64, shape(op, in))))
                .reference((op, in) -> List.of(evaluate(op, in)))
                .noGradient("a position does not change smoothly")
                .flops((op, types) -> types.inputSize(0))
                .onnx(type.getSimpleName(), 12, a -> read(a, maker))
                .build();
    }

    private static <A> A read(Attributes a, Maker<A> maker) {
        return maker.make(
                a.axis("axis", 0), a.flag("keepdims", true), a.flag("select_last_index", false));
    }

    private static Shape shape(ArgExtreme op, InferContext in) {
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        int axis = in.axis(op.axis(), data.rank());
        var dims = new ArrayList<>(data.dims());
        if (op.keepdims()) {
            dims.set(axis, Dim.ONE);
        } else {
            dims.remove(axis);
        }
        return Shape.of(dims);
    }

    private static Tensor evaluate(ArgExtreme op, EvalContext in) {
        var data = in.tensor(0);
        int axis = Nd.axis(op.axis(), data.rank());
        var dims = data.dims();
        var lanes = Lanes.of(dims, axis);
        if (lanes.length() == 0 && lanes.count() > 0) {
            throw new InputException(Problem.of("an empty axis has no extreme").got(data.type()));
        }
        dims[axis] = 1;
        var result = Tensor.zeros(DType.INT64, dims);
        for (long lane = 0; lane < lanes.count(); lane++) {
            long best = 0;
            for (long i = 1; i < lanes.length(); i++) {
                if (beats(op, data, lanes.at(lane, i), lanes.at(lane, best))) {
                    best = i;
                }
            }
            result.setLong(lane, best);
        }
        return op.keepdims() ? result : result.reshape(Nd.without(dims, axis));
    }

    private static boolean beats(ArgExtreme op, Tensor data, long candidate, long best) {
        boolean isFloat = data.dtype().isFloat();
        boolean bestIsNan = isFloat && Double.isNaN(data.getDouble(best));
        boolean candidateIsNan = isFloat && Double.isNaN(data.getDouble(candidate));
        if (bestIsNan || candidateIsNan) {
            return candidateIsNan && (!bestIsNan || op.selectLastIndex());
        }
        int order = ElementOrder.compare(data, candidate, best);
        boolean better = op instanceof ArgMax ? order > 0 : order < 0;
        return better || order == 0 && op.selectLastIndex();
    }
}
