package dev.tenon.passes.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which nodes of a graph may work in which layout, what that costs, and what it costs to bring the
/// values between them from one layout to the other.
///
/// A node is numbered in the order in which it was added; the state of a node is 0 for channels
/// first, 1 for channels last. A value lies in the layout of the node that makes it; it is brought
/// to the other layout once if anybody reads it there.
final class LayoutProblem {
    /// Stands for whoever knows channels first alone: inputs and results of the graph, and nodes
    /// that are no part of the problem.
    static final int OUTSIDE = -1;

    /// @param producer the node that makes it, or [#OUTSIDE]
    /// @param readers the nodes that read it, and perhaps [#OUTSIDE]; each once
    /// @param cost of bringing it to the other layout
    record Edge(int producer, int[] readers, double cost) {}

    private final List<double[]> nodes = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();

    /// Adds a node.
    ///
    /// @return its number
    int node(double first, double last) {
        nodes.add(new double[] {first, last});
        return nodes.size() - 1;
    }

    /// Adds a value that lies between nodes.
    void edge(int producer, int[] readers, double cost) {
        edges.add(new Edge(producer, Arrays.stream(readers).distinct().toArray(), cost));
    }

    int size() {
        return nodes.size();
    }

    double cost(int node, int state) {
        return nodes.get(node)[state];
    }

    List<Edge> edges() {
        return edges;
    }

    private static int state(int[] states, int node) {
        return node == OUTSIDE ? 0 : states[node];
    }

    /// What a value costs under the states of all nodes.
    static double cost(Edge edge, int[] states) {
        int made = state(states, edge.producer());
        for (int reader : edge.readers()) {
            if (state(states, reader) != made) {
                return edge.cost();
            }
        }
        return 0;
    }

    /// What the states of all nodes cost together.
    double cost(int[] states) {
        double sum = 0;
        for (int i = 0; i < nodes.size(); i++) {
            sum += nodes.get(i)[states[i]];
        }
        for (var edge : edges) {
            sum += cost(edge, states);
        }
        return sum;
    }

    /// Every node in one state, where it can be.
    int[] all(int state) {
        var states = new int[size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = Double.isFinite(nodes.get(i)[state]) ? state : 1 - state;
        }
        return states;
    }
}
