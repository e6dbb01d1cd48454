package dev.tenon.graph.op.move;

import dev.tenon.graph.Op;

/// Operators that only move elements: none is changed, some may be left out, repeated or filled in.
public sealed interface Move extends Op
        permits Flatten,
                Identity,
                Reshape,
                ShapeOf,
                Size,
                Squeeze,
                Transpose,
                Unsqueeze {}
