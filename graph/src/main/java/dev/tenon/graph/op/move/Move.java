package dev.tenon.graph.op.move;

import dev.tenon.graph.Op;

/// Operators that only move elements: none is changed, some may be left out, repeated or filled in.
public sealed interface Move extends Op
        permits CenterCropPad,
                Compress,
                Concat,
                DepthToSpace,
                Expand,
                Flatten,
                Gather,
                GatherElements,
                GatherND,
                Identity,
                NonZero,
                Pad,
                Reshape,
                ReverseSequence,
                ScatterElements,
                ScatterND,
                ShapeOf,
                Size,
                Slice,
                SpaceToDepth,
                Split,
                Squeeze,
                Tile,
                Transpose,
                Trilu,
                Unique,
                Unsqueeze {}
