package dev.tenon.passes;

import java.util.List;

/// The pipelines there are.
public final class Pipelines {
    private static final Pipeline DECLUTTER = Pipeline.of(
            "declutter",
            new Refine(),
            new RulePass("fold", Folding.RULES),
            new RulePass("remove-no-ops", NoOps.RULES),
            new RulePass("simplify-control", Controls.RULES),
            new ShareConstants(),
            new ShareNodes(),
            new DropUnread());

    private Pipelines() {}

    /// Leaves out what need not be computed. The result is portable: it holds the same operators, and can
    /// be written to a file as before.
    public static Pipeline declutter() {
        return DECLUTTER;
    }

    /// All of them.
    public static List<Pipeline> all() {
        return List.of(DECLUTTER);
    }
}
