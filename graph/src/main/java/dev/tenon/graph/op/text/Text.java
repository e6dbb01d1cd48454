package dev.tenon.graph.op.text;

import dev.tenon.graph.Op;

/// Operators on strings.
public non-sealed interface Text extends Op {}
