package dev.tenon.graph.op.fused;

import dev.tenon.graph.Op;

/// Operators that compute what several others do at once. They are Tenon's own: pipelines that make
/// them are for graphs that Tenon runs.
public sealed interface Fused extends Op
        permits EmbeddingNorm, InLayout, Map, MapReduce, OfColumns, WithEpilogue {
    /// The operator set of these operators in files.
    String DOMAIN = "dev.tenon";
}
