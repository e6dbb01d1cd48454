package dev.tenon.passes.layout;

import dev.tenon.passes.layout.CostNetwork.Factor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/// Finds cheap states of the variables of a [CostNetwork] by eliminating one after another, the one
/// with the fewest neighbours first (non-serial dynamic programming, Bertelè and Brioschi 1972).
///
/// On trees and series-parallel networks, and wherever the tables stay small, the result is a
/// minimum. Where a table would grow beyond its bound, the variable with the most neighbours nearby
/// is fixed in the state that looks best from there, and the result is an upper bound.
final class Elimination {
    /// The entries that all tables may have together.
    private static final long WORK = 1L << 26;

    private static final int LEAST_TABLE = 1 << 6;
    private static final int MOST_TABLE = 1 << 20;

    /// @param states one a variable
    /// @param exact whether no states cost less
    record Result(int[] states, boolean exact) {}

    /// A variable that was eliminated: its best state for each combination of states of others.
    private record Step(int variable, int[] scope, byte[] best) {}

    /// A variable with the number of neighbours that it had when it was queued.
    private record Candidate(int variable, int neighbours) {}

    private final CostNetwork network;
    private final int mostEntries;
    private final List<Set<Factor>> factorsOf = new ArrayList<>();
    private final List<Set<Integer>> neighboursOf = new ArrayList<>();
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private final PriorityQueue<Candidate> queue =
            new PriorityQueue<>(
                    Comparator.comparingInt(Candidate::neighbours)
                            .thenComparingInt(Candidate::variable));
    private final boolean[] gone;

    /// The states under consideration.
    private final int[] states;

    private boolean exact = true;

    private Elimination(CostNetwork network, long work) {
        this.network = network;
        this.mostEntries = Math.clamp(work / Math.max(1, network.size()), LEAST_TABLE, MOST_TABLE);
        this.gone = new boolean[network.size()];
        this.states = new int[network.size()];
        for (int i = 0; i < network.size(); i++) {
            factorsOf.add(new LinkedHashSet<>());
            neighboursOf.add(new TreeSet<>());
        }
        network.factors().forEach(this::add);
        for (int i = 0; i < network.size(); i++) {
            enqueue(i);
        }
    }

    static Result solve(CostNetwork network) {
        return solve(network, WORK);
    }

    /// @param work the entries that all tables may have together, about
    static Result solve(CostNetwork network, long work) {
        return new Elimination(network, work).run();
    }

    private Result run() {
        while (!queue.isEmpty()) {
            var candidate = queue.poll();
            int variable = candidate.variable();
            var neighbours = neighboursOf.get(variable);
            if (gone[variable] || candidate.neighbours() != neighbours.size()) {
                continue;
            }
            int[] scope = neighbours.stream().mapToInt(Integer::intValue).toArray();
            if (entries(scope) * network.states(variable) <= mostEntries) {
                eliminate(variable, scope);
            } else {
                queue.add(candidate);
                fix(mostConnected(neighbours));
            }
        }
        for (var step : steps) {
            states[step.variable()] = step.best()[index(step.scope())];
        }
        return new Result(states, exact);
    }

    private void add(Factor factor) {
        for (int variable : factor.scope()) {
            factorsOf.get(variable).add(factor);
            for (int other : factor.scope()) {
                if (other != variable) {
                    neighboursOf.get(variable).add(other);
                }
            }
        }
    }

    private void enqueue(int variable) {
        queue.add(new Candidate(variable, neighboursOf.get(variable).size()));
    }

    private long entries(int[] scope) {
        long product = 1;
        for (int variable : scope) {
            product = Math.min(product * network.states(variable), Integer.MAX_VALUE);
        }
        return product;
    }

    /// The place of the states under consideration in a table over some variables.
    private int index(int[] scope) {
        int index = 0;
        for (int variable : scope) {
            index = index * network.states(variable) + states[variable];
        }
        return index;
    }

    /// Sets the states that a place in a table stands for.
    private void consider(int index, int[] scope) {
        int rest = index;
        for (int i = scope.length - 1; i >= 0; i--) {
            int count = network.states(scope[i]);
            states[scope[i]] = rest % count;
            rest /= count;
        }
    }

    private double considered(Collection<Factor> factors) {
        double cost = 0;
        for (var factor : factors) {
            cost += factor.costs()[index(factor.scope())];
        }
        return cost;
    }

    /// Replaces a variable by what its best state costs for each combination of its neighbours'.
    private void eliminate(int variable, int[] scope) {
        var factors = remove(variable);
        int size = (int) entries(scope);
        var least = new double[size];
        var best = new byte[size];
        for (int i = 0; i < size; i++) {
            consider(i, scope);
            least[i] = Double.POSITIVE_INFINITY;
            for (int s = 0; s < network.states(variable); s++) {
                states[variable] = s;
                double cost = considered(factors);
                if (cost < least[i]) {
                    least[i] = cost;
                    best[i] = (byte) s;
                }
            }
        }
        steps.push(new Step(variable, scope, best));
        add(new Factor(scope, least));
        for (int neighbour : scope) {
            enqueue(neighbour);
        }
    }

    /// Takes a variable out, and all factors over it.
    private Set<Factor> remove(int variable) {
        gone[variable] = true;
        var factors = factorsOf.get(variable);
        for (var factor : factors) {
            for (int other : factor.scope()) {
                if (other != variable) {
                    factorsOf.get(other).remove(factor);
                }
            }
        }
        neighboursOf.get(variable).forEach(n -> neighboursOf.get(n).remove(variable));
        return factors;
    }

    private int mostConnected(Collection<Integer> variables) {
        return variables.stream()
                .max(Comparator.comparingInt(v -> neighboursOf.get(v).size()))
                .orElseThrow();
    }

    /// Fixes a variable in the state that costs least when its neighbours could choose their own
    /// states for each factor anew.
    private void fix(int variable) {
        exact = false;
        int[] neighbours =
                neighboursOf.get(variable).stream().mapToInt(Integer::intValue).toArray();
        var factors = remove(variable);
        int chosen = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int s = 0; s < network.states(variable); s++) {
            double cost = 0;
            for (var factor : factors) {
                cost += cheapest(restricted(factor, variable, s));
            }
            if (cost < least) {
                least = cost;
                chosen = s;
            }
        }
        steps.push(new Step(variable, new int[0], new byte[] {(byte) chosen}));
        for (var factor : factors) {
            add(restricted(factor, variable, chosen));
        }
        for (int neighbour : neighbours) {
            enqueue(neighbour);
        }
    }

    /// The least entry of a factor, the costs of each variable's own states included.
    private double cheapest(Factor factor) {
        int[] scope = factor.scope();
        var own =
                Arrays.stream(scope)
                        .boxed()
                        .flatMap(v -> factorsOf.get(v).stream())
                        .filter(f -> f.scope().length == 1)
                        .toList();
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < factor.costs().length; i++) {
            consider(i, scope);
            least = Math.min(least, factor.costs()[i] + considered(own));
        }
        return least;
    }

    /// A factor with one variable in one state.
    private Factor restricted(Factor factor, int variable, int state) {
        int[] scope = Arrays.stream(factor.scope()).filter(v -> v != variable).toArray();
        var costs = new double[(int) entries(scope)];
        states[variable] = state;
        for (int i = 0; i < costs.length; i++) {
            consider(i, scope);
            costs[i] = factor.costs()[index(factor.scope())];
        }
        return new Factor(scope, costs);
    }
}
