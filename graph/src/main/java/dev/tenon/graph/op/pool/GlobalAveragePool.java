package dev.tenon.graph.op.pool;

import dev.tenon.graph.OpDef;
import java.util.stream.DoubleStream;

/// The mean of each channel (ONNX `GlobalAveragePool`).
public record GlobalAveragePool() implements GlobalPool {
    public static final OpDef<GlobalAveragePool> DEF =
            OpDef.of(GlobalAveragePool.class)
                    .infer((op, in) -> GlobalPool.infer(in))
                    .reference((op, in) -> GlobalPool.pool(in.tensor(0), GlobalAveragePool::mean))
                    .flops((op, types) -> types.inputSize(0))
                    .onnx("GlobalAveragePool", 1, a -> new GlobalAveragePool())
                    .build();

    @Override
    public OpDef<GlobalAveragePool> def() {
        return DEF;
    }

    private static double mean(DoubleStream elements) {
        return elements.average().orElse(Double.NaN);
    }
}
