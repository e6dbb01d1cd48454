package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.norm.BatchNormalization;
import dev.tenon.graph.op.norm.LRN;
import dev.tenon.graph.op.pool.AveragePool;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.pool.MaxPool;
import dev.tenon.graph.op.resample.Resize;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.layout.LayoutReport;
import dev.tenon.testkit.Closeness;
import dev.tenon.testkit.Generator;
import dev.tenon.testkit.ModelGenerator;
import dev.tenon.testkit.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LayoutsTest {
    private static final Closeness NEAR = new Closeness(2e-4, 2e-5);

    private final Generator random = new Generator(3);
    private final GraphBuilder builder = Graph.builder("g");
    private final Value x = image("x", 6, 7, 9);

    private Value image(String name, long channels, long height, long width) {
        var shape = Shape.of(Dim.symbol("n"), Dim.of(channels), Dim.of(height), Dim.of(width));
        return builder.input(name, Type.tensor(DType.FLOAT32, shape));
    }

    private Value constant(long... dims) {
        return builder.constant(random.tame(DType.FLOAT32, dims));
    }

    private Value conv(Value from, int features, int taps, int groups, long... strides) {
        long channels = from.tensorType().shape().dim(1).known().orElseThrow();
        var steps = strides.length == 0 ? null : Longs.of(strides);
        return builder.add(
                new Conv(AutoPad.SAME_UPPER, null, groups, null, null, steps),
                from,
                constant(features, channels / groups, taps, taps),
                constant(features));
    }

    /// Checks each forced layout against the interpreter.
    ///
    /// @param references how many steps the reference may compute
    private void check(int references) {
        var graph = builder.build();
        for (long n : new long[] {1, 3}) {
            var data = new ArrayList<Datum>();
            for (var input : graph.inputs()) {
                var dims = input.tensorType().shape().with(0, Dim.of(n)).toLongs();
                data.add(random.tensor(DType.FLOAT32, dims));
            }
            var expected = new Interpreter(0).run(graph, data);
            for (var choice : LayoutChoice.values()) {
                if (choice != LayoutChoice.MEASURED) {
                    compare(graph, data, expected, choice, references);
                }
            }
        }
    }

    private static void compare(
            Graph graph,
            List<Datum> data,
            List<Datum> expected,
            LayoutChoice choice,
            int references) {
        var options = LoadOptions.DEFAULT.withLayouts(choice).withThreads(2);
        try (var model = Model.of(graph, options)) {
            var arguments = new HashMap<String, Datum>();
            for (int i = 0; i < data.size(); i++) {
                arguments.put(graph.inputs().get(i).name(), data.get(i));
            }
            NEAR.assertNear(expected, List.copyOf(model.run(arguments).values()));
            assertTrue(
                    model.plan().stream().filter(PlanStep::isReference).count() <= references,
                    () -> choice + ": " + model.plan());
        }
    }

    @Test
    void convolutionsWithEpilogues() {
        var residual = image("r", 8, 7, 9);
        var gate = image("g", 8, 1, 1);
        var a = conv(x, 8, 3, 1);
        var b = builder.add(Unary.RELU, builder.add(Binary.ADD, a, residual));
        var c = builder.add(Binary.MUL, conv(b, 8, 1, 1), constant(8, 1, 1));
        var d = builder.add(Binary.MUL, conv(c, 8, 3, 8), gate);
        builder.output(builder.add(Unary.SIGMOID, conv(d, 5, 5, 1, 2, 2)));
        builder.output(builder.add(Binary.ADD, conv(d, 4, 3, 4, 1, 2), constant(1, 4, 7, 5)));
        check(0);
    }

    @Test
    void poolsNormsAndResizes() {
        var window = Longs.of(3, 3);
        var normed =
                builder.add(
                        new BatchNormalization(1e-5f, 0.9f, false),
                        conv(x, 4, 3, 1),
                        constant(4),
                        constant(4),
                        constant(4),
                        builder.constant(Tensor.of(new float[] {1, 2, 0.5f, 3}, 4)));
        var most =
                builder.add(
                        new MaxPool(AutoPad.SAME_UPPER, false, null, window, null, 0, null),
                        normed);
        var mean =
                builder.add(
                        new AveragePool(AutoPad.SAME_UPPER, false, true, null, window, null, null),
                        builder.add(new LRN(0.5f, 0.75f, 1, 3), normed));
        var sizes = builder.constant(Tensor.of(new float[] {1, 1, 2, 1.5f}, 4));
        var resize =
                builder.add(
                        new Resize(
                                false,
                                null,
                                Resize.Coordinates.HALF_PIXEL,
                                -0.75f,
                                false,
                                0,
                                Resize.AspectRatio.STRETCH,
                                Resize.Mode.LINEAR,
                                Resize.Nearest.ROUND_PREFER_FLOOR),
                        builder.add(new Concat(1), most, mean),
                        Value.NONE,
                        sizes);
        builder.output(conv(resize, 4, 1, 1));
        builder.output(builder.add(new GlobalAveragePool(), resize));
        check(0);
    }

    @Test
    void drawnGraphs() {
        Seed.check(
                60,
                drawn -> {
                    var graph = ModelGenerator.draw(drawn, drawn.between(3, 12));
                    var dims =
                            graph.inputs().getFirst().tensorType().shape().dims().stream()
                                    .mapToLong(d -> d.known().orElse(drawn.between(1, 3)))
                                    .toArray();
                    var data = List.<Datum>of(drawn.tame(DType.FLOAT32, dims));
                    var expected = new Interpreter(0).run(graph, data);
                    compare(graph, data, expected, LayoutChoice.CHANNELS_LAST, 99);
                    compare(graph, data, expected, LayoutChoice.MODELLED, 99);
                });
    }

    @Test
    void reportsInTheUnitOfTheModel() {
        builder.output(conv(conv(x, 16, 3, 1), 16, 3, 1));
        var graph = builder.build();
        var reports = new ArrayList<LayoutReport>();
        Layouts.pass(LayoutChoice.MODELLED, reports::add).run(graph, PassContext.DEFAULT);
        var report = reports.getFirst();
        assertEquals(2, report.nodes());
        assertTrue(report.chosen() <= Math.min(report.first(), report.last()));
        assertTrue(report.exact());
    }
}
