package dev.tenon.graph.op.contract;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.util.Arrays;

/// The steps that the attention operators share.
///
/// Where there are more heads of queries than of keys and values, each of these serves as many
/// query heads that follow each other.
final class DotProductAttention {
    private DotProductAttention() {}

    /// `Q · Kᵀ · scale` as `[batch, query head, query, key]` in the type of the queries. Both
    /// factors are multiplied by the root of the scale first, and rounded.
    static Tensor scores(Heads q, Heads k, double scale) {
        if (k.heads() == 0
                || q.heads() % k.heads() != 0
                || q.size() != k.size()
                || q.batch() != k.batch()) {
            throw new InputException(
                    Problem.of("queries and keys do not fit")
                            .expected("equal batches and features, and a multiple of the heads")
                            .got(q.tensor().type() + " and " + k.tensor().type()));
        }
        var dtype = q.tensor().dtype();
        double root = dtype.round(Math.sqrt(scale));
        var scores = Tensor.zeros(dtype, q.batch(), q.heads(), q.length(), k.length());
        long group = q.heads() / k.heads();
        long at = 0;
        for (long item = 0; item < q.batch(); item++) {
            for (long head = 0; head < q.heads(); head++) {
                for (long query = 0; query < q.length(); query++) {
                    for (long key = 0; key < k.length(); key++) {
                        double sum = 0;
                        for (long feature = 0; feature < q.size(); feature++) {
                            sum +=
                                    dtype.round(q.get(item, head, query, feature) * root)
                                            * dtype.round(
                                                    k.get(item, head / group, key, feature) * root);
                        }
                        scores.setDouble(at++, sum);
                    }
                }
            }
        }
        return scores;
    }

    /// Softmax along the last axis.
    static Tensor softmax(Tensor scores) {
        var result = Tensor.zeros(scores.dtype(), scores.dims());
        int length = (int) scores.dim(-1);
        var row = new double[length];
        for (long from = 0; from < scores.size(); from += length) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < length; i++) {
                row[i] = scores.getDouble(from + i);
                largest = Math.max(largest, row[i]);
            }
            double sum = 0;
            for (int i = 0; i < length; i++) {
                row[i] = Math.exp(row[i] - largest);
                sum += row[i];
            }
            for (int i = 0; i < length; i++) {
                result.setDouble(from + i, row[i] / sum);
            }
        }
        return result;
    }

    /// Sums the values with weights `[batch, query head, query, key]` into zeros.
    static void weigh(Tensor weights, Heads v, Heads into) {
        long group = into.heads() / v.heads();
        var sums = new double[(int) v.size()];
        for (long row = 0; row < into.batch() * into.heads() * into.length(); row++) {
            long query = row % into.length();
            long head = row / into.length() % into.heads();
            long item = row / into.length() / into.heads();
            Arrays.fill(sums, 0);
            for (long key = 0; key < v.length(); key++) {
                double weight = weights.getDouble(row * v.length() + key);
                for (int feature = 0; feature < sums.length; feature++) {
                    sums[feature] += weight * v.get(item, head / group, key, feature);
                }
            }
            for (int feature = 0; feature < sums.length; feature++) {
                into.tensor().setDouble(into.index(item, head, query, feature), sums[feature]);
            }
        }
    }
}
