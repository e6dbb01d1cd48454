package dev.tenon.cli.conformance;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.cli.engine.Engine;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Runs the cases of an ONNX backend suite as ONNX's own runner does.
public final class ConformanceRunner {
    /// Is told about each case when it is done, by the thread that ran it.
    @FunctionalInterface
    public interface Listener {
        /// @param problem null when the case passed
        void done(ConformanceCase conformanceCase, @Nullable String problem);
    }

    private final Engine engine;
    private final Tolerance tolerance;
    private final Map<String, String> exceptions;
    private final int jobs;

    /// @param exceptions cases that are not run, with their reasons
    /// @param jobs how many cases run at a time
    public ConformanceRunner(
            Engine engine, Tolerance tolerance, Map<String, String> exceptions, int jobs) {
        this.engine = engine;
        this.tolerance = tolerance;
        this.exceptions = Map.copyOf(exceptions);
        this.jobs = jobs;
    }

    public ConformanceReport run(List<ConformanceCase> cases, Listener listener) {
        var failed = new ArrayList<ConformanceReport.Reason>();
        var skipped = new ArrayList<ConformanceReport.Reason>();
        int passed = 0;
        try (var executor = Executors.newFixedThreadPool(jobs)) {
            var results =
                    cases.stream()
                            .map(
                                    c ->
                                            exceptions.containsKey(c.name())
                                                    ? null
                                                    : executor.submit(() -> tell(c, listener)))
                            .toList();
            for (int i = 0; i < cases.size(); i++) {
                var each = cases.get(i);
                var result = results.get(i);
                if (result == null) {
                    skipped.add(
                            new ConformanceReport.Reason(
                                    each.name(), exceptions.getOrDefault(each.name(), "")));
                    continue;
                }
                var problem = await(result);
                if (problem == null) {
                    passed++;
                } else {
                    failed.add(new ConformanceReport.Reason(each.name(), problem));
                }
            }
        }
        return new ConformanceReport(cases.size(), passed, failed, skipped);
    }

    private @Nullable String tell(ConformanceCase conformanceCase, Listener listener) {
        var problem = problem(conformanceCase);
        listener.done(conformanceCase, problem);
        return problem;
    }

    private static @Nullable String await(Future<@Nullable String> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (ExecutionException e) {
            return "internal error: " + e.getCause();
        }
    }

    /// What is wrong with a case; null when it passes.
    public @Nullable String problem(ConformanceCase conformanceCase) {
        if (conformanceCase.dataSets().isEmpty()) {
            return "the case has no data";
        }
        try {
            var graph = Onnx.read(conformanceCase.model());
            try (var session = engine.open(graph)) {
                for (var data : conformanceCase.dataSets()) {
                    var problem = problem(graph, session, data);
                    if (problem != null) {
                        return problem;
                    }
                }
            }
            return null;
        } catch (TenonException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            return "internal error: "
                    + e
                    + (e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0]);
        }
    }

    private @Nullable String problem(
            Graph graph, Engine.Session session, ConformanceCase.DataSet data) {
        var inputs =
                data.generated()
                        ? graph.inputs().stream().map(ConformanceRunner::ramp).toList()
                        : read(
                                data.inputs(),
                                graph.inputs().stream().map(Value::type).toList(),
                                "inputs");
        var types = graph.outputs().stream().map(o -> o.value().type()).toList();
        var expected = read(data.outputs(), types, "outputs");
        var actual = session.run(inputs);
        if (actual.size() != expected.size()) {
            return "expected " + expected.size() + " outputs, got " + actual.size();
        }
        for (int i = 0; i < expected.size(); i++) {
            var problem = Comparison.problem(expected.get(i), actual.get(i), tolerance);
            if (problem != null) {
                return "output " + graph.outputs().get(i).name() + ": " + problem;
            }
        }
        return null;
    }

    private static List<Datum> read(List<Path> files, List<Type> types, String what) {
        if (files.size() != types.size()) {
            throw new FormatException(
                    Problem.of("the data has another number of " + what + " than the model")
                            .expected(types.size())
                            .got(files.size()));
        }
        var data = new ArrayList<Datum>();
        for (int i = 0; i < files.size(); i++) {
            data.add(Onnx.readDatum(files.get(i), types.get(i)));
        }
        return data;
    }

    private static Datum ramp(Value input) {
        if (!(input.type() instanceof Type.OfTensor(var dtype, var shape))
                || dtype != DType.FLOAT32
                || !shape.isRanked()) {
            throw new UnsupportedException(
                    Problem.of("inputs are only made up for f32 tensors")
                            .node(input.name())
                            .got(input.type()));
        }
        long[] dims =
                shape.dims().stream()
                        .mapToLong(d -> d instanceof Dim.Known(var extent) ? extent : 1)
                        .toArray();
        var tensor = Tensor.zeros(DType.FLOAT32, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, (double) i / tensor.size());
        }
        return tensor;
    }
}
