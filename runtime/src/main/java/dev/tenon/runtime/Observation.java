package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef.NodeTypes;
import dev.tenon.graph.Subgraphs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs steps that somebody listens to.
final class Observation {
    private Observation() {}

    /// @param work what the step does at each run
    static void run(Step step, Frame frame, Runnable work, StepListener listener) {
        var event = new Events.Ran();
        event.begin();
        long start = System.nanoTime();
        work.run();
        long nanos = System.nanoTime() - start;
        event.end();
        var described = PlanStep.of(frame.plan, step, flops(step, frame.values));
        long bytes = bytes(step.inputs(), frame.values) + bytes(step.outputs(), frame.values);
        if (event.shouldCommit()) {
            event.operator = described.op();
            event.node = described.node();
            event.kernel = described.kernel();
            event.flops = described.flops();
            event.bytes = bytes;
            event.commit();
        }
        listener.ran(described, start, nanos, bytes);
    }

    /// Operations between values of just these types; those of subgraphs are their own steps'.
    private static double flops(Step step, @Nullable Datum[] values) {
        var op = step.node().op();
        return Subgraphs.in(op)
                ? 0
                : new NodeTypes(types(step.inputs(), values), types(step.outputs(), values))
                        .flops(op);
    }

    private static List<@Nullable Type> types(int[] slots, @Nullable Datum[] values) {
        var types = new ArrayList<@Nullable Type>();
        for (int slot : slots) {
            var value = slot < 0 ? null : values[slot];
            types.add(value == null ? null : value.type());
        }
        return types;
    }

    private static long bytes(int[] slots, @Nullable Datum[] values) {
        long sum = 0;
        for (int slot : slots) {
            if (slot >= 0
                    && values[slot] instanceof Tensor tensor
                    && tensor.dtype() != DType.STRING) {
                sum += tensor.byteSize();
            }
        }
        return sum;
    }
}
