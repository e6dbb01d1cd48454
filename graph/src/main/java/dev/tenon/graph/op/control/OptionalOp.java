package dev.tenon.graph.op.control;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Operators that look into optional values. A value that is not optional counts as one that is
/// there.
public enum OptionalOp implements Control {
    /// Whether there is a value; false too where the input is left out.
    HAS_ELEMENT("OptionalHasElement", 0) {
        @Override
        Type infer(InferContext in) {
            return Type.scalar(DType.BOOL);
        }

        @Override
        Datum evaluate(EvalContext in) {
            boolean has =
                    in.has(0)
                            && !(in.datum(0) instanceof Datum.OfOptional(_, var value)
                                    && value == null);
            return Tensor.scalar(DType.BOOL, has ? 1 : 0);
        }
    },
    /// The value itself.
    GET_ELEMENT("OptionalGetElement", 1) {
        @Override
        Type infer(InferContext in) {
            return in.type(0) instanceof Type.OfOptional(var element) ? element : in.type(0);
        }

        @Override
        Datum evaluate(EvalContext in) {
            if (!(in.datum(0) instanceof Datum.OfOptional(_, var value))) {
                return in.datum(0);
            }
            if (value == null) {
                throw new InputException(Problem.of("the optional holds no value"));
            }
            return value;
        }
    };

    private final OpDef<OptionalOp> def;

    OptionalOp(String name, int leastInputs) {
        def =
                OpDef.<OptionalOp>named(name)
                        .inputs(leastInputs, 1)
                        .infer((op, in) -> List.of(op.infer(in)))
                        .reference((op, in) -> List.of(op.evaluate(in)))
                        .noGradient("gradients do not pass through optional values")
                        .flops((_, _) -> 0)
                        .onnx(name, 18, _ -> this)
                        .build();
    }

    abstract Type infer(InferContext in);

    abstract Datum evaluate(EvalContext in);

    @Override
    public OpDef<OptionalOp> def() {
        return def;
    }
}
