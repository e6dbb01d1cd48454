package dev.tenon.graph.op.ml;

import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Sums of decision trees (ONNX `TreeEnsemble`).
///
/// The input is `[N, F]`; the output is `[N, nTargets]`. Each entry of `nodes…` is an inner node;
/// each entry of `leaf…` is a leaf, which votes for one target.
///
/// @param aggregateFunction 0 average, 1 sum, 2 minimum, 3 maximum
/// @param membershipValues for each node that tests membership in order, the members and then NaN
/// @param nodesTrueleafs whether `nodesTruenodeids` are leaves; the same for `False`
/// @param nodesModes 0 `≤`, 1 `<`, 2 `≥`, 3 `>`, 4 `=`, 5 `≠`, 6 member
/// @param postTransform the number of a [PostTransform]
public record TreeEnsemble(
        int aggregateFunction,
        Longs leafTargetids,
        Tensor leafWeights,
        @Nullable Tensor membershipValues,
        int nTargets,
        Longs nodesFalseleafs,
        Longs nodesFalsenodeids,
        Longs nodesFeatureids,
        @Nullable Tensor nodesHitrates,
        @Nullable Longs nodesMissingValueTracksTrue,
        Tensor nodesModes,
        Tensor nodesSplits,
        Longs nodesTrueleafs,
        Longs nodesTruenodeids,
        int postTransform,
        Longs treeRoots)
        implements Ml {
    private static final List<String> REQUIRED =
            List.of(
                    "leaf_targetids",
                    "leaf_weights",
                    "n_targets",
                    "nodes_falseleafs",
                    "nodes_falsenodeids",
                    "nodes_featureids",
                    "nodes_modes",
                    "nodes_splits",
                    "nodes_trueleafs",
                    "nodes_truenodeids",
                    "tree_roots");

    public static final OpDef<TreeEnsemble> DEF =
            OpDef.of(TreeEnsemble.class)
                    .infer((op, in) -> List.of(Samples.rows(in, in.dtype(0), op.nTargets)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("decisions do not change smoothly")
                    .onnx(
                            DOMAIN,
                            "TreeEnsemble",
                            5,
                            a -> RecordAttributes.read(TreeEnsemble.DEF, a, REQUIRED))
                    .build();

    private static final Aggregate[] AGGREGATES = {
        Aggregate.AVERAGE, Aggregate.SUM, Aggregate.MIN, Aggregate.MAX
    };

    @Override
    public OpDef<TreeEnsemble> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        var forest = forest();
        return new Samples(data)
                .map(
                        data.dtype(),
                        nTargets,
                        sample -> {
                            var votes = AGGREGATES[aggregateFunction].new Votes(nTargets);
                            for (int root : forest.roots()) {
                                int leaf = forest.leaf(root, sample);
                                votes.add(leafTargetids.getInt(leaf), leafWeights.getDouble(leaf));
                            }
                            return PostTransform.of(postTransform)
                                    .apply(votes.totals(forest.roots().length));
                        });
    }

    private Forest forest() {
        var nodes = new ArrayList<Forest.Node>();
        var memberships = memberships().iterator();
        for (int i = 0; i < nodesFeatureids.size(); i++) {
            var test = Forest.Test.values()[(int) nodesModes.getLong(i)];
            nodes.add(
                    new Forest.Node(
                            nodesFeatureids.getInt(i),
                            test,
                            nodesSplits.getDouble(i),
                            test == Forest.Test.MEMBER ? memberships.next() : Set.of(),
                            nodesMissingValueTracksTrue != null
                                    && nodesMissingValueTracksTrue.get(i) != 0,
                            child(nodesTruenodeids.getInt(i), nodesTrueleafs.get(i) != 0),
                            child(nodesFalsenodeids.getInt(i), nodesFalseleafs.get(i) != 0)));
        }
        return new Forest(nodes, treeRoots.stream().mapToInt(Math::toIntExact).toArray());
    }

    private static int child(int number, boolean isLeaf) {
        return isLeaf ? ~number : number;
    }

    /// The sets of members, each ended by NaN.
    private List<Set<Double>> memberships() {
        var sets = new ArrayList<Set<Double>>();
        var members = new HashSet<Double>();
        for (double member :
                membershipValues == null ? new double[0] : membershipValues.toDoubles()) {
            if (Double.isNaN(member)) {
                sets.add(members);
                members = new HashSet<>();
            } else {
                members.add(member + 0.0);
            }
        }
        long needed =
                LongStream.range(0, nodesModes.size())
                        .filter(i -> nodesModes.getLong(i) == Forest.Test.MEMBER.ordinal())
                        .count();
        if (sets.size() != needed) {
            throw new InputException(
                    Problem.of("not one set of members for each node that tests membership")
                            .expected(needed)
                            .got(sets.size()));
        }
        return sets;
    }
}
