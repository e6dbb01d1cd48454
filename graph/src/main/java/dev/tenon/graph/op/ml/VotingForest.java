package dev.tenon.graph.op.ml;

import dev.tenon.base.Floats;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decision trees as `TreeEnsembleRegressor` and `TreeEnsembleClassifier` list them: inner nodes
/// and leaves in one table, found by the numbers of tree and node, with any number of votes a leaf.
final class VotingForest {
    private static final String BRANCH = "BRANCH_";
    private static final String LEAF = "LEAF";

    /// What a leaf gives to a target.
    record Vote(int target, double weight) {}

    /// The columns of the table of nodes. Splits come as floats or as a tensor.
    record Nodes(
            Longs trees,
            Longs ids,
            List<String> modes,
            Longs features,
            @Nullable Floats splits,
            @Nullable Tensor splitsAsTensor,
            Longs whenTrue,
            Longs whenFalse,
            @Nullable Longs missingIsTrue) {
        boolean isLeaf(int row) {
            return modes.get(row).equals(LEAF);
        }
    }

    /// The columns of the table of votes. Weights come as floats or as a tensor.
    record Votes(
            Longs trees,
            Longs ids,
            Longs targets,
            @Nullable Floats weights,
            @Nullable Tensor weightsAsTensor) {}

    private record Id(long tree, long node) {}

    private final Nodes table;
    private final Map<Id, Integer> rows = new HashMap<>();
    private final Map<Integer, List<Vote>> votes = new HashMap<>();
    private final Forest forest;

    VotingForest(Nodes table, Votes voteTable) {
        this.table = table;
        for (int row = 0; row < table.ids.size(); row++) {
            rows.put(new Id(table.trees.get(row), table.ids.get(row)), row);
        }
        for (int i = 0; i < voteTable.ids.size(); i++) {
            votes.computeIfAbsent(
                            row(voteTable.trees.get(i), voteTable.ids.get(i)),
                            _ -> new ArrayList<>())
                    .add(
                            new Vote(
                                    voteTable.targets.getInt(i),
                                    number(voteTable.weights, voteTable.weightsAsTensor, i)));
        }
        forest = forest();
    }

    /// How many trees there are.
    int trees() {
        return forest.roots().length;
    }

    /// The votes of all trees for a sample.
    List<Vote> votes(double[] sample) {
        var all = new ArrayList<Vote>();
        for (int root : forest.roots()) {
            all.addAll(votes.getOrDefault(forest.leaf(root, sample), List.of()));
        }
        return all;
    }

    /// Inner nodes keep their rows as numbers, and so do leaves; a root is what is no node's child.
    private Forest forest() {
        var nodes = new ArrayList<Forest.Node>();
        var children = new HashSet<Integer>();
        for (int row = 0; row < table.ids.size(); row++) {
            nodes.add(
                    table.isLeaf(row)
                            ? new Forest.Node(0, Forest.Test.EQ, 0, Set.of(), false, ~row, ~row)
                            : node(row, children));
        }
        var roots = new ArrayList<Integer>();
        for (int row = 0; row < table.ids.size(); row++) {
            if (!children.contains(row)) {
                roots.add(row);
            }
        }
        return new Forest(nodes, roots.stream().mapToInt(r -> r).toArray());
    }

    private Forest.Node node(int row, Set<Integer> children) {
        int whenTrue = row(table.trees.get(row), table.whenTrue.get(row));
        int whenFalse = row(table.trees.get(row), table.whenFalse.get(row));
        children.add(whenTrue);
        children.add(whenFalse);
        return new Forest.Node(
                table.features.getInt(row),
                test(table.modes.get(row)),
                number(table.splits, table.splitsAsTensor, row),
                Set.of(),
                table.missingIsTrue != null && table.missingIsTrue.get(row) != 0,
                whenTrue,
                whenFalse);
    }

    private int row(long tree, long node) {
        var row = rows.get(new Id(tree, node));
        if (row == null) {
            throw new GraphException(
                    Problem.of("a decision tree lacks a node")
                            .got("node " + node + " of tree " + tree));
        }
        return row;
    }

    private static Forest.Test test(String mode) {
        for (var test : Forest.Test.values()) {
            if (test != Forest.Test.MEMBER && mode.equals(BRANCH + test)) {
                return test;
            }
        }
        throw new GraphException(Problem.of("unknown kind of node of a decision tree").got(mode));
    }

    /// A number of a column that comes as floats or as a tensor; 0 where it does not come at all.
    static double number(@Nullable Floats floats, @Nullable Tensor tensor, int index) {
        if (tensor != null) {
            return tensor.getDouble(index);
        }
        return floats == null || floats.isEmpty() ? 0 : floats.get(index);
    }
}
