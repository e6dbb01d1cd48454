package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Layout;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.fused.InLayout;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Flatten;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.ShapeOf;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipeline;
import dev.tenon.passes.Pipelines;
import dev.tenon.passes.layout.LayoutCosts;
import dev.tenon.passes.layout.LayoutPass;
import dev.tenon.passes.layout.LayoutReport;
import dev.tenon.testkit.Closeness;
import dev.tenon.testkit.Generator;
import dev.tenon.testkit.ModelGenerator;
import dev.tenon.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LayoutPassTest {
    /// Channels-last order halves what a node with kernels of its own costs.
    private static final LayoutCosts LAST_IS_BETTER =
            new LayoutCosts() {
                @Override
                public double node(Node node, Layout layout) {
                    boolean conv = node.op() instanceof Conv;
                    return conv && layout == Layout.CHANNELS_FIRST ? 1000 : 500;
                }

                @Override
                public double transposition(Type.OfTensor image) {
                    return 100;
                }
            };

    private final Generator random = new Generator(1);
    private final GraphBuilder builder = Graph.builder("g");
    private final Value x =
            builder.input(
                    "x",
                    Type.tensor(
                            DType.FLOAT32,
                            Shape.of(Dim.symbol("N"), Dim.of(4), Dim.of(6), Dim.of(5))));

    private static Graph run(Graph graph, LayoutCosts costs, Optional<Layout> forced) {
        return Pipeline.of("layouts", new LayoutPass(costs, forced, _ -> {}))
                .run(graph, PassContext.DEFAULT.withVerify(true));
    }

    private Value conv(Value from, int features) {
        long channels = from.tensorType().shape().dim(1).known().orElseThrow();
        return builder.add(
                new Conv(AutoPad.SAME_UPPER, null, 1, null, null, null),
                from,
                builder.constant(random.tame(DType.FLOAT32, features, channels, 3, 3)));
    }

    private Value integers(long... integers) {
        return builder.constant(Tensor.ofLongs(integers));
    }

    private static List<Op> ops(Graph graph) {
        return graph.nodes().stream()
                .map(Node::op)
                .filter(o -> !(o instanceof dev.tenon.graph.op.generate.Constant))
                .toList();
    }

    private static long transposes(Graph graph) {
        return ops(graph).stream().filter(Transpose.class::isInstance).count();
    }

    private static long laid(Graph graph) {
        return ops(graph).stream().filter(InLayout.class::isInstance).count();
    }

    private void assertSameResults(Graph before, Graph after) {
        for (long n : new long[] {1, 3, 0}) {
            var input = List.<Datum>of(random.tensor(DType.FLOAT32, n, 4, 6, 5));
            Closeness.SINGLE.assertNear(
                    new Interpreter(0).run(before, input), new Interpreter(0).run(after, input));
        }
    }

    /// The graph after the cheapest choice of layouts.
    private Graph chosen(Value... outputs) {
        for (var output : outputs) {
            builder.output(output);
        }
        var graph = builder.build();
        var result = run(graph, LAST_IS_BETTER, Optional.empty());
        assertSameResults(graph, result);
        return result;
    }

    @Test
    void putsTranspositionsAroundARegionOnly() {
        var a = builder.add(Unary.RELU, conv(x, 8));
        var b = builder.add(Binary.ADD, a, builder.constant(random.tame(DType.FLOAT32, 8, 1, 1)));
        var result = chosen(conv(builder.add(new Concat(1), a, b), 3));
        assertEquals(2, laid(result));
        assertEquals(2, transposes(result));
    }

    @Test
    void leavesOutTranspositionsBetweenConvolutions() {
        var last = builder.add(new Transpose(0, 2, 3, 1), conv(x, 8));
        var scaled = builder.add(Binary.MUL, last, builder.constant(random.tame(DType.FLOAT32, 8)));
        var back = builder.add(new Transpose(0, 3, 1, 2), scaled);
        var result = chosen(conv(back, 3));
        assertEquals(2, laid(result));
        assertEquals(2, transposes(result));
    }

    @Test
    void carriesAxesThroughOperatorsThatNameThem() {
        var parts = builder.add(new Split(1, 2), "parts", List.of(conv(x, 8)), 2);
        var sliced = builder.add(new Slice(), parts.get(1), integers(1), integers(5), integers(2));
        var mean = builder.add(new Fold.ReduceMean(true, false), sliced, integers(2, -1));
        var gate = builder.add(Unary.SIGMOID, conv(mean, 4));
        var result =
                chosen(
                        conv(builder.add(Binary.MUL, parts.get(0), gate), 2),
                        builder.add(new Fold.ReduceMax(false, false), sliced, integers(2, 3)),
                        builder.add(new ShapeOf(1, null), sliced));
        assertEquals(3, laid(result));
        assertEquals(2, transposes(result));
    }

    @Test
    void shufflesChannelsInEitherOrder() {
        var cut = builder.add(new Reshape(false), conv(x, 8), integers(0, 2, 4, 6, 5));
        var swap = builder.add(new Transpose(0, 2, 1, 3, 4), cut);
        var join = builder.add(new Reshape(false), swap, integers(0, 8, 6, 5));
        var result = chosen(conv(join, 4));
        assertEquals(2, laid(result));
        assertTrue(ops(result).contains(new Transpose(0, 1, 2, 4, 3)));
    }

    @Test
    void flattensPooledChannelsWithoutTransposition() {
        var pooled = builder.add(new GlobalAveragePool(), conv(x, 8));
        var result = chosen(builder.add(new Flatten(1), pooled));
        assertEquals(2, laid(result));
        assertEquals(1, transposes(result));
    }

    @Test
    void leavesGraphsWithoutImagesAlone() {
        builder.output(builder.add(new Concat(1), x, x));
        var graph = builder.build();
        assertSame(graph, run(graph, LAST_IS_BETTER, Optional.empty()));
        assertSame(graph, run(graph, LAST_IS_BETTER, Optional.of(Layout.CHANNELS_LAST)));
    }

    @Test
    void forcesALayout() {
        builder.output(conv(x, 8));
        var graph = builder.build();
        assertEquals(1, laid(run(graph, LAST_IS_BETTER, Optional.of(Layout.CHANNELS_LAST))));
        assertSame(graph, run(graph, LAST_IS_BETTER, Optional.of(Layout.CHANNELS_FIRST)));
    }

    @Test
    void reportsWhatTheFixedChoicesCost() {
        var last = conv(builder.add(Unary.RELU, conv(x, 8)), 4);
        builder.output(last);
        var reports = new ArrayList<LayoutReport>();
        new LayoutPass(LAST_IS_BETTER, Optional.empty(), reports::add)
                .run(builder.build(), PassContext.DEFAULT);
        assertEquals(List.of(new LayoutReport(3, 3, 2500, 1700, 1700, true)), reports);
    }

    @Test
    void computesTheSameOnDrawnGraphs() {
        Seed.check(
                150,
                drawn -> {
                    var graph = ModelGenerator.draw(drawn, drawn.between(2, 14));
                    if (drawn.oneIn(2)) {
                        graph = Pipelines.standard().run(graph);
                    }
                    var input =
                            graph.inputs().getFirst().tensorType().shape().dims().stream()
                                    .mapToLong(d -> d.known().orElse(drawn.between(0, 2)))
                                    .toArray();
                    var data = List.<Datum>of(drawn.tensor(DType.FLOAT32, input));
                    var expected = new Interpreter(0).run(graph, data);
                    for (var forced :
                            List.of(Optional.<Layout>empty(), Optional.of(Layout.CHANNELS_LAST))) {
                        var result = run(graph, drawnCosts(drawn), forced);
                        Closeness.SINGLE.assertNear(expected, new Interpreter(0).run(result, data));
                    }
                });
    }

    private static LayoutCosts drawnCosts(Generator drawn) {
        return new LayoutCosts() {
            @Override
            public double node(Node node, Layout layout) {
                return drawn.oneIn(9) && layout == Layout.CHANNELS_LAST
                        ? Double.POSITIVE_INFINITY
                        : drawn.uniform(0, 10);
            }

            @Override
            public double opening(Node node) {
                return drawn.uniform(0, 10);
            }

            @Override
            public double transposition(Type.OfTensor image) {
                return drawn.uniform(0, 4);
            }
        };
    }
}
