package dev.tenon.graph.op.elementwise;

import dev.tenon.graph.Op;

/// Operators that compute each element of the output from the elements at its place in the inputs,
/// after broadcasting.
public sealed interface Elementwise extends Op permits Formula, Conversion {}
