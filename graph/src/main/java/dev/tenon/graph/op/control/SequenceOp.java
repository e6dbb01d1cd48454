package dev.tenon.graph.op.control;

import dev.tenon.base.Budget;
import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.List;

/// Operators on sequences that have no attributes.
///
/// Positions are integers of one element; negative ones count from the end.
public enum SequenceOp implements Control {
    /// A sequence of the inputs.
    CONSTRUCT(
            "SequenceConstruct", 1, OpDef.MANY, SequenceOp::inferConstruct, SequenceOp::construct),
    /// The element of a sequence at a position.
    AT(
            "SequenceAt",
            2,
            2,
            in -> BodyTypes.varying(element(in), in),
            in -> {
                var sequence = sequence(in, 0);
                return sequence.values().get(position(in, 1, sequence.values().size(), 0));
            }),
    /// A sequence without the element at a position; without a position, without the last one.
    ERASE(
            "SequenceErase",
            1,
            2,
            in -> in.type(0),
            in -> {
                var sequence = sequence(in, 0);
                var values = new ArrayList<>(sequence.values());
                values.remove(in.has(1) ? position(in, 1, values.size(), 0) : values.size() - 1);
                return new Datum.OfSequence(sequence.element(), values);
            }),
    /// A sequence with one more element before a position; without a position, at the end.
    INSERT(
            "SequenceInsert",
            2,
            3,
            SequenceOp::inferInsert,
            in -> {
                var sequence = sequence(in, 0);
                var values = new ArrayList<>(sequence.values());
                values.add(
                        in.has(2) ? position(in, 2, values.size(), 1) : values.size(), in.datum(1));
                return new Datum.OfSequence(anyShape(sequence.element()), values);
            }),
    /// How many elements a sequence has.
    LENGTH(
            "SequenceLength",
            1,
            1,
            in -> Type.scalar(DType.INT64),
            in -> Tensor.scalar(DType.INT64, sequence(in, 0).values().size()));

    @FunctionalInterface
    private interface Infer {
        Type infer(InferContext in);
    }

    @FunctionalInterface
    private interface Reference {
        Datum evaluate(EvalContext in);
    }

    private final OpDef<SequenceOp> def;

    SequenceOp(String name, int leastInputs, int mostInputs, Infer infer, Reference reference) {
        def =
                OpDef.<SequenceOp>named(name)
                        .inputs(leastInputs, mostInputs)
                        .infer((_, in) -> List.of(infer.infer(in)))
                        .reference((_, in) -> List.of(reference.evaluate(in)))
                        .noGradient("gradients do not pass through sequences")
                        .flops((_, _) -> 0)
                        .onnx(name, 11, _ -> this)
                        .build();
    }

    @Override
    public OpDef<SequenceOp> def() {
        return def;
    }

    /// The type of the elements of the first input.
    private static Type element(InferContext in) {
        return element(in, 0);
    }

    /// The type of the elements of an input.
    ///
    /// @throws dev.tenon.base.GraphException when it is no sequence
    static Type element(InferContext in, int input) {
        if (in.type(input) instanceof Type.OfSequence(var element)) {
            return element;
        }
        throw in.error(
                Problem.of("input " + input + " is no sequence")
                        .expected("a sequence")
                        .got(in.type(input)));
    }

    private static Type inferConstruct(InferContext in) {
        var element = in.type(0);
        for (int i = 1; i < in.inputs(); i++) {
            element = BodyTypes.join(element, in.type(i), in);
        }
        return new Type.OfSequence(element);
    }

    private static Type inferInsert(InferContext in) {
        return new Type.OfSequence(BodyTypes.join(element(in), in.type(1), in));
    }

    private static Datum construct(EvalContext in) {
        var values = in.data(0);
        return new Datum.OfSequence(anyShape(values.getFirst().type()), values);
    }

    /// The same type for tensors of every shape.
    static Type anyShape(Type type) {
        return type instanceof Type.OfTensor(var dtype, _)
                ? Type.tensor(dtype, Shape.unranked())
                : type;
    }

    /// @throws InputException when the input is no sequence
    static Datum.OfSequence sequence(EvalContext in, int input) {
        if (in.datum(input) instanceof Datum.OfSequence sequence) {
            Budget.work(sequence.values().size());
            return sequence;
        }
        throw new InputException(
                Problem.of("input " + input + " is no sequence")
                        .expected("a sequence")
                        .got(in.datum(input).type()));
    }

    /// A position counted from the front.
    ///
    /// @param beyond 1 when a position after the last element is allowed
    private static int position(EvalContext in, int input, int length, int beyond) {
        long given = in.tensor(input).getLong(0);
        long position = given < 0 ? given + length : given;
        if (position < 0 || position >= length + beyond) {
            throw new InputException(
                    Problem.of("no such position in the sequence")
                            .expected("-" + length + " to " + (length - 1 + beyond))
                            .got(given));
        }
        return (int) position;
    }
}
