package dev.tenon.graph.op.generate;

import dev.tenon.graph.Op;

/// Operators that make tensors out of attributes or out of shapes.
public sealed interface Generate extends Op
        permits Constant, ConstantOfShape, EyeLike, OneHot, Range {}
