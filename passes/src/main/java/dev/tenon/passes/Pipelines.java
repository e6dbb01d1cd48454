package dev.tenon.passes;

import java.util.List;
import java.util.Set;

/// The pipelines there are. Each does what the one before it does, and more; what they give but for
/// the last is portable: ordinary operators, which other runtimes have.
public final class Pipelines {
    private static final Pipeline DECLUTTER =
            Pipeline.of(
                    "declutter",
                    new Refine(),
                    new RulePass("fold", () -> Folding.RULES),
                    new RulePass("remove-no-ops", () -> NoOps.RULES),
                    new RulePass("simplify-control", () -> Controls.RULES),
                    new ShareConstants(),
                    new ShareNodes(),
                    new DropUnread());

    private static final Pipeline STANDARD =
            DECLUTTER.with(
                    "standard",
                    new RulePass("simplify-views", () -> Views.RULES),
                    new RulePass("move", () -> Motion.RULES),
                    new RulePass("move-transpositions", () -> Transpositions.EXACT),
                    new RulePass("move-selections", () -> Selections.RULES),
                    new RulePass("move-gathers", () -> Gathers.RULES),
                    new RulePass("move-windows", () -> WindowSelections.RULES),
                    new RulePass("move-concatenations", () -> Joins.RULES),
                    new RulePass("move-growth", () -> Growth.RULES),
                    new RulePass("simplify-arithmetic", () -> Arithmetic.EXACT),
                    new RulePass("simplify-quantisation", () -> Quantization.EXACT),
                    new RulePass("recognise-bounds", () -> Bounds.RULES),
                    new RulePass("recognise-gates", () -> Gates.RULES),
                    new RulePass("recognise-activations", () -> Activations.RULES),
                    new RulePass("recognise-normalisations", () -> Normalizations.RULES),
                    new RulePass(
                            "recognise-channel-normalisations", () -> ChannelNormalizations.RULES),
                    new RulePass("recognise-cells", () -> Cells.RULES),
                    new RulePass("join-steps", () -> RecurrentSteps.RULES),
                    new RulePass("merge-arithmetic", () -> Arithmetic.ROUNDING),
                    new RulePass("collect-terms", () -> Terms.RULES),
                    new RulePass("reduce-untransposed", () -> Transpositions.ROUNDING),
                    new RulePass("fuse-convolutions", () -> ConvolutionFusion.RULES),
                    new RulePass("fuse-pools", () -> PoolFusion.RULES),
                    new RulePass("fuse-products", () -> MatrixFusion.RULES),
                    new RulePass("multiply-rows", () -> Rows.RULES));

    private static final Pass INTEGER_PRODUCTS =
            new RulePass("integer-products", () -> Quantization.PRODUCTS);

    private static final Pipeline AGGRESSIVE =
            STANDARD.with(
                    "aggressive",
                    new RulePass("newer-activations", () -> Activations.NEWER),
                    new RulePass("newer-gates", () -> Gates.NEWER),
                    new RulePass("newer-normalisations", () -> Normalizations.NEWER),
                    new RulePass("newer-channel-normalisations", () -> ChannelNormalizations.NEWER),
                    new RulePass("fuse-parallels", () -> ParallelFusion.RULES),
                    new RulePass("recognise-attention", () -> AttentionFusion.RULES),
                    new RulePass("recognise-heads", () -> AttentionFusion.HEADS),
                    INTEGER_PRODUCTS,
                    new RulePass("fast-arithmetic", () -> Arithmetic.FAST));

    private static final Pipeline CODEGEN =
            Pipeline.of(
                            "expand",
                            new ComputeInFloat(),
                            new RulePass("expand-constants", () -> Folding.EXPANSION),
                            new RulePass("expand-integers", () -> Dequantization.RULES))
                    .then("portable", floats(AGGRESSIVE))
                    .then(
                            "codegen",
                            new RulePass("fuse-epilogues", () -> ElementwiseFusion.EPILOGUES),
                            new RulePass("fuse-elementwise", () -> ElementwiseFusion.MAPS),
                            new RulePass("fuse-reductions", () -> ReductionFusion.RULES),
                            new RulePass("fuse-embeddings", () -> EmbeddingFusion.RULES),
                            new RulePass("fuse-columns", () -> ColumnFusion.RULES));

    /// The passes that are the same to the bit, beside those of [#declutter].
    private static final Set<String> EXACT =
            Set.of(
                    "expand-constants",
                    "simplify-views",
                    "move",
                    "move-transpositions",
                    "move-selections",
                    "move-growth",
                    "simplify-arithmetic",
                    "simplify-quantisation",
                    "fuse-pools");

    private Pipelines() {}

    /// The passes of a pipeline but for those that make integers of floats, for which there are no
    /// kernels.
    private static Pass[] floats(Pipeline pipeline) {
        return pipeline.passes().stream()
                .filter(pass -> !pass.equals(INTEGER_PRODUCTS))
                .toArray(Pass[]::new);
    }

    /// Leaves out what need not be computed. The operators are those that were there, and the
    /// results are the same to the bit.
    public static Pipeline declutter() {
        return DECLUTTER;
    }

    /// Replaces patterns by one operator of a set that most runtimes have, folds constants into
    /// weights, and moves operators to where they cost less. Results differ by rounding.
    public static Pipeline standard() {
        return STANDARD;
    }

    /// Also uses operators of the newest sets, such as attention, and arithmetic that gives up a
    /// bit of precision or the sign of a zero.
    public static Pipeline aggressive() {
        return AGGRESSIVE;
    }

    /// Also fuses for the machine that runs the model: the operators are Tenon's own, and other
    /// runtimes do not have them.
    public static Pipeline codegen() {
        return CODEGEN;
    }

    /// All of them, the mildest first.
    public static List<Pipeline> all() {
        return List.of(DECLUTTER, STANDARD, AGGRESSIVE, CODEGEN);
    }

    /// Whether the results of a graph are the same to the bit after a pass: it folds what a run
    /// would compute, or moves data, and rounds nothing else than before.
    public static boolean isExact(Pass pass) {
        return EXACT.contains(pass.name()) || DECLUTTER.passes().contains(pass);
    }
}
