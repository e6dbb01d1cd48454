package dev.tenon.graph.op.ml;

import java.util.Arrays;

/// How the weights that trees give for a target become one number.
public enum Aggregate {
    SUM,
    AVERAGE,
    MIN,
    MAX;

    /// Adds up votes for targets. A target without a vote has 0.
    final class Votes {
        private final double[] totals;
        private final boolean[] seen;

        Votes(int targets) {
            totals = new double[targets];
            seen = new boolean[targets];
        }

        void add(int target, double weight) {
            double before = totals[target];
            totals[target] =
                    !seen[target]
                            ? weight
                            : switch (Aggregate.this) {
                                case SUM, AVERAGE -> before + weight;
                                case MIN -> Math.min(before, weight);
                                case MAX -> Math.max(before, weight);
                            };
            seen[target] = true;
        }

        double[] totals(int trees) {
            return Aggregate.this == AVERAGE
                    ? Arrays.stream(totals).map(t -> t / trees).toArray()
                    : totals;
        }
    }
}
