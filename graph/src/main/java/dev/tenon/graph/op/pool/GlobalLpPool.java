package dev.tenon.graph.op.pool;

import dev.tenon.graph.OpDef;

/// The p-norm of each channel (ONNX `GlobalLpPool`).
public record GlobalLpPool(long p) implements GlobalPool {
    public static final OpDef<GlobalLpPool> DEF =
            OpDef.of(GlobalLpPool.class)
                    .infer((op, in) -> GlobalPool.infer(in))
                    .reference(
                            (op, in) ->
                                    GlobalPool.pool(
                                            in.tensor(0),
                                            x ->
                                                    Math.pow(
                                                            x.map(e -> Math.pow(Math.abs(e), op.p))
                                                                    .sum(),
                                                            1.0 / op.p)))
                    .flops((op, types) -> 2 * types.inputSize(0))
                    .onnx("GlobalLpPool", 2, a -> new GlobalLpPool(a.integer("p", 2)))
                    .build();

    @Override
    public OpDef<GlobalLpPool> def() {
        return DEF;
    }
}
