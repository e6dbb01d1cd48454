package dev.tenon.passes.layout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds the layout of each node of a [LayoutProblem] that makes the whole cheapest.
///
/// The problem becomes a [CostNetwork]: a variable a node, and for a value with several readers one
/// more that tells in which layouts it is there. Where the elimination is not exact, single nodes
/// then change their layout as long as that pays. Both fixed choices are tried as well, so that the
/// result never costs more than they do.
final class LayoutSearch {
    private static final double NEVER = Double.POSITIVE_INFINITY;

    /// How often each node may change its layout in the descent, in the mean.
    private static final int MOST_CHANGES = 4;

    /// @param states one a node, as in [LayoutProblem]
    /// @param cost what they cost
    /// @param exact whether nothing costs less
    record Result(int[] states, double cost, boolean exact) {}

    private final LayoutProblem problem;

    private LayoutSearch(LayoutProblem problem) {
        this.problem = problem;
    }

    static Result solve(LayoutProblem problem) {
        return new LayoutSearch(problem).run();
    }

    private Result run() {
        var found = Elimination.solve(network());
        int[] best = Arrays.copyOf(found.states(), problem.size());
        if (!found.exact()) {
            descend(best);
            for (int state = 0; state < 2; state++) {
                int[] fixed = problem.all(state);
                descend(fixed);
                best = problem.cost(fixed) < problem.cost(best) ? fixed : best;
            }
        }
        for (int state = 0; state < 2; state++) {
            int[] fixed = problem.all(state);
            best = problem.cost(fixed) < problem.cost(best) ? fixed : best;
        }
        return new Result(best, problem.cost(best), found.exact());
    }

    private CostNetwork network() {
        var network = new CostNetwork();
        for (int i = 0; i < problem.size(); i++) {
            network.variable(problem.cost(i, 0), problem.cost(i, 1));
        }
        for (var edge : problem.edges()) {
            relate(network, edge);
        }
        return network;
    }

    private static void relate(CostNetwork network, LayoutProblem.Edge edge) {
        double cost = edge.cost();
        if (edge.readers().length == 0) {
            return;
        }
        if (edge.readers().length == 1) {
            between(network, edge.producer(), edge.readers()[0], alternatives(cost));
            return;
        }
        // Whether the value is there in one layout, in the other, or in both.
        int there = network.variable(0, 0, 0);
        between(
                network,
                edge.producer(),
                there,
                new double[][] {{0, NEVER, cost}, {NEVER, 0, cost}});
        for (int reader : edge.readers()) {
            between(network, reader, there, new double[][] {{0, NEVER, 0}, {NEVER, 0, 0}});
        }
    }

    private static double[][] alternatives(double cost) {
        return new double[][] {{0, cost}, {cost, 0}};
    }

    /// Relates a node and another variable; what lies outside is in state 0.
    private static void between(CostNetwork network, int node, int other, double[][] costs) {
        if (node != LayoutProblem.OUTSIDE && other != LayoutProblem.OUTSIDE) {
            network.relate(node, other, costs);
        } else if (other != LayoutProblem.OUTSIDE) {
            network.add(other, costs[0]);
        } else if (node != LayoutProblem.OUTSIDE) {
            network.add(node, new double[] {costs[0][0], costs[1][0]});
        }
    }

    /// Lets single nodes change their layout as long as that makes the whole cheaper.
    private void descend(int[] states) {
        var edgesOf = edgesOf();
        var pending = new ArrayDeque<Integer>();
        var queued = new boolean[problem.size()];
        for (int i = 0; i < problem.size(); i++) {
            pending.add(i);
            queued[i] = true;
        }
        long changes = (long) MOST_CHANGES * problem.size();
        while (!pending.isEmpty() && changes > 0) {
            int node = pending.poll();
            queued[node] = false;
            double before = around(node, states, edgesOf);
            states[node] = 1 - states[node];
            if (around(node, states, edgesOf) < before) {
                changes--;
                for (var edge : edgesOf.get(node)) {
                    enqueue(edge.producer(), pending, queued);
                    for (int reader : edge.readers()) {
                        enqueue(reader, pending, queued);
                    }
                }
            } else {
                states[node] = 1 - states[node];
            }
        }
    }

    private static void enqueue(int node, ArrayDeque<Integer> pending, boolean[] queued) {
        if (node != LayoutProblem.OUTSIDE && !queued[node]) {
            queued[node] = true;
            pending.add(node);
        }
    }

    private double around(int node, int[] states, List<List<LayoutProblem.Edge>> edgesOf) {
        double sum = problem.cost(node, states[node]);
        for (var edge : edgesOf.get(node)) {
            sum += LayoutProblem.cost(edge, states);
        }
        return sum;
    }

    private List<List<LayoutProblem.Edge>> edgesOf() {
        var edgesOf = new ArrayList<List<LayoutProblem.Edge>>();
        for (int i = 0; i < problem.size(); i++) {
            edgesOf.add(new ArrayList<>());
        }
        for (var edge : problem.edges()) {
            if (edge.producer() != LayoutProblem.OUTSIDE) {
                edgesOf.get(edge.producer()).add(edge);
            }
            for (int reader : edge.readers()) {
                if (reader != LayoutProblem.OUTSIDE && reader != edge.producer()) {
                    edgesOf.get(reader).add(edge);
                }
            }
        }
        return edgesOf;
    }
}
