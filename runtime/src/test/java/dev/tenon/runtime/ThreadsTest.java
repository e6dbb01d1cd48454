package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.Softmax;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.testkit.Generator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private static final int CHUNKS = 1_000;

    @Test
    void everyChunkRunsOnce() {
        for (int threads : new int[] {1, 2, 3, 7}) {
            var workers = Threads.of(LoadOptions.DEFAULT.withThreads(threads));
            var counts = new AtomicIntegerArray(CHUNKS);
            for (int round = 0; round < 50; round++) {
                workers.run(CHUNKS, counts::incrementAndGet);
            }
            for (int i = 0; i < CHUNKS; i++) {
                assertEquals(50, counts.get(i));
            }
            workers.run(0, i -> counts.incrementAndGet(0));
            assertEquals(50, counts.get(0));
        }
    }

    @Test
    void failuresReachTheCaller() {
        var failure = new IllegalStateException("chunk");
        for (int threads : new int[] {1, 4}) {
            var workers = Threads.of(LoadOptions.DEFAULT.withThreads(threads));
            var thrown =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    workers.run(
                                            100,
                                            i -> {
                                                if (i == 50) {
                                                    throw failure;
                                                }
                                            }));
            assertSame(failure, thrown);
        }
    }

    @Test
    void severalCallersShareThePool() throws Exception {
        var workers = Threads.of(LoadOptions.DEFAULT.withThreads(4));
        var counts = new AtomicIntegerArray(4);
        try (var callers = Executors.newFixedThreadPool(4)) {
            for (int caller = 0; caller < 4; caller++) {
                int index = caller;
                callers.submit(
                        () -> {
                            for (int round = 0; round < 500; round++) {
                                workers.run(16, i -> counts.incrementAndGet(index));
                            }
                        });
            }
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(500 * 16, counts.get(i));
        }
    }

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() {
        var graph = mixed();
        var input = new Generator(1).tame(DType.FLOAT32, 2, 5, 67, 61);
        var expected = run(graph, input, LoadOptions.DEFAULT.withThreads(1));
        for (int threads : new int[] {2, 3, 16}) {
            assertSameBits(expected, run(graph, input, LoadOptions.DEFAULT.withThreads(threads)));
        }
        try (var executor = Executors.newFixedThreadPool(3)) {
            var options = LoadOptions.DEFAULT.withThreads(4).withExecutor(executor);
            assertSameBits(expected, run(graph, input, options));
        }
    }

    private static void assertSameBits(List<Tensor> expected, List<Tensor> actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(expected.get(i).contentEquals(actual.get(i)));
        }
    }

    private static List<Tensor> run(Graph graph, Tensor input, LoadOptions options) {
        try (var model = Model.of(graph, options)) {
            return model.run(Map.of("x", input)).values().stream().map(v -> (Tensor) v).toList();
        }
    }

    /// Convolution, products with constant and with dynamic matrices, and what goes along rows.
    private static Graph mixed() {
        var random = new Generator(2);
        var builder = Graph.builder("mixed");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 2, 5, 67, 61));
        var weights = builder.constant(random.tame(DType.FLOAT32, 9, 5, 3, 3));
        var conv = builder.add(new Conv(AutoPad.SAME_UPPER, null, 1, null, null, null), x, weights);
        var columns = builder.constant(random.tame(DType.FLOAT32, 61, 530));
        var product = builder.add(new MatMul(), conv, columns);
        Op transpose = new Transpose(0, 1, 3, 2);
        Value turned = builder.add(transpose, product);
        builder.output(builder.add(new MatMul(), product, turned));
        builder.output(builder.add(new Softmax(-1), product));
        builder.output(builder.add(Unary.TANH, turned));
        builder.output(
                builder.add(
                        new Fold.ReduceMean(true, false),
                        product,
                        builder.constant(Tensor.ofLongs(2, 3))));
        return builder.build();
    }
}
