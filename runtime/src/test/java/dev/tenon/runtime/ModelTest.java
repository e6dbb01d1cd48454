package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Identity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
    /// `y = relu(a · w) + b`, `a: f32[n,3]`, `b: f32[n,2]`.
    private static Graph small() {
        var builder = Graph.builder("small");
        var n = Dim.symbol("n");
        var a = builder.input("a", Type.tensor(DType.FLOAT32, Shape.of(n, Dim.of(3))));
        var b = builder.input("b", Type.tensor(DType.FLOAT32, Shape.of(n, Dim.of(2))));
        var w = builder.constant("w", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
        var product = builder.add(new MatMul(), a, w);
        builder.output("y", builder.add(Binary.ADD, builder.add(Unary.RELU, product), b));
        return builder.build();
    }

    private static Tensor ones(long... dims) {
        var tensor = Tensor.zeros(DType.FLOAT32, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, 1);
        }
        return tensor;
    }

    private static Model model() {
        return Model.of(small(), LoadOptions.DEFAULT);
    }

    @Test
    void tellsInputsAndOutputs() {
        try (var model = model()) {
            assertEquals(
                    "[Port[name=a, type=f32[n,3]], Port[name=b, type=f32[n,2]]]",
                    model.inputs().toString());
            assertEquals("[Port[name=y, type=f32[n,2]]]", model.outputs().toString());
        }
    }

    /// Helpers work on it too, who may not touch the memory of a confined arena themselves.
    @Test
    void takesInputsInNativeMemoryOfTheCaller() {
        int rows = 4096;
        try (var model = model();
                var arena = Arena.ofConfined()) {
            var a = Tensor.allocate(arena, DType.FLOAT32, rows, 3);
            a.segment().copyFrom(ones(rows, 3).segment());
            var fromNative = model.run(Map.of("a", a, "b", ones(rows, 2))).get("y");
            var fromHeap = model.run(Map.of("a", ones(rows, 3), "b", ones(rows, 2))).get("y");
            assertTrue(((Tensor) fromNative).contentEquals((Tensor) fromHeap));
        }
    }

    @Test
    void runsAtAnyExtentOfASymbol() {
        try (var model = model()) {
            for (int n : new int[] {1, 2, 0, 33}) {
                var y = (Tensor) model.run(Map.of("a", ones(n, 3), "b", ones(n, 2))).get("y");
                assertEquals("f32[" + n + ",2]", y.type().toString());
                for (int i = 0; i < n; i++) {
                    assertEquals(10, y.getDouble(2 * i));
                    assertEquals(13, y.getDouble(2 * i + 1));
                }
            }
        }
    }

    @Test
    void loadsFromEverySource(@TempDir Path folder) throws IOException {
        var bytes = new ByteArrayOutputStream();
        Onnx.write(small(), bytes);
        var file = folder.resolve("small.onnx");
        Files.write(file, bytes.toByteArray());
        var models =
                List.of(
                        Model.load(file),
                        Model.load(bytes.toByteArray()),
                        Model.load(MemorySegment.ofArray(bytes.toByteArray())),
                        Model.load(new ByteArrayInputStream(bytes.toByteArray())));
        for (var model : models) {
            try (model) {
                var y = (Tensor) model.run(Map.of("a", ones(1, 3), "b", ones(1, 2))).get("y");
                assertArrayEquals(new float[] {10, 13}, y.toFloats());
            }
        }
    }

    @Test
    void outputsLieInMemoryOfTheirOwn() {
        var builder = Graph.builder("alias");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 2));
        builder.output("same", builder.add(new Identity(), x));
        builder.output("x", x);
        builder.output("constant", builder.constant("c", Tensor.of(new float[] {5}, 1)));
        try (var model = Model.of(builder.build(), LoadOptions.DEFAULT)) {
            var given = Tensor.of(new float[] {1, 2}, 2);
            var first = model.run(Map.of("x", given));
            first.values().forEach(v -> ((Tensor) v).setDouble(0, 99));
            assertArrayEquals(new float[] {1, 2}, given.toFloats());
            var second = model.run(Map.of("x", given));
            assertNotSame(first.get("same"), second.get("same"));
            assertArrayEquals(new float[] {5}, ((Tensor) second.get("constant")).toFloats());
        }
    }

    @Test
    void fillsTensorsThatAreGiven() {
        try (var model = model()) {
            var y = ones(1, 2);
            model.run(Map.of("a", ones(1, 3), "b", ones(1, 2)), Map.of("y", y));
            assertArrayEquals(new float[] {10, 13}, y.toFloats());
            var wrong = Map.of("y", ones(2, 1));
            assertThrows(
                    InputException.class,
                    () -> model.run(Map.of("a", ones(1, 3), "b", ones(1, 2)), wrong));
            assertThrows(
                    InputException.class,
                    () -> model.run(Map.of("a", ones(1, 3), "b", ones(1, 2)), Map.of("z", y)));
        }
    }

    @Test
    void refusesTargetsThatDoNotFit() {
        try (var model = model()) {
            var inputs = Map.of("a", ones(1, 3), "b", ones(1, 2));
            for (int round = 0; round < 4; round++) {
                refusesTarget(model, inputs, "no output of this name", "z", ones(1, 2));
                refusesTarget(model, inputs, "does not fit", "y", ones(2, 2));
                refusesTarget(model, inputs, "does not fit", "y", ones(2));
                refusesTarget(
                        model, inputs, "does not fit", "y", Tensor.zeros(DType.FLOAT64, 1, 2));
                var memory = MemorySegment.ofArray(new float[2]).asReadOnly();
                var constant = Tensor.of(DType.FLOAT32, memory, 1, 2);
                refusesTarget(model, inputs, "cannot be written", "y", constant);
            }
        }
    }

    private static void refusesTarget(
            Model model, Map<String, Tensor> inputs, String part, String name, Tensor target) {
        var targets = Map.of(name, target);
        var failure = assertThrows(InputException.class, () -> model.run(inputs, targets));
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }

    @Test
    void refusesWhatDoesNotFit() {
        refuses("missing", Map.of("a", ones(1, 3)));
        refuses("no input of this name", Map.of("a", ones(1, 3), "b", ones(1, 2), "c", ones(1)));
        refuses("element type", Map.of("a", ones(1, 3), "b", Tensor.zeros(DType.FLOAT64, 1, 2)));
        refuses("number of axes", Map.of("a", ones(1, 3), "b", ones(2)));
        refuses("f32[n,3]", Map.of("a", ones(1, 4), "b", ones(1, 2)));
        refuses("f32[2,2]", Map.of("a", ones(1, 3), "b", ones(2, 2)));
        refuses(
                "must be a tensor",
                Map.of(
                        "a",
                        new Datum.OfSequence(Type.scalar(DType.FLOAT32), List.of()),
                        "b",
                        ones(1, 2)));
    }

    private static void refuses(String part, Map<String, ? extends Datum> arguments) {
        try (var model = model()) {
            var e = assertThrows(InputException.class, () -> model.run(arguments));
            assertTrue(e.getMessage().contains(part), e::getMessage);
        }
    }

    @Test
    void keepsToTheMemoryLimit() {
        var builder = Graph.builder("large");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 1));
        var dims = builder.input("dims", Type.tensor(DType.INT64, 2));
        builder.output(
                builder.add(Unary.NEG, builder.add(Unary.NEG, builder.add(new Expand(), x, dims))));
        try (var model = Model.of(builder.build(), LoadOptions.DEFAULT.withMemoryLimit(1 << 20))) {
            model.run(Map.of("x", ones(1), "dims", Tensor.ofLongs(100, 100)));
            for (long extent : new long[] {1_000, 1_000_000, 1L << 31, Long.MAX_VALUE}) {
                var arguments = Map.of("x", ones(1), "dims", Tensor.ofLongs(extent, 1000));
                assertThrows(LimitException.class, () -> model.run(arguments));
            }
            model.run(Map.of("x", ones(1), "dims", Tensor.ofLongs(100, 100)));
        }
    }

    @Test
    void refusesToRunOnceClosed() {
        var model = model();
        model.close();
        model.close();
        assertThrows(IllegalStateException.class, () -> model.run(Map.of()));
        assertThrows(IllegalStateException.class, model::plan);
    }

    @Test
    void runsOnManyThreadsWhileItIsClosed() throws Exception {
        var model = model();
        var started = new CountDownLatch(4);
        var finished = new AtomicInteger();
        try (var executor = Executors.newFixedThreadPool(4)) {
            Callable<Void> task =
                    () -> {
                        int n = 1 + finished.get() % 3;
                        for (int i = 0; i < 2_000; i++) {
                            try {
                                var y =
                                        (Tensor)
                                                model.run(Map.of("a", ones(n, 3), "b", ones(n, 2)))
                                                        .get("y");
                                assertEquals(10, y.getDouble(0));
                                assertEquals(13, y.getDouble(2 * n - 1));
                            } catch (IllegalStateException e) {
                                assertEquals("the model is closed", e.getMessage());
                                break;
                            }
                            if (i == 20) {
                                started.countDown();
                            }
                        }
                        finished.incrementAndGet();
                        return null;
                    };
            var futures = IntStream.range(0, 4).mapToObj(i -> executor.submit(task)).toList();
            started.await();
            model.close();
            for (var future : futures) {
                future.get();
            }
        }
        assertEquals(4, finished.get());
    }

    @Test
    void tellsItsPlan() {
        try (var model = model()) {
            assertEquals(1, model.plan().size());
            var step = model.plan().getFirst();
            assertEquals("MatMul", step.op());
            assertTrue(step.kernel().endsWith("+epilogue"), step::kernel);
            assertTrue(model.plan().stream().noneMatch(PlanStep::isReference));
        }
    }
}
