package dev.tenon.graph.op.ml;

import dev.tenon.base.Dim;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The class that decision trees vote for most (ONNX `TreeEnsembleClassifier`).
///
/// The input is `[N, F]`. Outputs: the label of each sample, and the scores of the classes. Where
/// all votes of at most two classes are for the same one, its score `s` decides: with no negative
/// weight, the other class has `1 - s`, else `-s`.
public record TreeEnsembleClassifier(
        @Nullable Floats baseValues,
        @Nullable Tensor baseValuesAsTensor,
        Longs classIds,
        Longs classNodeids,
        Longs classTreeids,
        @Nullable Floats classWeights,
        @Nullable Tensor classWeightsAsTensor,
        @Nullable Longs classlabelsInt64s,
        @Nullable List<String> classlabelsStrings,
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
        PostTransform postTransform)
        implements Ml {
    private static final List<String> REQUIRED =
            List.of(
                    "class_ids",
                    "class_nodeids",
                    "class_treeids",
                    "nodes_falsenodeids",
                    "nodes_featureids",
                    "nodes_modes",
                    "nodes_nodeids",
                    "nodes_treeids",
                    "nodes_truenodeids");

    public static final OpDef<TreeEnsembleClassifier> DEF =
            OpDef.of(TreeEnsembleClassifier.class)
                    .outputs(1, 2)
                    .infer((op, in) -> Classification.infer(in, op.labels(), Dim.of(op.scores())))
                    .reference((op, in) -> op.evaluate(in.tensor(0)))
                    .noGradient("decisions do not change smoothly")
                    .onnx(
                            DOMAIN,
                            "TreeEnsembleClassifier",
                            3,
                            a -> RecordAttributes.read(TreeEnsembleClassifier.DEF, a, REQUIRED))
                    .build();

    @Override
    public OpDef<TreeEnsembleClassifier> def() {
        return DEF;
    }

    private Labels labels() {
        return new Labels(classlabelsInt64s, classlabelsStrings);
    }

    private int scores() {
        return Math.max(2, labels().size());
    }

    private boolean isBinary() {
        return labels().size() <= 2 && classIds.stream().distinct().count() == 1;
    }

    private boolean hasNegativeWeight() {
        for (int i = 0; i < classIds.size(); i++) {
            if (VotingForest.number(classWeights, classWeightsAsTensor, i) < 0) {
                return true;
            }
        }
        return false;
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
                        classTreeids, classNodeids, classIds, classWeights, classWeightsAsTensor));
    }

    private List<Tensor> evaluate(Tensor data) {
        var forest = forest();
        boolean isBinary = isBinary();
        boolean isSigned = hasNegativeWeight();
        return Classification.evaluate(
                new Samples(data),
                labels(),
                scores(),
                sample -> {
                    var sums = new double[scores()];
                    for (int i = 0; i < labels().size(); i++) {
                        sums[i] = baseValue(i);
                    }
                    forest.votes(sample).forEach(v -> sums[v.target()] += v.weight());
                    return isBinary
                            ? binary(sums[classIds.getInt(0)], isSigned)
                            : Classification.Verdict.largest(postTransform.apply(sums));
                });
    }

    private double baseValue(int index) {
        boolean isGiven =
                baseValuesAsTensor != null
                        ? index < baseValuesAsTensor.size()
                        : baseValues != null && index < baseValues.size();
        return isGiven ? VotingForest.number(baseValues, baseValuesAsTensor, index) : 0;
    }

    private Classification.Verdict binary(double score, boolean isSigned) {
        boolean isPositive = score > (isSigned ? 0 : 0.5);
        int negative = labels().size() == 2 ? 0 : Labels.NONE;
        int label = isPositive ? labels().size() - 1 : negative;
        var scores =
                isSigned ? postTransform.apply(-score, score) : new double[] {1 - score, score};
        return new Classification.Verdict(label, scores);
    }
}
