package dev.tenon.graph.op.control;

import dev.tenon.graph.Op;

/// Operators that run subgraphs, and operators on sequences and optional values.
///
/// A subgraph is closed: what it takes from outside is passed as further inputs of the node (its
/// *captures*), which come after the operator's own inputs and after the subgraph's own parameters.
public sealed interface Control extends Op
        permits ConcatFromSequence,
                If,
                Loop,
                Optional,
                OptionalOp,
                Scan,
                SequenceEmpty,
                SequenceMap,
                SequenceOp,
                SplitToSequence {}
