package dev.tenon.graph.op.fused;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import java.util.stream.IntStream;

/// Element-wise operators as one: each element of the output is the value of an expression over the
/// elements at its place in the inputs, after broadcasting.
///
/// Inputs: floats of one dtype and booleans (0 and 1), at least one of them a float. Output: of the
/// floats' dtype; the expression is evaluated in `double` and rounded once.
///
/// @param expression [Scalar.Arg] counts the inputs
public record Map(Scalar expression) implements Fused {
    public static final OpDef<Map> DEF =
            OpDef.of(Map.class)
                    .inputs(1, OpDef.MANY)
                    .infer(Map::infer)
                    .reference(Map::evaluate)
                    .flops((op, types) -> types.outputSize(0) * op.expression.operations())
                    .onnx(
                            DOMAIN,
                            "Map",
                            1,
                            a -> RecordAttributes.read(Map.DEF, a, List.of("expression")))
                    .build();

    @Override
    public OpDef<Map> def() {
        return DEF;
    }

    private static List<Type> infer(Map op, InferContext in) {
        if (op.expression.arity() > in.inputs()) {
            throw in.error(
                    Problem.of("the expression reads more inputs than there are")
                            .expected("at least " + op.expression.arity() + " inputs")
                            .got(in.inputs()));
        }
        var shape = in.shape(0);
        for (int i = 1; i < in.inputs(); i++) {
            shape = shape.broadcast(in.shape(i));
        }
        var dtypes = IntStream.range(0, in.inputs()).mapToObj(in::dtype).toList();
        return List.of(Type.tensor(Elements.common(dtypes), shape));
    }

    private static List<Tensor> evaluate(Map op, EvalContext in) {
        var inputs = IntStream.range(0, in.inputs()).mapToObj(in::tensor).toList();
        var dtype = Elements.common(inputs.stream().map(Tensor::dtype).toList());
        return List.of(Elements.evaluate(op.expression, inputs, dtype));
    }

    /// The dtype of the result for inputs of some dtypes.
    ///
    /// @throws GraphException when there is no float, or two differ
    public static DType resultType(List<DType> inputs) {
        return Elements.common(inputs);
    }
}
