package dev.tenon.graph.op.quant;

import dev.tenon.graph.Op;

/// Operators that convert to and from quantised integers, or compute with these.
///
/// A quantised element `q` stands for the number `(q - zero point) · scale`.
public sealed interface Quant extends Op
        permits ConvInteger,
                DequantizeLinear,
                DynamicQuantizeLinear,
                MatMulInteger,
                QLinearConv,
                QLinearMatMul,
                QuantizeLinear {}
