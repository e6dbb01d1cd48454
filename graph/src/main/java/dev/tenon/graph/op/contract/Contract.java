package dev.tenon.graph.op.contract;

import dev.tenon.graph.Op;

/// Operators that sum products over shared axes: matrix products, Einsum, attention.
public sealed interface Contract extends Op
        permits Attention,
                CausalConvWithState,
                Det,
                Einsum,
                FlexAttention,
                Gemm,
                LinearAttention,
                MatMul,
                RotaryEmbedding,
                TensorScatter {}
