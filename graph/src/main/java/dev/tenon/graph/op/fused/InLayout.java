package dev.tenon.graph.op.fused;

import dev.tenon.base.Datum;
import dev.tenon.base.GraphException;
import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.OpDef.NodeTypes;
import dev.tenon.graph.RecordAttributes;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operator whose images lie in memory in another order than channels first.
///
/// Inputs and outputs are those of the body, except that the laid inputs and all outputs, which
/// have two axes or more, have their axes in the order of the layout. The other inputs stand as the
/// body has them: operands of an epilogue broadcast to the channels-first result.
///
/// @param body has no subgraphs
/// @param laidInputs the indices of the inputs that are in the layout
public record InLayout(Op body, Layout layout, Longs laidInputs) implements Fused {
    public static final OpDef<InLayout> DEF =
            OpDef.of(InLayout.class)
                    .inputs(1, OpDef.MANY)
                    .outputs(1, OpDef.MANY)
                    .infer(InLayout::infer)
                    .reference(InLayout::evaluate)
                    .flops(InLayout::flops)
                    .onnx(
                            DOMAIN,
                            "InLayout",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            InLayout.DEF,
                                            a,
                                            List.of("body", "layout", "laid_inputs")))
                    .build();

    /// @throws GraphException when the body cannot be one
    public InLayout {
        Bodies.check(body);
        if (body instanceof InLayout) {
            throw new GraphException(Problem.of("the body has a layout itself").got(body));
        }
    }

    @Override
    public OpDef<InLayout> def() {
        return DEF;
    }

    /// Whether an input is in the layout.
    public boolean isLaid(int input) {
        return laidInputs.contains(input);
    }

    /// The type of a value in the layout as the body has it.
    ///
    /// @throws GraphException when it has fewer than two axes
    public Type toChannelsFirst(Type type) {
        return permuted(type, true);
    }

    /// The type of a value that the body has as it is in the layout.
    ///
    /// @throws GraphException when it has fewer than two axes
    public Type fromChannelsFirst(Type type) {
        return permuted(type, false);
    }

    private Type permuted(Type type, boolean toChannelsFirst) {
        if (!(type instanceof Type.OfTensor(var dtype, var shape))) {
            throw new GraphException(
                    Problem.of("only tensors have a layout").expected("a tensor").got(type));
        }
        if (!shape.isRanked()) {
            return type;
        }
        if (shape.rank() < 2) {
            throw new GraphException(
                    Problem.of("too few axes for a layout").expected("2 or more").got(type));
        }
        var order =
                toChannelsFirst
                        ? layout.toChannelsFirst(shape.rank())
                        : layout.fromChannelsFirst(shape.rank());
        return Type.tensor(
                dtype, Shape.of(order.stream().mapToObj(a -> shape.dim((int) a)).toList()));
    }

    private static List<Type> infer(InLayout op, InferContext in) {
        var values = new ArrayList<Value>();
        for (int i = 0; i < in.inputs(); i++) {
            values.add(
                    !in.has(i)
                            ? Value.NONE
                            : op.isLaid(i)
                                    ? in.typed(i, op.toChannelsFirst(in.type(i)))
                                    : in.value(i));
        }
        return in.infer(op.body, values).stream().map(op::fromChannelsFirst).toList();
    }

    private static List<Datum> evaluate(InLayout op, EvalContext in) {
        var data = new ArrayList<@Nullable Datum>();
        for (int i = 0; i < in.inputs(); i++) {
            data.add(
                    in.has(i) && op.isLaid(i)
                            ? transposed(
                                    in.tensor(i),
                                    op.layout.toChannelsFirst(in.tensor(i).rank()),
                                    in)
                            : in.has(i) ? in.datum(i) : null);
        }
        var results = new ArrayList<Datum>();
        for (var result : in.evaluate(op.body, data, in.outputs())) {
            var tensor = (Tensor) result;
            results.add(transposed(tensor, op.layout.fromChannelsFirst(tensor.rank()), in));
        }
        return results;
    }

    private static Datum transposed(Tensor tensor, Longs order, EvalContext in) {
        return in.evaluate(new Transpose(order), Collections.singletonList(tensor), 1).getFirst();
    }

    private static double flops(InLayout op, NodeTypes types) {
        var inputs = new ArrayList<@Nullable Type>(types.inputs());
        for (int i = 0; i < inputs.size(); i++) {
            var type = inputs.get(i);
            if (type != null && op.isLaid(i)) {
                inputs.set(i, op.toChannelsFirst(type));
            }
        }
        var outputs = new ArrayList<@Nullable Type>();
        types.outputs().forEach(t -> outputs.add(t == null ? null : op.toChannelsFirst(t)));
        return new NodeTypes(inputs, outputs).flops(op.body);
    }
}
