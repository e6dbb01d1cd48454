package dev.tenon.graph.op.text;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Whether a regular expression matches the whole of each string (ONNX `RegexFullMatch`).
///
/// @param pattern in RE2's syntax; see [Re2]
public record RegexFullMatch(String pattern) implements Text {
    public static final OpDef<RegexFullMatch> DEF =
            OpDef.of(RegexFullMatch.class)
                    .infer((op, in) -> List.of(op.infer(in)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("strings have none")
                    .flops((_, _) -> 0)
                    .onnx("RegexFullMatch", 20, a -> new RegexFullMatch(a.text("pattern")))
                    .build();

    @Override
    public OpDef<RegexFullMatch> def() {
        return DEF;
    }

    private Type infer(InferContext in) {
        in.requireDtype(0, DType.STRING);
        Re2.compile(pattern);
        return Type.tensor(DType.BOOL, in.shape(0));
    }

    private Tensor evaluate(Tensor data) {
        var regex = Re2.compile(pattern);
        var result = Tensor.zeros(DType.BOOL, data.dims());
        for (long i = 0; i < data.size(); i++) {
            result.setLong(i, regex.matches(data.getString(i)) ? 1 : 0);
        }
        return result;
    }
}
