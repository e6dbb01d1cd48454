package dev.tenon.graph.op.pool;

import dev.tenon.graph.OpDef;

/// The largest element of each channel (ONNX `GlobalMaxPool`); NaN where there is one.
public record GlobalMaxPool() implements GlobalPool {
    public static final OpDef<GlobalMaxPool> DEF =
            OpDef.of(GlobalMaxPool.class)
                    .infer((op, in) -> GlobalPool.infer(in))
                    .reference(
                            (op, in) ->
                                    GlobalPool.pool(
                                            in.tensor(0),
                                            x -> x.reduce(Double.NEGATIVE_INFINITY, Math::max)))
                    .flops((op, types) -> types.inputSize(0))
                    .onnx("GlobalMaxPool", 1, a -> new GlobalMaxPool())
                    .build();

    @Override
    public OpDef<GlobalMaxPool> def() {
        return DEF;
    }
}
