package dev.tenon.graph.op.norm;

import dev.tenon.graph.Op;

/// Operators that scale elements by statistics of their group, and the losses that follow them.
public sealed interface Norm extends Op
        permits BatchNormalization,
                GroupNormalization,
                Hardmax,
                InstanceNormalization,
                LRN,
                LayerNormalization,
                LogSoftmax,
                LpNormalization,
                MeanVarianceNormalization,
                NegativeLogLikelihoodLoss,
                RMSNormalization,
                Softmax,
                SoftmaxCrossEntropyLoss {}
