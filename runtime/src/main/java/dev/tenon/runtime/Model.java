package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.formats.onnx.Onnx;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Specialiser;
import dev.tenon.kernels.Workers;
import dev.tenon.passes.Pipeline;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A neural network that is ready to run.
///
/// ```java
/// try (var model = Model.load(Path.of("model.onnx"))) {
///     var outputs = model.run(Map.of("x", Tensor.of(new float[] {1, 2, 3}, 1, 3)));
///     float[] y = ((Tensor) outputs.get("y")).toFloats();
/// }
/// ```
///
/// A model is immutable and may run on several threads at once; results do not depend on how many
/// threads work on them. Loading throws what [Onnx] throws.
public final class Model implements AutoCloseable {
    /// An input or output.
    ///
    /// @param type with symbols for extents that only a run knows
    public record Port(String name, Type type) {}

    private final List<Port> inputs;
    private final List<Port> outputs;
    private final LoadOptions options;
    private final Workers workers;
    private final Workspaces workspaces;
    private volatile @Nullable Plans plans;

    private Model(Graph graph, LoadOptions options) {
        this.options = options;
        this.workers = Threads.of(options);
        this.workspaces = new Workspaces(options.memoryLimit());
        this.inputs = graph.inputs().stream().map(v -> new Port(v.name(), v.type())).toList();
        this.outputs =
                graph.outputs().stream().map(o -> new Port(o.name(), o.value().type())).toList();
        var event = Events.load();
        var rewritten = options.pipeline().map(p -> rewritten(graph, p)).orElse(graph);
        var plan = Plan.of(rewritten, workers);
        this.plans = new Plans(plan);
        if (event != null && event.shouldCommit()) {
            event.model = graph.name();
            event.nodes = graph.nodes().size();
            event.steps = plan.steps().size();
            event.commit();
        }
    }

    private Graph rewritten(Graph graph, Pipeline pipeline) {
        var layouts = Pipeline.of("layouts", Layouts.pass(options.layouts(), _ -> {}));
        return layouts.run(pipeline.run(graph));
    }

    /// The model in an ONNX file. Weights are mapped, not copied: the file must not change
    /// meanwhile.
    public static Model load(Path file) {
        return load(file, LoadOptions.DEFAULT);
    }

    public static Model load(Path file, LoadOptions options) {
        Preparation.begin();
        return of(Onnx.read(file), options);
    }

    /// The ONNX model in an array, which must not change while the model is in use.
    public static Model load(byte[] model) {
        return load(model, LoadOptions.DEFAULT);
    }

    public static Model load(byte[] model, LoadOptions options) {
        return load(MemorySegment.ofArray(model), options);
    }

    /// The ONNX model in memory, which must not change or be freed while the model is in use.
    public static Model load(MemorySegment model) {
        return load(model, LoadOptions.DEFAULT);
    }

    public static Model load(MemorySegment model, LoadOptions options) {
        Preparation.begin();
        return of(Onnx.read(model), options);
    }

    /// The ONNX model in a stream, which is read to its end and not closed.
    ///
    /// @throws ResourceException when the stream fails
    public static Model load(InputStream model) {
        return load(model, LoadOptions.DEFAULT);
    }

    public static Model load(InputStream model, LoadOptions options) {
        try {
            return load(model.readAllBytes(), options);
        } catch (IOException e) {
            throw new ResourceException(Problem.of("the model cannot be read from the stream"), e);
        }
    }

    /// A graph as a model.
    public static Model of(Graph graph, LoadOptions options) {
        Preparation.begin();
        return new Model(graph, options);
    }

    public List<Port> inputs() {
        return inputs;
    }

    public List<Port> outputs() {
        return outputs;
    }

    /// Runs the model.
    ///
    /// @param arguments one value an input, by name; they are not changed
    /// @return one value an output, by name and in the model's order, in memory of their own
    /// @throws InputException when a name, element type, rank or extent does not fit the model
    /// @throws dev.tenon.base.LimitException when the run would need more memory than it may have
    /// @throws IllegalStateException when the model is closed
    public SequencedMap<String, Datum> run(Map<String, ? extends Datum> arguments) {
        return run(arguments, Events.stepsAreWanted() ? StepListener.NONE : null);
    }

    /// Runs the model and tells a listener of each step, which takes a little longer.
    public SequencedMap<String, Datum> profile(
            Map<String, ? extends Datum> arguments, StepListener listener) {
        return run(arguments, Objects.requireNonNull(listener));
    }

