package dev.tenon.graph.op.text;

import dev.tenon.base.DType;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts strings into parts (ONNX `StringSplit`).
///
/// Outputs: the parts along a new last axis, filled up with empty strings, and the number of parts
/// of each string as `int64`.
///
/// @param delimiter what stands between parts; null or empty for any amount of white space, which
///   is then dropped at both ends too
/// @param maxsplit the most cuts, from the left; null for all
public record StringSplit(@Nullable String delimiter, @Nullable Long maxsplit) implements Text {
    public static final OpDef<StringSplit> DEF =
            OpDef.of(StringSplit.class)
                    .outputs(1, 2)
                    .infer((op, in) -> infer(in))
                    .reference((op, in) -> op.evaluate(in.tensor(0)))
                    .noGradient("strings have none")
                    .flops((_, _) -> 0)
                    .onnx(
                            "StringSplit",
                            20,
                            a ->
                                    new StringSplit(
                                            a.has("delimiter") ? a.text("delimiter") : null,
                                            a.optionalInteger("maxsplit")))
                    .build();

    @Override
    public OpDef<StringSplit> def() {
        return DEF;
    }

    private static List<Type> infer(InferContext in) {
        in.requireDtype(0, DType.STRING);
        var shape = in.shape(0);
        var parts = shape;
        if (shape.isRanked()) {
            var dims = new ArrayList<>(shape.dims());
            dims.add(in.unknown());
            parts = Shape.of(dims);
        }
        return List.of(Type.tensor(DType.STRING, parts), Type.tensor(DType.INT64, shape));
    }

    private List<Tensor> evaluate(Tensor data) {
        var all = Arrays.stream(data.strings()).map(this::split).toList();
        int most = all.stream().mapToInt(List::size).max().orElse(0);
        var parts = Tensor.zeros(DType.STRING, Nd.with(data.dims(), data.rank(), most));
        var counts = Tensor.zeros(DType.INT64, data.dims());
        for (int i = 0; i < all.size(); i++) {
            counts.setLong(i, all.get(i).size());
            for (int n = 0; n < all.get(i).size(); n++) {
                parts.setString((long) i * most + n, all.get(i).get(n));
            }
        }
        return List.of(parts, counts);
    }

    private List<String> split(String text) {
        long cuts = maxsplit == null || maxsplit < 0 ? Long.MAX_VALUE : maxsplit;
        return delimiter == null || delimiter.isEmpty()
                ? splitAtSpace(text, cuts)
                : splitAt(delimiter, text, cuts);
    }

    private static List<String> splitAt(String delimiter, String text, long cuts) {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int at = text.indexOf(delimiter);
                at >= 0 && parts.size() < cuts;
                at = text.indexOf(delimiter, from)) {
            parts.add(text.substring(from, at));
            from = at + delimiter.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<String> splitAtSpace(String text, long cuts) {
        var parts = new ArrayList<String>();
        var rest = text.strip();
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !Character.isWhitespace(rest.charAt(end))) {
                end++;
            }
            if (parts.size() >= cuts) {
                end = rest.length();
            }
            parts.add(rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        return parts;
    }
}
