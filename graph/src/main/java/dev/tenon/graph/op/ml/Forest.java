package dev.tenon.graph.op.ml;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import java.util.List;
import java.util.Set;

/// Decision trees, node by node.
///
/// @param nodes the inner nodes
/// @param roots where each tree begins; a child as in [Node]
record Forest(List<Node> nodes, int[] roots) {
    /// How an inner node compares a feature with its split.
    enum Test {
        LEQ,
        LT,
        GTE,
        GT,
        EQ,
        NEQ,
        MEMBER
    }

    /// An inner node. Its children are inner nodes by number, or leaves: `~number`.
    ///
    /// @param members what [Test#MEMBER] looks in
    /// @param missingIsTrue where NaN goes
    record Node(
            int feature,
            Test test,
            double split,
            Set<Double> members,
            boolean missingIsTrue,
            int whenTrue,
            int whenFalse) {
        boolean holds(double value) {
            if (Double.isNaN(value) && missingIsTrue) {
                return true;
            }
            return switch (test) {
                case LEQ -> value <= split;
                case LT -> value < split;
                case GTE -> value >= split;
                case GT -> value > split;
                case EQ -> value == split;
                case NEQ -> value != split;
                case MEMBER -> members.contains(value + 0.0);
            };
        }
    }

    /// The number of the leaf that a sample falls into.
    ///
    /// @throws InputException when the tree has no end, or asks for a feature that is not there
    int leaf(int root, double[] sample) {
        int at = root;
        for (int steps = 0; at >= 0; steps++) {
            var node = nodes.get(at);
            if (steps > nodes.size()) {
                throw new InputException(
                        Problem.of("a decision tree runs in a circle").node("node " + at));
            }
            if (node.feature >= sample.length) {
                throw new InputException(
                        Problem.of("a decision tree asks for a feature that is not there")
                                .expected("at least " + (node.feature + 1L) + " features")
                                .got(sample.length));
            }
            at = node.holds(sample[node.feature]) ? node.whenTrue : node.whenFalse;
        }
        return ~at;
    }
}
