package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.Budget;
import dev.tenon.base.Datum;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.formats.onnx.proto.Limits;
import dev.tenon.formats.onnx.proto.ModelProto;
import dev.tenon.formats.onnx.proto.NodeProto;
import dev.tenon.formats.onnx.proto.OnnxWire;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.TextForm;
import dev.tenon.runtime.LoadOptions;
import dev.tenon.runtime.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Damaged models and graphs give results or typed errors: nothing else is thrown, and nothing
/// takes long.
///
/// `-Dfuzz.seconds=N` says how long to try, 60 unless told. A failure writes what was tried to
/// `target` and names the seed, which `-Dseed=N` tries alone. Seeds count from `-Dfuzz.first`, by
/// default 1, so that every run tries the same inputs, and from elsewhere when somebody looks for
/// more.
class FuzzTest {
    private static final long SECONDS = Long.getLong("fuzz.seconds", 60);
    private static final long LARGEST_MODEL = 100_000;
    private static final long PATIENCE_SECONDS = 20;
    private static final long BYTES = 32L << 20;
    private static final long STEPS = 5_000;
    private static final int MOST_ELEMENTS = 4096;

    record Case(Path file, byte[] bytes, ModelProto model, List<Datum> inputs) {}

    @Test
    void survives() throws Exception {
        var cases = cases();
        assertTrue(cases.size() > 100, cases.size() + " models");
        var given = Long.getLong("seed");
        long first = given == null ? Long.getLong("fuzz.first", 1) : given;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        System.out.println("fuzzing " + cases.size() + " models, first seed " + first);
        var outcomes = new TreeMap<String, Integer>();
        var thread = new AtomicReference<Thread>();
        try (var executor =
                Executors.newSingleThreadExecutor(
                        r -> {
                            var t = new Thread(null, r, "fuzz", 1 << 20);
                            t.setDaemon(true);
                            thread.set(t);
                            return t;
                        })) {
            long seed = first;
            do {
                var input = new AtomicReference<>(new byte[0]);
                long tried = seed;
                var attempt = executor.submit(() -> attempt(cases, tried, input));
                try {
                    outcomes.merge(
                            attempt.get(PATIENCE_SECONDS, TimeUnit.SECONDS), 1, Integer::sum);
                } catch (ExecutionException e) {
                    throw failure(tried, input.get(), e.getCause());
                } catch (TimeoutException e) {
                    var stack = new Throwable("still running");
                    stack.setStackTrace(thread.get().getStackTrace());
                    executor.shutdownNow();
                    throw failure(tried, input.get(), stack);
                }
                seed++;
            } while (given == null && System.nanoTime() < end);
            System.out.println((seed - first) + " inputs: " + outcomes);
        }
    }

    private static AssertionError failure(long seed, byte[] input, Throwable cause)
            throws IOException {
        var file = Path.of(System.getProperty("tenon.root", "."), "it/target", "fuzz-" + seed);
        Files.createDirectories(file.getParent());
        Files.write(file, input);
        return new AssertionError("with -Dseed=" + seed + " (" + file + "): " + cause, cause);
    }

    static List<Case> cases() throws IOException {
        var suite = SuiteFiles.root();
        assumeTrue(suite != null, "the ONNX backend suite is not there");
        List<Path> files;
        try (var walk = Files.walk(suite)) {
            files = walk.filter(f -> f.endsWith("model.onnx")).sorted().toList();
        }
        var cases = new ArrayList<Case>();
        for (var file : files) {
            if (Files.size(file) > LARGEST_MODEL) {
                continue;
            }
            var bytes = Files.readAllBytes(file);
            var model = OnnxWire.readModel(MemorySegment.ofArray(bytes), Limits.DEFAULT);
            try {
                var inputs = new ArrayList<Datum>();
                var folder = file.resolveSibling("test_data_set_0");
                for (var input : Onnx.read(bytes).inputs()) {
                    inputs.add(
                            Onnx.readDatum(
                                    folder.resolve("input_" + inputs.size() + ".pb"),
                                    input.type()));
                }
                cases.add(new Case(file, bytes, model, inputs));
            } catch (TenonException _) {
                cases.add(new Case(file, bytes, model, List.of()));
            }
        }
        return cases;
    }

