package dev.tenon.graph.op.elementwise;

/// Element-wise operators that change the dtype.
public sealed interface Conversion extends Elementwise permits BitCast, Cast, CastLike {}
