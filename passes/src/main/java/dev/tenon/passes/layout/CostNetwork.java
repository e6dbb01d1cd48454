package dev.tenon.passes.layout;

import java.util.ArrayList;
import java.util.List;

/// Variables of a few states each, the cost of each state, and the costs of pairs of states of two
/// variables. Costs are not negative; infinity forbids.
final class CostNetwork {
    /// A cost for each combination of states of some variables.
    ///
    /// @param scope the variables
    /// @param costs the states of the last variable vary fastest
    record Factor(int[] scope, double[] costs) {}

    private final List<Integer> states = new ArrayList<>();
    private final List<Factor> factors = new ArrayList<>();

    /// Adds a variable.
    ///
    /// @param costs one a state
    /// @return its number
    int variable(double... costs) {
        int variable = states.size();
        states.add(costs.length);
        add(variable, costs);
        return variable;
    }

    /// Adds further costs of a variable's states.
    void add(int variable, double... costs) {
        factors.add(new Factor(new int[] {variable}, costs.clone()));
    }

    /// Adds the costs of pairs of states.
    ///
    /// @param costs a row a state of the first variable, a column a state of the second
    void relate(int first, int second, double[][] costs) {
        int columns = states.get(second);
        var flat = new double[costs.length * columns];
        for (int i = 0; i < costs.length; i++) {
            System.arraycopy(costs[i], 0, flat, i * columns, columns);
        }
        factors.add(new Factor(new int[] {first, second}, flat));
    }

    /// How many variables there are.
    int size() {
        return states.size();
    }

    /// How many states a variable has.
    int states(int variable) {
        return states.get(variable);
    }

    List<Factor> factors() {
        return factors;
    }

    /// What the states of all variables cost together.
    double cost(int[] assignment) {
        double sum = 0;
        for (var factor : factors) {
            int index = 0;
            for (int variable : factor.scope()) {
                index = index * states.get(variable) + assignment[variable];
            }
            sum += factor.costs()[index];
        }
        return sum;
    }
}
