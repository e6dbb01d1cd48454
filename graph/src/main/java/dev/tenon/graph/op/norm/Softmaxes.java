package dev.tenon.graph.op.norm;

import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.op.Groups;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/// What [Softmax] and its siblings share: each line along an axis becomes another of the same
/// length.
final class Softmaxes {
    private Softmaxes() {}

    static List<Type> infer(int axis, InferContext in) {
        if (in.shape(0).isRanked()) {
            in.axis(axis, in.shape(0).rank());
        }
        return List.of(in.tensor(0));
    }

    static List<Tensor> evaluate(int axis, EvalContext in, UnaryOperator<double[]> line) {
        return List.of(alongAxis(in.tensor(0), axis, line));
    }

    static Tensor alongAxis(Tensor data, int axis, UnaryOperator<double[]> line) {
        var result = Tensor.zeros(data.dtype(), data.dims());
        var lines = Groups.along(data, Nd.axis(axis, data.rank()));
        long stride = lines.memberStrides()[0];
        lines.each(
                (_, start) -> {
                    var values = line.apply(lines.doubles(start));
                    for (int i = 0; i < values.length; i++) {
                        result.setDouble(start + i * stride, values[i]);
                    }
                });
        return result;
    }

    /// `exp(x - max) / sum(exp(x - max))`.
    static double[] softmax(double[] line) {
        double max = max(line);
        var powers = Arrays.stream(line).map(v -> Math.exp(v - max)).toArray();
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(p -> p / sum).toArray();
    }

    /// `x - max - log(sum(exp(x - max)))`.
    static double[] logSoftmax(double[] line) {
        double max = max(line);
        double log = Math.log(Arrays.stream(line).map(v -> Math.exp(v - max)).sum());
        return Arrays.stream(line).map(v -> v - max - log).toArray();
    }

    /// 1 at the first largest element, 0 elsewhere.
    static double[] hardmax(double[] line) {
        var result = new double[line.length];
        int best = 0;
        for (int i = 1; i < line.length; i++) {
            if (line[i] > line[best]) {
                best = i;
            }
        }
        if (line.length > 0) {
            result[best] = 1;
        }
        return result;
    }

    private static double max(double[] line) {
        return Arrays.stream(line).reduce(Double.NEGATIVE_INFINITY, Math::max);
    }
}
