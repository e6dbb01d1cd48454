package dev.tenon.graph.op.fused;

import dev.tenon.base.Datum;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.OpDef.NodeTypes;
import dev.tenon.graph.RecordAttributes;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An operator followed by an expression over each element of its result.
///
/// Inputs: those of the body, of which optional ones may be left out, then the operands of the
/// expression, which broadcast to the body's result. Output: the body's first output with the
/// expression's value in the place of each element; body and operands are as [Map] wants its
/// inputs, the body's result a float.
///
/// @param body has no subgraphs, and neither is fused itself
/// @param operands how many operands the expression has, the last inputs
/// @param epilogue [Scalar.Arg] 0 is the element of the body's result, 1 and on those of the
///   operands
public record WithEpilogue(Op body, int operands, Scalar epilogue) implements Fused {
    public static final OpDef<WithEpilogue> DEF =
            OpDef.of(WithEpilogue.class)
                    .inputs(1, OpDef.MANY)
                    .infer(WithEpilogue::infer)
                    .reference(WithEpilogue::evaluate)
                    .flops(WithEpilogue::flops)
                    .onnx(
                            DOMAIN,
                            "WithEpilogue",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            WithEpilogue.DEF, a, List.of("body", "epilogue")))
                    .build();

    /// @throws GraphException when the body cannot be one, or the epilogue reads more operands than
    ///   there are
    public WithEpilogue {
        Bodies.check(body);
        if (body instanceof Fused) {
            throw new GraphException(Problem.of("the body is fused itself").got(body));
        }
        if (operands < 0 || epilogue.arity() > 1 + operands) {
            throw new GraphException(
                    Problem.of("the epilogue reads more operands than there are")
                            .expected("at least " + (epilogue.arity() - 1) + " operands")
                            .got(operands));
        }
    }

    @Override
    public OpDef<WithEpilogue> def() {
        return DEF;
    }

    /// How many of a node's inputs are the body's.
    ///
    /// @throws GraphException when there are fewer inputs than operands
    public int bodyInputs(int inputs) {
        if (inputs < operands) {
            throw new GraphException(
                    Problem.of("wrong number of inputs")
                            .expected("at least " + operands)
                            .got(inputs));
        }
        return inputs - operands;
    }

    /// The operands of a node of this operator.
    public List<Value> operands(Node node) {
        var inputs = node.inputs();
        return inputs.subList(bodyInputs(inputs.size()), inputs.size());
    }

    private static List<Type> infer(WithEpilogue op, InferContext in) {
        int first = op.bodyInputs(in.inputs());
        var values =
                IntStream.range(0, first)
                        .mapToObj(i -> in.has(i) ? in.value(i) : Value.NONE)
                        .toList();
        if (!(in.infer(op.body, values).getFirst() instanceof Type.OfTensor result)
                || !result.dtype().isFloat()) {
            throw in.error(Problem.of("the body's result has no float elements"));
        }
        for (int i = first; i < in.inputs(); i++) {
            Elements.common(List.of(result.dtype(), in.dtype(i)));
            if (in.shape(i).isRanked()
                    && result.shape().isRanked()
                    && !fits(in.shape(i), result.shape())) {
                throw in.error(
                        Problem.of("input " + i + " does not broadcast to the body's result")
                                .expected(result)
                                .got(in.type(i)));
            }
        }
        return List.of(result);
    }

    private static boolean fits(Shape operand, Shape result) {
        int added = result.rank() - operand.rank();
        return added >= 0
                && IntStream.range(0, operand.rank())
                        .allMatch(
                                i ->
                                        !operand.dim(i).isKnown()
                                                || operand.dim(i).is(1)
                                                || !result.dim(added + i).isKnown()
                                                || operand.dim(i).equals(result.dim(added + i)));
    }

    private static List<Tensor> evaluate(WithEpilogue op, EvalContext in) {
        int first = op.bodyInputs(in.inputs());
        var data = new ArrayList<@Nullable Datum>();
        for (int i = 0; i < first; i++) {
            data.add(in.has(i) ? in.datum(i) : null);
        }
        var inputs = new ArrayList<Tensor>();
        var body = (Tensor) in.evaluate(op.body, data, 1).getFirst();
        inputs.add(body);
        IntStream.range(first, in.inputs()).mapToObj(in::tensor).forEach(inputs::add);
        var result = Elements.evaluate(op.epilogue, inputs, body.dtype());
        if (!Arrays.equals(result.dims(), body.dims())) {
            throw new InputException(
                    Problem.of("an operand does not broadcast to the body's result")
                            .expected(body.type())
                            .got(inputs.stream().skip(1).map(Tensor::type).toList()));
        }
        return List.of(result);
    }

    private static double flops(WithEpilogue op, NodeTypes types) {
        int first = op.bodyInputs(types.inputs().size());
        var body = new NodeTypes(types.inputs().subList(0, first), types.outputs());
        return body.flops(op.body) + types.outputSize(0) * op.epilogue.operations();
    }
}
