package dev.tenon.graph.op.ml;

import dev.tenon.graph.Op;

/// Operators of classical machine learning (`ai.onnx.ml`).
public sealed interface Ml extends Op
        permits ArrayFeatureExtractor,
                Binarizer,
                CastMap,
                CategoryMapper,
                DictVectorizer,
                FeatureVectorizer,
                Imputer,
                LabelEncoder,
                LinearClassifier,
                LinearRegressor,
                Normalizer,
                OneHotEncoder,
                SVMClassifier,
                SVMRegressor,
                Scaler,
                TreeEnsemble,
                TreeEnsembleClassifier,
                TreeEnsembleRegressor,
                ZipMap {
    /// The operator set of these operators.
    String DOMAIN = "ai.onnx.ml";
}
