package dev.tenon.graph.op.reduce;

import dev.tenon.graph.Op;

/// Operators that fold the elements along axes into fewer: sums, extremes and their positions,
/// running sums.
public sealed interface Reduce extends Op permits ArgExtreme, Cumulative, Fold, TopK {}
