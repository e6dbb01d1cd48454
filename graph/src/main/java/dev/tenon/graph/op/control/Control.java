package dev.tenon.graph.op.control;

import dev.tenon.graph.Op;

/// Operators that run subgraphs.
///
/// A subgraph is closed: what it takes from outside is passed as further inputs of the node (its
/// *captures*), which come after the operator's own inputs and after the subgraph's own parameters.
public sealed interface Control extends Op permits If {}
