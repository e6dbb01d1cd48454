package dev.tenon.graph.op.convolution;

import dev.tenon.graph.Op;

/// Convolutions, transposed and deformable ones among them.
public sealed interface Convolution extends Op permits Col2Im, Conv, ConvTranspose, DeformConv {}
