package dev.tenon.graph.op.generate;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Inference;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The numbers from a start up to a limit, which is not among them, by a step (ONNX `Range`).
///
/// Inputs: start, limit and step, one number each. The output has `max(0, ⌈(limit - start) /
/// step⌉)` elements, the i-th one `start + i · step`.
public record Range() implements Generate {
    public static final OpDef<Range> DEF =
            OpDef.of(Range.class)
                    .inputs(3)
                    .infer(Range::infer)
                    .content(Range::content)
                    .reference(Range::evaluate)
                    .noGradient("the number of elements depends on the inputs")
                    .onnx("Range", 11, a -> new Range())
                    .build();

    @Override
    public OpDef<Range> def() {
        return DEF;
    }

    private static List<Type> infer(Range op, InferContext in) {
        for (int i = 0; i < 3; i++) {
            in.requireRank(i, 0, 1);
            in.requireSameDtype(0, i);
        }
        return List.of(Type.tensor(in.dtype(0), Shape.of(count(in))));
    }

    private static Dim count(InferContext in) {
        var start = scalar(in, 0);
        var limit = scalar(in, 1);
        if (start != null
                && limit != null
                && scalar(in, 2) instanceof Dim.Known(long step)
                && step != 0) {
            return step > 0
                    ? limit.minus(start).ceilDiv(step).max(Dim.ZERO)
                    : start.minus(limit).ceilDiv(-step).max(Dim.ZERO);
        }
        var constants = new ArrayList<Tensor>();
        for (int i = 0; i < 3; i++) {
            var constant = in.constant(i);
            if (constant != null && constant.size() == 1) {
                constants.add(constant);
            }
        }
        return constants.size() == 3 && constants.getLast().getDouble(0) != 0
                ? Dim.of(count(constants.get(0), constants.get(1), constants.get(2)))
                : in.unknown();
    }

    private static @Nullable Dim scalar(InferContext in, int input) {
        var content = in.content(input);
        return content != null && content.size() == 1 ? content.getFirst() : null;
    }

    private static @Nullable List<Dim> content(Range op, InferContext in) {
        var start = scalar(in, 0);
        var step = scalar(in, 2);
        if (start == null
                || step == null
                || !(count(in) instanceof Dim.Known(long count))
                || count > Inference.MAX_CONTENT) {
            return null;
        }
        var elements = new ArrayList<Dim>();
        for (long i = 0; i < count; i++) {
            elements.add(start.plus(step.times(i)));
        }
        return elements;
    }

    private static long count(Tensor start, Tensor limit, Tensor step) {
        if (start.dtype().isFloat()) {
            double exact = (limit.getDouble(0) - start.getDouble(0)) / step.getDouble(0);
            return (long) Math.max(0, Math.ceil(exact));
        }
        return Math.max(
                0,
                Math.ceilDiv(
                        Math.subtractExact(limit.getLong(0), start.getLong(0)), step.getLong(0)));
    }

    private static List<Tensor> evaluate(Range op, EvalContext in) {
        var start = in.tensor(0);
        var step = in.tensor(2);
        if (step.getDouble(0) == 0) {
            throw new InputException(Problem.of("the step of a range must not be 0"));
        }
        var result = Tensor.zeros(start.dtype(), count(start, in.tensor(1), step));
        for (long i = 0; i < result.size(); i++) {
            if (start.dtype().isFloat()) {
                result.setDouble(i, start.getDouble(0) + i * step.getDouble(0));
            } else {
                result.setLong(i, start.getLong(0) + i * step.getLong(0));
            }
        }
        return List.of(result);
    }
}
