package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sums of decision trees in their older encoding (ONNX `TreeEnsembleRegressor`); [TreeEnsemble] is
/// the newer one.
///
/// The input is `[N, F]`; the output is `[N, nTargets]`, `float32`.
public record TreeEnsembleRegressor(
        Aggregate aggregateFunction,
        @Nullable Floats baseValues,
        @Nullable Tensor baseValuesAsTensor,
        int nTargets,
        Longs nodesFalsenodeids,
        Longs nodesFeatureids,
        @Nullable Floats nodesHitrates,
        @Nullable Tensor nodesHitratesAsTensor,
        @Nullable Longs nodesMissingValueTracksTrue,
        List<String> nodesModes,
        Longs nodesNodeids,
        Longs nodesTreeids,
        Longs nodesTruenodeids,
        @Nullable Floats nodesValues,
        @Nullable Tensor nodesValuesAsTensor,
        PostTransform postTransform,
        Longs targetIds,
        Longs targetNodeids,
        Longs targetTreeids,
        @Nullable Floats targetWeights,
        @Nullable Tensor targetWeightsAsTensor)
        implements Ml {
    private static final List<String> REQUIRED =
            List.of(
                    "n_targets",
                    "nodes_falsenodeids",
                    "nodes_featureids",
                    "nodes_modes",
                    "nodes_nodeids",
                    "nodes_treeids",
                    "nodes_truenodeids",
                    "target_ids",
                    "target_nodeids",
                    "target_treeids");

    public static final OpDef<TreeEnsembleRegressor> DEF =
            OpDef.of(TreeEnsembleRegressor.class)
                    .infer((op, in) -> List.of(Samples.rows(in, DType.FLOAT32, op.nTargets)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("decisions do not change smoothly")
                    .onnx(
                            DOMAIN,
                            "TreeEnsembleRegressor",
                            3,
                            a -> RecordAttributes.read(TreeEnsembleRegressor.DEF, a, REQUIRED))
                    .build();

    @Override
    public OpDef<TreeEnsembleRegressor> def() {
        return DEF;
    }

    private VotingForest forest() {
        return new VotingForest(
                new VotingForest.Nodes(
                        nodesTreeids,
                        nodesNodeids,
                        nodesModes,
                        nodesFeatureids,
                        nodesValues,
                        nodesValuesAsTensor,
                        nodesTruenodeids,
                        nodesFalsenodeids,
                        nodesMissingValueTracksTrue),
                new VotingForest.Votes(
                        targetTreeids,
                        targetNodeids,
                        targetIds,
                        targetWeights,
                        targetWeightsAsTensor));
    }

    private Tensor evaluate(Tensor data) {
        var forest = forest();
        return new Samples(data)
                .map(
                        DType.FLOAT32,
                        nTargets,
                        sample -> {
                            var votes = aggregateFunction.new Votes(nTargets);
                            forest.votes(sample).forEach(v -> votes.add(v.target(), v.weight()));
                            var totals = votes.totals(forest.trees());
                            for (int i = 0; i < nTargets; i++) {
                                totals[i] += VotingForest.number(baseValues, baseValuesAsTensor, i);
                            }
                            return postTransform.apply(totals);
                        });
    }
}
