package dev.tenon.graph.op.norm;

/// Mean and population variance of some numbers; NaN of none.
record Moments(double mean, double variance) {
    static Moments of(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new Moments(mean, squares / values.length);
    }

    /// `(value - mean) / sqrt(variance + epsilon)`.
    double normalize(double value, double epsilon) {
        return (value - mean) / Math.sqrt(variance + epsilon);
    }
}
