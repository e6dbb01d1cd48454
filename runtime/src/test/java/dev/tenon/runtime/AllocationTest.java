package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.Attention;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.control.If;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.recurrent.Direction;
import dev.tenon.graph.op.recurrent.LSTM;
import dev.tenon.testkit.Generator;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What warm runs allocate on the heap, on the calling thread and on those of the pool.
class AllocationTest {
    private static final int WARM_UP = 10;
    private static final int ROUNDS = 4;
    private static final int RUNS = 10;

    /// What a result takes beside its elements: the tensor, its extents and segment, the map.
    private static final long RESULT_BYTES = 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Windows, minimal filtering, depthwise windows, a product and a pooling.
    private static Graph images() {
        var random = new Generator(1);
        var builder = Graph.builder("images");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 2, 3, 64, 64));
        var narrow =
                builder.add(
                        new Conv(AutoPad.SAME_UPPER, null, 1, null, null, null),
                        x,
                        builder.constant(random.tame(DType.FLOAT32, 32, 3, 3, 3)));
        var wide =
                builder.add(
                        new Conv(AutoPad.SAME_UPPER, null, 1, null, null, null),
                        builder.add(Unary.RELU, narrow),
                        builder.constant(random.tame(DType.FLOAT32, 32, 32, 3, 3)));
        var depthwise =
                builder.add(
                        new Conv(AutoPad.SAME_UPPER, null, 32, null, null, null),
                        builder.add(Unary.RELU, builder.add(Binary.ADD, wide, narrow)),
                        builder.constant(random.tame(DType.FLOAT32, 32, 1, 5, 5)));
        var pointwise =
                builder.add(
                        new Conv(AutoPad.NOTSET, null, 1, null, null, null),
                        builder.add(Unary.RELU, depthwise),
                        builder.constant(random.tame(DType.FLOAT32, 40, 32, 1, 1)));
        builder.output("y", builder.add(new GlobalAveragePool(), pointwise));
        return builder.build();
    }

    /// Products with constants and with each other, attention, normalisation and an expression.
    private static Graph transformer() {
        var random = new Generator(2);
        var builder = Graph.builder("transformer");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 2, 50, 64));
        var scale = builder.constant(random.tame(DType.FLOAT32, 64));
        var normal = builder.add(new LayerNormalization(-1, 1e-5f, DType.FLOAT32), x, scale);
        var q =
                builder.add(
                        new MatMul(), normal, builder.constant(random.tame(DType.FLOAT32, 64, 64)));
        var k =
                builder.add(
                        new MatMul(), normal, builder.constant(random.tame(DType.FLOAT32, 64, 64)));
        var attention = new Attention(false, 4, null, 4, 0, null, null, 0, null);
        var mixed = builder.add(attention, q, k, normal);
        var up =
                builder.add(
                        new MatMul(), mixed, builder.constant(random.tame(DType.FLOAT32, 64, 256)));
        builder.output("y", builder.add(Unary.TANH, up));
        return builder.build();
    }

    private static Graph recurrent() {
        var random = new Generator(3);
        var builder = Graph.builder("recurrent");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 20, 2, 12));
        var lstm = new LSTM(null, null, null, null, Direction.BIDIRECTIONAL, null, false, 0);
        builder.output(
                "y",
                builder.add(
                        lstm,
                        x,
                        builder.constant(random.tame(DType.FLOAT32, 2, 4 * 16, 12)),
                        builder.constant(random.tame(DType.FLOAT32, 2, 4 * 16, 16))));
        return builder.build();
    }

    private static Graph branches() {
        var then = Graph.builder("then");
        then.output("t", then.add(Unary.EXP, then.input("v", Type.tensor(DType.FLOAT32, 7))));
        var otherwise = Graph.builder("otherwise");
        otherwise.output(
                "o",
                otherwise.add(Unary.TANH, otherwise.input("v", Type.tensor(DType.FLOAT32, 7))));
        var builder = Graph.builder("branches");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 7));
        var condition = builder.input("c", Type.tensor(DType.BOOL));
        builder.output("y", builder.add(new If(then.build(), otherwise.build()), condition, x));
        return builder.build();
    }

    /// Branches whose results have different extents; an integer says which is taken.
    private static Graph extents() {
        var then = Graph.builder("then");
        then.output("t", then.add(Unary.EXP, then.input("v", Type.tensor(DType.FLOAT32, 7))));
        var otherwise = Graph.builder("otherwise");
        var v = otherwise.input("v", Type.tensor(DType.FLOAT32, 7));
        otherwise.output("o", otherwise.add(new Concat(0), v, v));
        var builder = Graph.builder("extents");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 7));
        var rate = builder.input("rate", Type.tensor(DType.INT64));
        var is16k = builder.add(Binary.EQUAL, rate, builder.constant(Tensor.scalar(16_000L)));
        builder.output("y", builder.add(new If(then.build(), otherwise.build()), is16k, x));
        return builder.build();
    }

    private static Map<String, Tensor> inputs(Model model) {
        var random = new Generator(4);
        var inputs = new LinkedHashMap<String, Tensor>();
        for (var port : model.inputs()) {
            var type = (Type.OfTensor) port.type();
            inputs.put(port.name(), random.tame(type.dtype(), type.shape().toLongs()));
        }
        return inputs;
    }

    /// The threads that work on runs of this thread.
    private static long[] threads() {
        var helpers =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("tenon-"));
        return Stream.concat(Stream.of(Thread.currentThread()), helpers)
                .mapToLong(Thread::threadId)
                .toArray();
    }

    private static long allocated(long[] threads) {
        long bytes = 0;
        for (long thread : threads) {
            bytes += THREADS.getThreadAllocatedBytes(thread);
        }
        return bytes;
    }

    /// The least bytes of a run: what else the JVM does on these threads does not come every time.
    private static double allocated(Runnable run) {
        for (int i = 0; i < WARM_UP; i++) {
            run.run();
        }
        var threads = threads();
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocated(threads);
            for (int i = 0; i < RUNS; i++) {
                run.run();
            }
            least = Math.min(least, (allocated(threads) - before) / (double) RUNS);
        }
        return least;
    }

    private static void check(Graph graph, int threads) {
        try (var model = Model.of(graph, LoadOptions.DEFAULT.withThreads(threads))) {
            var inputs = inputs(model);
            var expected = (Tensor) model.run(inputs).get("y");
            var y = Tensor.zeros(expected.dtype(), expected.dims());
            var targets = Map.of("y", y);
            double toTargets = allocated(() -> model.run(inputs, targets));
            assertTrue(expected.contentEquals(y));
            assertEquals(0, toTargets, () -> graph.name() + ": bytes a run to targets");
            double withResults = allocated(() -> model.run(inputs));
            assertTrue(
                    withResults < y.byteSize() + RESULT_BYTES,
                    () -> graph.name() + ": " + withResults + " bytes a run");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void imagesAllocateNothing(int threads) {
        check(images(), threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void transformersAllocateNothing(int threads) {
        check(transformer(), threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void recurrentLayersAllocateNothing(int threads) {
        check(recurrent(), threads);
    }

    @Test
    void branchesAllocateNothing() {
        check(branches(), 1);
    }

    @Test
    void branchesOfDifferentExtentsAllocateNothing() {
        check(extents(), 1);
    }

    @Test
    void eachChoiceHasItsOwnResults() {
        var graph = extents();
        try (var model = Model.of(graph, LoadOptions.DEFAULT.withThreads(1))) {
            var random = new Random(6);
            for (int run = 0; run < 60; run++) {
                long rate = new long[] {16_000, 8_000, run}[random.nextInt(3)];
                var x = new Generator(run).tame(DType.FLOAT32, 7);
                var y = (Tensor) model.run(Map.of("x", x, "rate", Tensor.scalar(rate))).get("y");
                assertEquals(rate == 16_000 ? 7 : 14, y.size());
                float first = x.toFloats()[0];
                assertEquals(
                        rate == 16_000 ? (float) Math.exp(first) : first, y.toFloats()[0], 1e-6);
            }
        }
    }

    /// The measure itself sees what there is.
    @Test
    void theMeasureCounts() {
        var kept = new byte[1][];
        assertEquals(1016, allocated(() -> kept[0] = new byte[1000]), 8);
    }
}