    private SequencedMap<String, Datum> run(
            Map<String, ? extends Datum> arguments, @Nullable StepListener listener) {
        var event = Events.run();
        var current = open();
        var data = bind(current.general().graph(), arguments);
        var context = new RunContext(workspaces, workers, options.seed(), listener);
        var results = current.run(data, context);
        context.succeeded();
        var named = new LinkedHashMap<String, Datum>();
        for (int i = 0; i < outputs.size(); i++) {
            named.put(outputs.get(i).name(), results.get(i));
        }
        if (event != null && event.shouldCommit()) {
            event.model = current.general().graph().name();
            event.commit();
        }
        return named;
    }

    /// Runs the model and writes the outputs that are given into these tensors.
    ///
    /// @param targets tensors of the outputs' types, by name
    /// @throws InputException when a name or a type does not fit, also of the targets
    public void run(Map<String, ? extends Datum> arguments, Map<String, Tensor> targets) {
        for (var name : targets.keySet()) {
            if (outputs.stream().noneMatch(o -> o.name().equals(name))) {
                throw new InputException(
                        Problem.of("the model has no output of this name")
                                .expected(names(outputs))
                                .got("'" + name + "'"));
            }
        }
        var results = run(arguments);
        targets.forEach(
                (name, target) -> {
                    if (!(results.get(name) instanceof Tensor result)
                            || !result.type().equals(target.type())) {
                        throw new InputException(
                                Problem.of("the target does not fit the output")
                                        .node(name)
                                        .expected(Objects.requireNonNull(results.get(name)).type())
                                        .got(target.type()));
                    }
                    if (result.byteSize() > 0) {
                        target.segment().copyFrom(result.segment());
                    }
                });
    }

    private Plans open() {
        var current = plans;
        if (current == null) {
            throw new IllegalStateException("the model is closed");
        }
        return current;
    }

    /// The arguments in the order of the inputs.
    private List<Datum> bind(Graph graph, Map<String, ? extends Datum> arguments) {
        var data = new ArrayList<Datum>();
        for (var input : inputs) {
            var datum = arguments.get(input.name());
            if (datum == null) {
                throw new InputException(
                        Problem.of("an input is missing")
                                .node(input.name())
                                .expected(input.type())
                                .got(
                                        arguments.isEmpty()
                                                ? "no inputs"
                                                : "inputs " + arguments.keySet())
                                .advice("Give a value for each of " + names(inputs)));
            }
            checkKind(input, datum);
            data.add(held(datum));
        }
        if (arguments.size() > inputs.size()) {
            throw new InputException(
                    Problem.of("the model has no input of this name")
                            .expected(names(inputs))
                            .got(arguments.keySet()));
        }
        Specialiser.bindings(graph, data.stream().map(Datum::type).toList());
        return data;
    }

    /// The value in memory that cannot be freed while a run uses it: machine code addresses native
    /// memory directly, and the caller may close its arena at any time.
    private static Datum held(Datum datum) {
        return switch (datum) {
            case Tensor tensor ->
                    tensor.dtype() != DType.STRING && tensor.segment().isNative()
                            ? tensor.copy()
                            : tensor;
            case Datum.OfSequence(var element, var values) ->
                    new Datum.OfSequence(element, values.stream().map(Model::held).toList());
            case Datum.OfOptional(var element, var value) ->
                    new Datum.OfOptional(element, value == null ? null : held(value));
            case Datum.OfMap map -> map;
        };
    }

    private static void checkKind(Port input, Datum datum) {
        if (!(input.type() instanceof Type.OfTensor(var dtype, var shape))) {
            return;
        }
        if (!(datum.type() instanceof Type.OfTensor(var given, var givenShape))) {
            throw new InputException(
                    Problem.of("the input must be a tensor")
                            .node(input.name())
                            .expected(input.type())
                            .got(datum.type()));
        }
        if (given != dtype) {
            throw new InputException(
                    Problem.of("the input has a wrong element type")
                            .node(input.name())
                            .expected(input.type())
                            .got(datum.type())
                            .advice("Convert it with Tensor.to(DType." + dtype.name() + ")"));
        }
        if (shape.isRanked() && shape.rank() != givenShape.rank()) {
            throw new InputException(
                    Problem.of("the input has a wrong number of axes")
                            .node(input.name())
                            .expected(input.type())
                            .got(datum.type())
                            .advice("Give it " + shape.rank() + " axes with Tensor.reshape"));
        }
    }

    private static String names(List<Port> ports) {
        return ports.stream().map(p -> "'" + p.name() + "'").toList().toString();
    }

    /// One line a step: the operator, the node, who computes it, and which kernels refused and why.
    ///
    /// @throws IllegalStateException when the model is closed
    public List<PlanStep> plan() {
        return PlanStep.of(open().general());
    }

    /// Gives up the model's memory as soon as no run uses it any more. Runs that have begun end as
    /// usual.
    @Override
    public void close() {
        plans = null;
        workspaces.close();
    }
}
