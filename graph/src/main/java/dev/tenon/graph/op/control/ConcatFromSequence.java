package dev.tenon.graph.op.control;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.move.Concat;
import java.util.ArrayList;
import java.util.List;

/// The tensors of a sequence one after the other along an axis (ONNX `ConcatFromSequence`).
///
/// @param newAxis whether the axis is a new one, along which they are stacked
public record ConcatFromSequence(int axis, boolean newAxis) implements Control {
    public static final OpDef<ConcatFromSequence> DEF =
            OpDef.of(ConcatFromSequence.class)
                    .infer((op, in) -> List.of(op.infer(in)))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .noGradient("gradients do not pass through sequences")
                    .flops((op, types) -> 0)
                    .onnx(
                            "ConcatFromSequence",
                            11,
                            a ->
                                    new ConcatFromSequence(
                                            Math.toIntExact(a.integer("axis")),
                                            a.flag("new_axis", false)))
                    .build();

    @Override
    public OpDef<ConcatFromSequence> def() {
        return DEF;
    }

    private Type infer(InferContext in) {
        if (!(SequenceOp.element(in, 0) instanceof Type.OfTensor(var dtype, var shape))) {
            throw in.error(
                    Problem.of("the sequence has no tensors")
                            .expected("a sequence of tensors")
                            .got(in.type(0)));
        }
        if (!shape.isRanked()) {
            return Type.tensor(dtype, shape);
        }
        var dims = new ArrayList<>(BodyTypes.varying(shape, in).dims());
        if (newAxis) {
            dims.add(in.axis(axis, shape.rank() + 1), in.unknown());
        } else {
            dims.set(in.axis(axis, shape.rank()), in.unknown());
        }
        return Type.tensor(dtype, Shape.of(dims));
    }

    private Tensor evaluate(EvalContext in) {
        var parts = new ArrayList<Tensor>();
        for (var value : SequenceOp.sequence(in, 0).values()) {
            var part = (Tensor) value;
            parts.add(
                    newAxis
                            ? part.reshape(Nd.with(part.dims(), Nd.axis(axis, part.rank() + 1), 1))
                            : part);
        }
        if (parts.isEmpty()) {
            throw new InputException(Problem.of("an empty sequence has no tensors to join"));
        }
        return Concat.concat(axis, parts);
    }
}
