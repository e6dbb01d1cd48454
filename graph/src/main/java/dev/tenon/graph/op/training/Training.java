package dev.tenon.graph.op.training;

import dev.tenon.graph.Op;

/// Optimiser steps (`ai.onnx.preview.training`).
public non-sealed interface Training extends Op {}
