package dev.tenon.graph.op.ml;

import dev.tenon.graph.Op;

/// Operators of classical machine learning (`ai.onnx.ml`).
public non-sealed interface Ml extends Op {}