    /// One damaged input, all its way.
    ///
    /// @return what became of it
    static String attempt(List<Case> cases, long seed, AtomicReference<byte[]> input) {
        var random = new SplittableRandom(seed);
        var chosen = cases.get(random.nextInt(cases.size()));
        var mutator = new Mutator(random, names(chosen.model));
        int times = 1 + random.nextInt(3);
        try {
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    var bytes = chosen.bytes;
                    for (int i = 0; i < times; i++) {
                        bytes = mutator.bytes(bytes);
                    }
                    input.set(bytes);
                    run(Onnx.read(bytes), chosen, random);
                }
                case 2 -> {
                    var graph = Onnx.read(chosen.bytes);
                    var text = TextForm.print(graph);
                    for (int i = 0; i < times; i++) {
                        text = mutator.text(text);
                    }
                    input.set(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    run(TextForm.parse(text, TextForm.constants(graph)), chosen, random);
                }
                default -> {
                    var model = chosen.model;
                    for (int i = 0; i < times; i++) {
                        model = mutator.message(model);
                    }
                    var out = new ByteArrayOutputStream();
                    OnnxWire.write(model, out);
                    input.set(out.toByteArray());
                    run(Onnx.read(out.toByteArray()), chosen, random);
                }
            }
            return "results";
        } catch (TenonException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static List<String> names(ModelProto model) {
        var names = new ArrayList<String>();
        var graph = model.graph();
        if (graph != null) {
            for (NodeProto node : graph.node()) {
                names.addAll(node.input());
                names.addAll(node.output());
                names.add(node.opType());
                node.attribute().forEach(a -> names.add(a.name()));
            }
        }
        return names;
    }

    private static void run(Graph graph, Case original, SplittableRandom random) {
        TextForm.print(graph);
        var given = new ArrayList<Datum>();
        for (int i = 0; i < graph.inputs().size(); i++) {
            var type = graph.inputs().get(i).type();
            var old = i < original.inputs.size() ? original.inputs.get(i) : null;
            given.add(old != null && random.nextInt(4) > 0 ? old : datum(type, random));
        }
        var budget = Budget.of(BYTES, STEPS);
        if (random.nextInt(3) > 0) {
            budget.within(() -> new Interpreter(1).run(graph, given));
            return;
        }
        var named = new LinkedHashMap<String, Datum>();
        for (int i = 0; i < given.size(); i++) {
            named.put(graph.inputs().get(i).name(), given.get(i));
        }
        var options = LoadOptions.DEFAULT.withThreads(1).withMemoryLimit(BYTES);
        try (var model = budget.within(() -> Model.of(graph, options))) {
            budget.within(() -> model.run(named));
        }
    }

    private static Datum datum(Type type, SplittableRandom random) {
        return switch (type) {
            case Type.OfTensor(var dtype, var shape) -> {
                long[] dims =
                        shape.isRanked()
                                ? shape.dims().stream()
                                        .mapToLong(
                                                d ->
                                                        Math.min(
                                                                d.known().orElse(random.nextInt(4)),
                                                                16))
                                        .toArray()
                                : new long[] {random.nextInt(4)};
                if (Tensor.size(dims) > MOST_ELEMENTS) {
                    dims = new long[] {1};
                }
                var tensor = Tensor.zeros(dtype, dims);
                for (long i = 0;
                        i < tensor.size() && dtype.kind() != dev.tenon.base.DType.Kind.STRING;
                        i++) {
                    tensor.setBits(
                            i,
                            dtype == dev.tenon.base.DType.BOOL
                                    ? random.nextInt(2)
                                    : random.nextLong());
                }
                yield tensor;
            }
            case Type.OfSequence(var element) ->
                    new Datum.OfSequence(element, List.of(datum(element, random)));
            case Type.OfOptional(var element) ->
                    new Datum.OfOptional(
                            element, random.nextBoolean() ? null : datum(element, random));
            case Type.OfMap(var key, var value) ->
                    new Datum.OfMap(key, value, new LinkedHashMap<>());
        };
    }
}
