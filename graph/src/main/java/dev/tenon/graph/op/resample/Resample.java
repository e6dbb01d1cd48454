package dev.tenon.graph.op.resample;

import dev.tenon.graph.Op;

/// Operators on images: resampling, regions and boxes, decoding.
public sealed interface Resample extends Op
        permits AffineGrid,
                GridSample,
                ImageDecoder,
                MaxRoiPool,
                NonMaxSuppression,
                Resize,
                RoiAlign {}
