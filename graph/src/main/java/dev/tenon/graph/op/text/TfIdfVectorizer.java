package dev.tenon.graph.op.text;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Floats;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts the n-grams of a pool in sequences of words or of numbers (ONNX `TfIdfVectorizer`).
///
/// The input is `[C]` or `[N, C]`; the output is `[width]` or `[N, width]`, `float32`.
///
/// @param maxSkipCount the most elements left out between two of an n-gram, the same number
///   everywhere in it
/// @param ngramCounts where in the pool the n-grams of length 1, 2, … begin
/// @param ngramIndexes the place in the output of each n-gram of the pool
/// @param poolInt64s the n-grams, those of numbers, or null
/// @param poolStrings the n-grams, those of words, or null
/// @param weights of each n-gram of the pool; null for ones
public record TfIdfVectorizer(
        int maxGramLength,
        int maxSkipCount,
        int minGramLength,
        Weighting mode,
        Longs ngramCounts,
        Longs ngramIndexes,
        @Nullable Longs poolInt64s,
        @Nullable List<String> poolStrings,
        @Nullable Floats weights)
        implements Text {
    public static final OpDef<TfIdfVectorizer> DEF =
            OpDef.of(TfIdfVectorizer.class)
                    .infer((op, in) -> List.of(Type.tensor(DType.FLOAT32, op.infer(in))))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("words are not numbers")
                    .onnx("TfIdfVectorizer", 9, TfIdfVectorizer::read)
                    .build();

    public TfIdfVectorizer {
        if ((poolInt64s == null) == (poolStrings == null)) {
            throw new GraphException(
                    Problem.of("the pool of n-grams is not either of numbers or of strings")
                            .op("TfIdfVectorizer"));
        }
    }

    @Override
    public OpDef<TfIdfVectorizer> def() {
        return DEF;
    }

    private static TfIdfVectorizer read(Attributes a) {
        return new TfIdfVectorizer(
                Math.toIntExact(a.integer("max_gram_length")),
                Math.toIntExact(a.integer("max_skip_count")),
                Math.toIntExact(a.integer("min_gram_length")),
                a.choice("mode", Weighting.TF),
                a.integers("ngram_counts"),
                a.integers("ngram_indexes"),
                a.has("pool_int64s") ? a.integers("pool_int64s") : null,
                a.has("pool_int64s") ? null : a.texts("pool_strings"),
                a.has("weights") ? a.numbers("weights") : null);
    }

    private int width() {
        return Math.toIntExact(ngramIndexes.stream().max().orElse(-1) + 1);
    }

    private Shape infer(InferContext in) {
        in.requireRank(0, 1, 2);
        var shape = in.shape(0);
        if (!shape.isRanked()) {
            return shape;
        }
        return shape.rank() == 1
                ? Shape.of(Dim.of(width()))
                : Shape.of(shape.dim(0), Dim.of(width()));
    }

    private Tensor evaluate(Tensor data) {
        int width = width();
        long rows = data.rank() == 1 ? 1 : data.dim(0);
        var result =
                data.rank() == 1
                        ? Tensor.zeros(DType.FLOAT32, width)
                        : Tensor.zeros(DType.FLOAT32, rows, width);
        var numbers = numbers();
        for (long row = 0; row < rows; row++) {
            var counts = counts(elements(data, row), numbers);
            for (int ngram = 0; ngram < counts.length; ngram++) {
                long at = row * width + ngramIndexes.get(ngram);
                double weight = weights == null ? 1 : weights.get(ngram);
                result.setDouble(at, result.getDouble(at) + mode.apply(counts[ngram], weight));
            }
        }
        return result;
    }

    private static List<Object> elements(Tensor data, long row) {
        var elements = new ArrayList<>();
        long length = data.dim(-1);
        for (long i = row * length; i < (row + 1) * length; i++) {
            elements.add(
                    data.dtype() == DType.STRING ? data.getString(i) : (Object) data.getLong(i));
        }
        return elements;
    }

    /// How often each n-gram of the pool occurs.
    private long[] counts(List<Object> elements, Map<List<Object>, Integer> numbers) {
        var counts = new long[ngramIndexes.size()];
        for (int length = Math.max(1, minGramLength);
                length <= Math.min(maxGramLength, elements.size());
                length++) {
            int mostSkips = length == 1 ? 0 : Math.min(maxSkipCount, elements.size());
            for (int step = 1; step <= mostSkips + 1; step++) {
                for (int from = 0; from + (long) step * (length - 1) < elements.size(); from++) {
                    var ngram = new ArrayList<>();
                    for (int i = 0; i < length; i++) {
                        ngram.add(elements.get(from + i * step));
                    }
                    var number = numbers.get(ngram);
                    if (number != null) {
                        counts[number]++;
                    }
                }
            }
        }
        return counts;
    }

    private static List<String> pool(@Nullable List<String> strings) {
        if (strings == null) {
            throw new InputException("TfIdfVectorizer has neither pool_int64s nor pool_strings");
        }
        return strings;
    }

    /// The n-grams of the pool, numbered in order.
    private Map<List<Object>, Integer> numbers() {
        List<?> pool =
                poolInt64s == null ? pool(poolStrings) : poolInt64s.stream().boxed().toList();
        var numbers = new HashMap<List<Object>, Integer>();
        int number = 0;
        for (int length = 1; length <= ngramCounts.size(); length++) {
            int end = length < ngramCounts.size() ? ngramCounts.getInt(length) : pool.size();
            for (int from = ngramCounts.getInt(length - 1); from + length <= end; from += length) {
                numbers.put(List.copyOf(pool.subList(from, from + length)), number++);
            }
        }
        return numbers;
    }
}
