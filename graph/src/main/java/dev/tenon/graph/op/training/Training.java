package dev.tenon.graph.op.training;

import dev.tenon.base.Problem;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Op;
import java.util.ArrayList;
import java.util.List;

/// Steps of optimisers (`ai.onnx.preview.training`).
///
/// Inputs: the learning rate, the number of updates done before, then n parameters, their n
/// gradients, and n tensors of each kind of state. Outputs: the n new parameters, and the new
/// states.
public sealed interface Training extends Op permits Adagrad, Adam, Momentum {
    /// The domain of these operators.
    String DOMAIN = "ai.onnx.preview.training";

    /// Parameters and states have the types that they had.
    ///
    /// @param states how many kinds of state there are
    static List<Type> infer(InferContext in, int states) {
        if ((in.inputs() - 2) % (states + 2) != 0) {
            throw in.error(
                    Problem.of("wrong number of inputs")
                            .expected("2 and a multiple of " + (states + 2))
                            .got(in.inputs()));
        }
        int parameters = (in.inputs() - 2) / (states + 2);
        var types = new ArrayList<Type>();
        for (int i = 0; i < parameters; i++) {
            types.add(in.type(2 + i));
        }
        for (int i = 0; i < parameters * states; i++) {
            types.add(in.type(2 + 2 * parameters + i));
        }
        return types;
    }
}
