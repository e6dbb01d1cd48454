package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.control.If;
import dev.tenon.graph.op.elementwise.Unary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Listeners and flight recordings hear of what runs.
class ObservationTest {
    /// What a listener heard of a step.
    private record Heard(PlanStep step, long start, long nanos, long bytes) {}

    /// `y = x · x` for `x: f32[4,4]`.
    private static Graph square() {
        var builder = Graph.builder("square");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 4, 4));
        builder.output("y", builder.add(new MatMul(), x, x));
        return builder.build();
    }

    /// `y = c ? exp(x) : x` for `x: f32[2]`.
    private static Graph branching() {
        var builder = Graph.builder("branching");
        var c = builder.input("c", Type.tensor(DType.BOOL));
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 2));
        builder.output("y", builder.add(new If(branch(true), branch(false)), c, x));
        return builder.build();
    }

    private static Graph branch(boolean exp) {
        var builder = Graph.builder(exp ? "then" : "else");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 2));
        builder.output("y", exp ? builder.add(Unary.EXP, x) : builder.add(Unary.NEG, x));
        return builder.build();
    }

    private static List<Heard> heard(Graph graph, Map<String, Tensor> inputs) {
        var all = new ArrayList<Heard>();
        try (var model = Model.of(graph, LoadOptions.DEFAULT.withThreads(1).withoutPipeline())) {
            var expected = model.run(inputs);
            var got =
                    model.profile(
                            inputs,
                            (step, start, nanos, bytes) ->
                                    all.add(new Heard(step, start, nanos, bytes)));
            assertEquals(
                    ((Tensor) expected.get("y")).toString(), ((Tensor) got.get("y")).toString());
        }
        return all;
    }

    @Test
    void listenersHearOfEachStepWithItsCost() {
        var all = heard(square(), Map.of("x", Tensor.zeros(DType.FLOAT32, 4, 4)));
        assertEquals(1, all.size());
        var step = all.getFirst();
        assertEquals("MatMul", step.step().op());
        assertEquals(2 * 4 * 4 * 4, step.step().flops());
        assertEquals(3 * 16 * 4, step.bytes());
        assertTrue(step.nanos() >= 0);
    }

    @Test
    void stepsOfSubgraphsComeBeforeTheirsAndWithin() {
        var all =
                heard(
                        branching(),
                        Map.of("c", Tensor.scalar(true), "x", Tensor.zeros(DType.FLOAT32, 2)));
        assertEquals(List.of("Exp", "If"), all.stream().map(h -> h.step().op()).toList());
        var inner = all.getFirst();
        var outer = all.getLast();
        assertTrue(outer.start() <= inner.start());
        assertTrue(inner.start() + inner.nanos() <= outer.start() + outer.nanos());
        assertEquals(0, outer.step().flops());
    }

    @Test
    void recordingsHoldLoadsPlansRunsAndStepsIfAsked(@TempDir Path folder) throws IOException {
        assertEquals(List.of("tenon.Plan", "tenon.Load", "tenon.Run"), recorded(folder, false));
        assertEquals(
                List.of("tenon.Plan", "tenon.Load", "tenon.Step", "tenon.Run"),
                recorded(folder, true));
    }

    /// The names of the events in the order in which they ended.
    private static List<String> recorded(Path folder, boolean steps) throws IOException {
        var file = folder.resolve(steps + ".jfr");
        try (var recording = new Recording()) {
            if (steps) {
                recording.enable("tenon.Step");
            }
            for (var name : List.of("tenon.Load", "tenon.Plan", "tenon.Run")) {
                recording.enable(name);
            }
            recording.start();
            try (var model = Model.of(square(), LoadOptions.DEFAULT.withThreads(1))) {
                var _ = model.run(Map.of("x", Tensor.zeros(DType.FLOAT32, 4, 4)));
            }
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getEventType().getName().startsWith("tenon."))
                .sorted(java.util.Comparator.comparing(RecordedEvent::getEndTime))
                .map(e -> e.getEventType().getName())
                .toList();
    }
}
