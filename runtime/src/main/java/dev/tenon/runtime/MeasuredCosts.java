package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.passes.layout.Isolated;
import dev.tenon.passes.layout.LayoutCosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/// What nodes cost by the clock: each is run alone, on one thread, on random numbers. What was
/// timed before is looked up.
///
/// Nodes whose extents are not known, or whose inputs are not floats, cost what the model says.
final class MeasuredCosts implements LayoutCosts {
    /// Of so many runs the fastest counts; more where they are short.
    private static final int LEAST_RUNS = 5;

    private static final int MOST_RUNS = 1000;

    /// How long one node is timed.
    private static final long NANOS = 100_000_000;

    private final Timings timings;
    private final LayoutCosts model;

    MeasuredCosts(Timings timings, LayoutCosts model) {
        this.timings = timings;
        this.model = model;
    }

    @Override
    public double node(Node node, Layout layout) {
        double modelled = model.node(node, layout);
        if (!isTimeable(node) || !Double.isFinite(modelled)) {
            return modelled;
        }
        var key = layout + " " + node.op() + " " + types(node.inputs());
        return timings.of(key, () -> time(Isolated.graph(node, layout)));
    }

    @Override
    public double opening(Node node) {
        return model.opening(node);
    }

    @Override
    public double transposition(Type.OfTensor image) {
        if (!image.shape().isKnown()) {
            return model.transposition(image);
        }
        return timings.of(
                "transposition " + image,
                () -> {
                    var builder = Graph.builder("transposition");
                    var order = Layout.CHANNELS_LAST.fromChannelsFirst(image.shape().rank());
                    builder.output(builder.add(new Transpose(order), builder.input("x", image)));
                    return time(builder.build());
                });
    }

    private static boolean isTimeable(Node node) {
        return node.inputs().stream()
                .filter(v -> v.isPresent() && v.constant() == null)
                .allMatch(
                        v ->
                                v.type() instanceof Type.OfTensor(var dtype, var shape)
                                        && dtype == DType.FLOAT32
                                        && shape.isKnown());
    }

    /// The types of inputs, and the elements of small constants, on which shapes may depend.
    private static String types(List<Value> inputs) {
        return inputs.stream()
                .map(
                        v ->
                                !v.isPresent()
                                        ? "_"
                                        : v.content() != null
                                                ? v.type() + "=" + v.content()
                                                : v.type().toString())
                .collect(Collectors.joining(" "));
    }

    /// Nanoseconds of one run.
    private static double time(Graph graph) {
        var random = new Random(1);
        var inputs = new ArrayList<Datum>();
        for (var input : graph.inputs()) {
            inputs.add(random(input.tensorType(), random));
        }
        var options = LoadOptions.DEFAULT.withThreads(1).withoutPipeline();
        try (var model = Model.of(graph, options)) {
            var named = new java.util.HashMap<String, Datum>();
            for (int i = 0; i < inputs.size(); i++) {
                named.put(graph.inputs().get(i).name(), inputs.get(i));
            }
            long start = System.nanoTime();
            double least = Double.POSITIVE_INFINITY;
            for (int run = 0; run < MOST_RUNS; run++) {
                long before = System.nanoTime();
                model.run(named);
                long now = System.nanoTime();
                least = Math.min(least, now - before);
                if (run + 1 >= LEAST_RUNS && now - start > NANOS) {
                    break;
                }
            }
            return least;
        }
    }

    private static Tensor random(Type.OfTensor type, Random random) {
        var tensor = Tensor.zeros(type.dtype(), type.shape().toLongs());
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, random.nextGaussian());
        }
        return tensor;
    }
}
