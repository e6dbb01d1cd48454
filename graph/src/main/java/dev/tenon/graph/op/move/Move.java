package dev.tenon.graph.op.move;

import dev.tenon.graph.Op;

/// Operators that only move elements: none is changed, some may be left out, repeated or filled in.
public sealed interface Move extends Op
        permits Concat,
                Expand,
                Flatten,
                Gather,
                GatherElements,
                GatherND,
                Identity,
                Reshape,
                ScatterElements,
                ScatterND,
                ShapeOf,
                Size,
                Slice,
                Split,
                Squeeze,
                Tile,
                Transpose,
                Unsqueeze {}
