package dev.tenon.graph.op.convolution;

import dev.tenon.graph.Op;

/// Convolutions, transposed and deformable ones among them.
public non-sealed interface Convolution extends Op {}
