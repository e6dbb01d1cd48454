package dev.tenon.graph;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;

/// Bounds how often subgraphs run in one run of a model, so that no loop in a file can go on forever.
///
/// The bound is 10 million unless the system property `tenon.subgraph.runs` gives another one. An
/// instance belongs to one run.
public final class SubgraphBudget {
    private static final String PROPERTY = "tenon.subgraph.runs";

    private final long limit;
    private long spent;

    public SubgraphBudget() {
        this(Long.getLong(PROPERTY, 10_000_000));
    }

    public SubgraphBudget(long limit) {
        this.limit = limit;
    }

    /// Counts a run of a subgraph.
    ///
    /// @throws LimitException when it is one too many
    public void spend() {
        if (spent++ >= limit) {
            throw new LimitException(Problem.of("subgraphs run too often; does a loop never end?")
                    .expected("at most " + limit + " runs of subgraphs in a run of the model")
                    .advice("Set -D" + PROPERTY + "=N where the model needs more"));
        }
    }
}
