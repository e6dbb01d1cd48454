package dev.tenon.graph.op.norm;

import dev.tenon.graph.OpDef;

/// The logarithm of [Softmax] (ONNX `LogSoftmax`).
public record LogSoftmax(int axis) implements Norm {
    public static final OpDef<LogSoftmax> DEF =
            OpDef.of(LogSoftmax.class)
                    .infer((op, in) -> Softmaxes.infer(op.axis, in))
                    .reference((op, in) -> Softmaxes.evaluate(op.axis, in, Softmaxes::logSoftmax))
                    .flops((op, types) -> 5 * types.inputSize(0))
                    .onnx("LogSoftmax", 13, a -> new LogSoftmax(a.axis("axis", -1)))
                    .build();

    @Override
    public OpDef<LogSoftmax> def() {
        return DEF;
    }
}
