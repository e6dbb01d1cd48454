package dev.tenon.graph;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;

/// Bounds how often an operator, such as a loop, runs its subgraphs and those within them, so that
/// no loop in a file can go on forever.
///
/// The bound is 10 million unless the system property `tenon.subgraph.runs` gives another one.
final class SubgraphBudget {
    private static final String PROPERTY = "tenon.subgraph.runs";

    private final long limit = Long.getLong(PROPERTY, 10_000_000);
    private long spent;

    /// Counts a run of a subgraph.
    ///
    /// @throws LimitException when it is one too many
    void spend() {
        if (spent++ >= limit) {
            throw new LimitException(
                    Problem.of("subgraphs run too often; does a loop never end?")
                            .expected("at most " + limit + " runs of subgraphs by one operator")
                            .advice("Set -D" + PROPERTY + "=N where the model needs more"));
        }
    }
}
