package dev.tenon.graph.op.text;

/// What a count of n-grams becomes.
public enum Weighting {
    /// The count itself.
    TF,
    /// The weight, where the n-gram occurs.
    IDF,
    /// The count times the weight.
    TFIDF;

    double apply(double count, double weight) {
        return switch (this) {
            case TF -> count;
            case IDF -> count > 0 ? weight : 0;
            case TFIDF -> count * weight;
        };
    }
}
