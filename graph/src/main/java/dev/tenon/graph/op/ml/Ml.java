package dev.tenon.graph.op.ml;

import dev.tenon.graph.Op;

/// Operators of classical machine learning (`ai.onnx.ml`).
public sealed interface Ml extends Op
        permits ArrayFeatureExtractor,
                Binarizer,
                LabelEncoder,
                TreeEnsemble {
    /// The operator set of these operators.
    String DOMAIN = "ai.onnx.ml";
}
