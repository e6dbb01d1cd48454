package dev.tenon.graph.op.signal;

import dev.tenon.graph.Op;

/// Operators on signals sampled over time: Fourier transforms, window functions, mel filters.
public sealed interface Signal extends Op permits DFT, MelWeightMatrix, STFT, WindowFunction {}
