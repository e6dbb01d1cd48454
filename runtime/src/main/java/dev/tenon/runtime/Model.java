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
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Workers;
import dev.tenon.passes.Pipeline;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
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
    private final String name;
    private final LoadOptions options;
    private final Workers workers;
    private final Spares<RunContext> contexts = new Spares<>(RunContext::close);
    private final Storage storage = Storage.open();
    private final Plans plans;
    private final Usage usage;

    /// @param source has the weights that the graph refers to, where the model frees them
    private Model(Graph graph, LoadOptions options, @Nullable Arena source) {
        this.options = options;
        this.name = graph.name();
        this.workers = Threads.of(options);
        this.inputs = graph.inputs().stream().map(v -> new Port(v.name(), v.type())).toList();
        this.outputs =
                graph.outputs().stream().map(o -> new Port(o.name(), o.value().type())).toList();
        var event = Events.load();
        boolean made = false;
        try {
            var rewritten = options.pipeline().map(p -> rewritten(graph, p)).orElse(graph);
            var plan = Plan.of(rewritten, new Resources(workers, storage));
            this.plans = new Plans(plan);
            made = true;
        } finally {
            if (!made) {
                storage.close();
            }
        }
        this.usage = new Usage(() -> free(source));
        if (event != null && event.shouldCommit()) {
            event.model = graph.name();
            event.nodes = graph.nodes().size();
            event.steps = plans.general().steps().size();
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
        var arena = Arena.ofShared();
        boolean done = false;
        try {
            var model = new Model(Onnx.read(file, arena), options, arena);
            done = true;
            return model;
        } finally {
            if (!done) {
                arena.close();
            }
        }
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
        return new Model(graph, options, null);
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
        var results = compute(arguments, null, listener);
        var named = new LinkedHashMap<String, Datum>();
        for (int i = 0; i < outputs.size(); i++) {
            named.put(outputs.get(i).name(), results.get(i));
        }
        return named;
    }

    /// Runs the model and writes outputs into given tensors. A run for input shapes that came twice
    /// before allocates nothing, neither objects nor native memory.
    ///
    /// ```java
    /// var y = Tensor.zeros(DType.FLOAT32, 1, 1000);
    /// model.run(Map.of("x", x), Map.of("y", y));
    /// ```
    ///
    /// @param arguments one value an input, by name; they are not changed
    /// @param targets tensors of the outputs' types, by name; those that are left out are not
    ///   wanted
    /// @throws InputException when a name or a type does not fit, also of the targets, or a target
    ///   cannot be written
    /// @throws dev.tenon.base.LimitException when the run would need more memory than it may have
    /// @throws IllegalStateException when the model is closed
    public void run(Map<String, ? extends Datum> arguments, Map<String, Tensor> targets) {
        int known = 0;
        for (int i = 0; i < outputs.size(); i++) {
            known += targets.containsKey(outputs.get(i).name()) ? 1 : 0;
        }
        if (known < targets.size()) {
            throw new InputException(
                    Problem.of("the model has no output of this name")
                            .expected(names(outputs))
                            .got(targets.keySet()));
        }
        compute(arguments, targets, Events.stepsAreWanted() ? StepListener.NONE : null);
    }

    /// @param targets take the outputs; null to return them
    private List<Datum> compute(
            Map<String, ? extends Datum> arguments,
            @Nullable Map<String, Tensor> targets,
            @Nullable StepListener listener) {
        var event = Events.run();
        begin();
        var spare = contexts.poll();
        var context =
                spare == null
                        ? new RunContext(options.memoryLimit(), workers, options.seed())
                        : spare;
        context.begin(listener);
        boolean done = false;
        try {
            var data = context.arguments(inputs.size());
            bind(arguments, data);
            var results = compute(data, context, targets);
            done = true;
            return results;
        } finally {
            context.end();
            if (done) {
                contexts.giveBack(context);
            } else {
                context.close();
            }
            usage.end();
            if (event != null) {
                event.model = name;
                event.commit();
            }
        }
    }

    private List<Datum> compute(
            Datum[] data, RunContext context, @Nullable Map<String, Tensor> targets) {
        var known = plans.known(data);
        if (known == null) {
            check(plans.general().graph(), data);
            known = plans.fixed(data);
        }
        if (known == null) {
            hold(data);
            var results = plans.general().run(data, context);
            if (targets == null) {
                return results;
            }
            copy(results, targets);
            return List.of();
        }
        if (targets != null) {
            check(known, targets);
        }
        var frame = known.run(data, context);
        try {
            if (targets == null) {
                return frame.results();
            }
            copy(frame, targets);
            return List.of();
        } finally {
            known.giveBack(frame);
        }
    }

    private void check(FixedPlan plan, Map<String, Tensor> targets) {
        for (int i = 0; i < outputs.size(); i++) {
            var target = targets.get(outputs.get(i).name());
            if (target != null) {
                checkTarget(i, target, FixedPlan.fits(target, plan.output(i)), plan.output(i));
            }
        }
    }

    private void checkTarget(int output, Tensor target, boolean fits, Type type) {
        if (!fits) {
            throw new InputException(
                    Problem.of("the target does not fit the output")
                            .node(outputs.get(output).name())
                            .expected(type)
                            .got(target.type()));
        }
        if (target.segment().isReadOnly()) {
            throw new InputException(
                    Problem.of("the target's memory cannot be written")
                            .node(outputs.get(output).name())
                            .got("a read-only segment"));
        }
    }

    private void copy(FixedFrame frame, Map<String, Tensor> targets) {
        for (int i = 0; i < outputs.size(); i++) {
            var target = targets.get(outputs.get(i).name());
            if (target != null) {
                frame.copyResult(i, target);
            }
        }
    }

    private void copy(List<Datum> results, Map<String, Tensor> targets) {
        for (int i = 0; i < outputs.size(); i++) {
            var target = targets.get(outputs.get(i).name());
            if (target != null) {
                var result = results.get(i);
                boolean fits =
                        result instanceof Tensor tensor
                                && tensor.dtype() != DType.STRING
                                && tensor.type().equals(target.type());
                checkTarget(i, target, fits, result.type());
                if (target.byteSize() > 0) {
                    target.segment().copyFrom(((Tensor) result).segment());
                }
            }
        }
    }

    private void begin() {
        if (!usage.begin()) {
            throw new IllegalStateException("the model is closed");
        }
    }

    /// Puts the arguments in the order of the inputs.
    private void bind(Map<String, ? extends Datum> arguments, Datum[] data) {
        for (int i = 0; i < data.length; i++) {
            var datum = arguments.get(inputs.get(i).name());
            if (datum == null) {
                throw missing(inputs.get(i), arguments);
            }
            data[i] = datum;
        }
        if (arguments.size() > inputs.size()) {
            throw new InputException(
                    Problem.of("the model has no input of this name")
                            .expected(names(inputs))
                            .got(arguments.keySet()));
        }
    }

    private InputException missing(Port input, Map<String, ? extends Datum> arguments) {
        var got = arguments.isEmpty() ? "no inputs" : "inputs " + arguments.keySet();
        return new InputException(
                Problem.of("an input is missing")
                        .node(input.name())
                        .expected(input.type())
                        .got(got)
                        .advice("Give a value for each of " + names(inputs)));
    }

    private void check(Graph graph, Datum[] data) {
        for (int i = 0; i < data.length; i++) {
            checkKind(inputs.get(i), data[i]);
        }
        Specialiser.bindings(graph, Stream.of(data).map(Datum::type).toList());
    }

    /// Puts the values into memory that cannot be freed while a run uses it: machine code addresses
    /// native memory directly, and the caller may close its arena at any time.
    private static void hold(Datum[] data) {
        for (int i = 0; i < data.length; i++) {
            data[i] = held(data[i]);
        }
    }

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
        begin();
        try {
            return PlanStep.of(plans.general());
        } finally {
            usage.end();
        }
    }

    /// Frees the model's memory: at once, or when the last of the runs that have begun ends.
    /// Weights that other models have in common with it are freed with the last of these.
    @Override
    public void close() {
        usage.close();
    }

    private void free(@Nullable Arena source) {
        contexts.close();
        plans.close();
        storage.close();
        if (source != null) {
            source.close();
        }
    }
}
