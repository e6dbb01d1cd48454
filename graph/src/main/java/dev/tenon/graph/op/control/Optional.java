package dev.tenon.graph.op.control;

import dev.tenon.base.Datum;
import dev.tenon.base.Problem;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An optional holding the input, or holding nothing where the input is left out (ONNX `Optional`).
///
/// @param type what it could hold; needed without an input
public record Optional(@Nullable Type type) implements Control {
    public static final OpDef<Optional> DEF =
            OpDef.of(Optional.class)
                    .inputs(0, 1)
                    .infer((op, in) -> List.of(new Type.OfOptional(op.element(in))))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .noGradient("gradients do not pass through optional values")
                    .flops((op, types) -> 0)
                    .onnx("Optional", 15, a -> new Optional(a.has("type") ? a.type("type") : null))
                    .build();

    @Override
    public OpDef<Optional> def() {
        return DEF;
    }

    private Type element(InferContext in) {
        if (in.has(0)) {
            return in.type(0);
        }
        if (type == null) {
            throw in.error(
                    Problem.of("an empty optional has no type")
                            .expected("an input or the attribute type"));
        }
        return type;
    }

    private Datum evaluate(EvalContext in) {
        return in.has(0)
                ? new Datum.OfOptional(in.datum(0).type(), in.datum(0))
                : new Datum.OfOptional(Objects.requireNonNull(type), null);
    }
}
