package dev.tenon.graph.op.training;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import java.util.ArrayList;
import java.util.List;

/// Applies an optimiser's rule to each element of each parameter.
final class UpdateStep {
    /// The rule for one element.
    @FunctionalInterface
    interface Rule {
        /// @param gradient the regularised gradient
        /// @param state the element of each state; the rule writes the new ones into it
        /// @return the new parameter
        double update(double parameter, double gradient, double[] state);
    }

    private UpdateStep() {}

    /// @param states how many kinds of state there are
    /// @param norm the coefficient of the L2 regularisation, which adds `norm · parameter` to the
    ///   gradient
    static List<Tensor> apply(EvalContext in, int states, double norm, Rule rule) {
        int parameters = (in.inputs() - 2) / (states + 2);
        var results = new ArrayList<Tensor>();
        for (int i = 0; i < parameters; i++) {
            results.add(Tensor.zeros(in.tensor(2 + i).dtype(), in.tensor(2 + i).dims()));
        }
        for (int i = 0; i < parameters * states; i++) {
            var state = in.tensor(2 + 2 * parameters + i);
            results.add(Tensor.zeros(state.dtype(), state.dims()));
        }
        var state = new double[states];
        for (int i = 0; i < parameters; i++) {
            var x = in.tensor(2 + i);
            var gradient = in.tensor(2 + parameters + i);
            for (long e = 0; e < x.size(); e++) {
                for (int s = 0; s < states; s++) {
                    state[s] = in.tensor(2 + (2 + s) * parameters + i).getDouble(e);
                }
                double regularised = norm * x.getDouble(e) + gradient.getDouble(e);
                results.get(i).setDouble(e, rule.update(x.getDouble(e), regularised, state));
                for (int s = 0; s < states; s++) {
                    results.get((1 + s) * parameters + i).setDouble(e, state[s]);
                }
            }
        }
        return results;
    }
}
