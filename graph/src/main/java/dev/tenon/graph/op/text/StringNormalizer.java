package dev.tenon.graph.op.text;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Drops stop words and changes case (ONNX `StringNormalizer`).
///
/// The input is `[C]` or `[1, C]`; so is the output, with fewer elements. Where none is left, it
/// has one empty string.
///
/// @param isCaseSensitive whether stop words match only in their own case
/// @param stopwords what is dropped
/// @param locale whose rules for case count, such as `en_US`; null for those of no language
public record StringNormalizer(
        CaseChange caseChangeAction,
        boolean isCaseSensitive,
        List<String> stopwords,
        @Nullable String locale)
        implements Text {
    public static final OpDef<StringNormalizer> DEF =
            OpDef.of(StringNormalizer.class)
                    .infer((op, in) -> List.of(infer(in)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("strings have none")
                    .flops((_, _) -> 0)
                    .onnx(
                            "StringNormalizer",
                            10,
                            a ->
                                    new StringNormalizer(
                                            a.choice("case_change_action", CaseChange.NONE),
                                            a.flag("is_case_sensitive", false),
                                            a.texts("stopwords", List.of()),
                                            a.has("locale") ? a.text("locale") : null))
                    .build();

    public StringNormalizer {
        stopwords = List.copyOf(stopwords);
    }

    @Override
    public OpDef<StringNormalizer> def() {
        return DEF;
    }

    private static Type infer(InferContext in) {
        in.requireDtype(0, DType.STRING);
        in.requireRank(0, 1, 2);
        if (!in.shape(0).isRanked()) {
            return in.tensor(0);
        }
        return Type.tensor(
                DType.STRING,
                in.shape(0).rank() == 1 ? Shape.of(in.unknown()) : Shape.of(Dim.ONE, in.unknown()));
    }

    private Tensor evaluate(Tensor data) {
        var rules = rules();
        var dropped = stopwords.stream().map(w -> folded(w, rules)).collect(Collectors.toSet());
        var kept =
                Arrays.stream(data.strings())
                        .filter(s -> !dropped.contains(folded(s, rules)))
                        .map(s -> caseChangeAction.apply(s, rules))
                        .toArray(String[]::new);
        int size = Math.max(1, kept.length);
        var result =
                data.rank() == 1
                        ? Tensor.zeros(DType.STRING, size)
                        : Tensor.zeros(DType.STRING, 1, size);
        System.arraycopy(kept, 0, result.strings(), 0, kept.length);
        return result;
    }

    private String folded(String text, Locale rules) {
        return isCaseSensitive ? text : text.toLowerCase(rules);
    }

    /// POSIX writes `en_US.UTF-8` where BCP 47 writes `en-US`.
    private Locale rules() {
        return locale == null
                ? Locale.ROOT
                : Locale.forLanguageTag(locale.replaceFirst("\\..*", "").replace('_', '-'));
    }
}
