package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Workers;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A graph made ready to run: a slot for each value, a kernel for each node, and when each slot is
/// free again. Immutable but for the plans of subgraphs, which are made at their first use.
final class Plan {
    /// Bytes of a constant that is copied to native memory, at most.
    private static final long MAX_COPIED = 1 << 20;

    private final Graph graph;
    private final Resources resources;
    private final List<Value> values;
    private final @Nullable Datum[] constants;
    private final int[] inputs;
    private final int[] outputs;
    private final boolean[] results;
    private final List<Step> steps;
    private final Map<Graph, Plans> subplans = new ConcurrentHashMap<>();

    private Plan(
            Graph graph,
            Resources resources,
            List<Value> values,
            @Nullable Datum[] constants,
            int[] inputs,
            int[] outputs,
            List<Step> steps) {
        this.graph = graph;
        this.resources = resources;
        this.values = List.copyOf(values);
        this.constants = constants;
        this.inputs = inputs;
        this.outputs = outputs;
        this.steps = List.copyOf(steps);
        this.results = new boolean[constants.length];
        for (int output : outputs) {
            results[output] = true;
        }
    }

    /// Plans a graph: binds a kernel to each node and packs its constants.
    ///
    /// @param resources what the model has for its plans
    static Plan of(Graph graph, Resources resources) {
        var event = Events.planning();
        var plan = new Builder(PlanConstants.fold(graph), resources).build();
        if (event != null && event.shouldCommit()) {
            event.graph = graph.name();
            event.steps = plan.steps().size();
            event.commit();
        }
        return plan;
    }

    Resources resources() {
        return resources;
    }

    Graph graph() {
        return graph;
    }

    List<Step> steps() {
        return steps;
    }

    /// The value in each slot.
    List<Value> values() {
        return values;
    }

    int[] inputs() {
        return inputs;
    }

    int[] outputs() {
        return outputs;
    }

    /// The constants in their slots, null in all others; a copy.
    @Nullable Datum[] constants() {
        return constants.clone();
    }

    /// Whether a slot holds an output of the graph.
    boolean isResult(int slot) {
        return results[slot];
    }

    /// The plans of the subgraphs that have run so far.
    Iterable<Plans> subplans() {
        return subplans.values();
    }

    Plans subplan(Graph subgraph) {
        return subplans.computeIfAbsent(subgraph, g -> new Plans(of(g, resources)));
    }

    /// Gives up the memory of the plans of subgraphs.
    void close() {
        subplans.values().forEach(Plans::close);
    }

    /// A plan of another graph of the same model.
    Plan another(Graph other) {
        return of(other, resources);
    }

    List<Datum> run(Datum[] arguments, RunContext context) {
        if (arguments.length != inputs.length) {
            throw new InputException(
                    Problem.of("wrong number of inputs of graph " + graph.name())
                            .expected(inputs.length)
                            .got(arguments.length));
        }
        return new FreeFrame(this, context).run(arguments);
    }

    /// A constant of few bytes in native memory, where emitted code can read it. Longer ones are
    /// weights, which kernels pack.
    ///
    /// @param storage of the model
    static Tensor reachable(Tensor constant, Storage storage) {
        if (constant.dtype() == DType.STRING
                || constant.byteSize() > MAX_COPIED
                || constant.segment().isNative()) {
            return constant;
        }
        var memory = storage.allocate(constant.byteSize(), MemoryMap.ALIGNMENT);
        memory.copyFrom(constant.segment());
        return Tensor.of(constant.dtype(), memory, constant.dims());
    }

    private static final class Builder {

        private final Graph graph;
        private final Resources resources;
        private final Workers workers;
        private final Map<Value, Integer> slots = new IdentityHashMap<>();
        private final List<Value> values = new ArrayList<>();
        private final List<@Nullable Tensor> constants = new ArrayList<>();
        private final Map<Integer, Integer> lastUse = new java.util.HashMap<>();

        Builder(Graph graph, Resources resources) {
            this.graph = graph;
            this.resources = resources;
            this.workers = resources.workers();
        }

        Plan build() {
            int[] inputs = graph.inputs().stream().mapToInt(v -> slot(v, null)).toArray();
            var nodes = new ArrayList<Node>();
            for (var node : graph.nodes()) {
                if (node.op() instanceof Constant(var tensor)) {
                    slot(node.outputs().getFirst(), tensor);
                } else {
                    nodes.add(node);
                }
            }
            for (int i = 0; i < nodes.size(); i++) {
                for (int slot : slots(nodes.get(i).inputs())) {
                    lastUse.put(slot, i);
                }
                for (int slot : slots(nodes.get(i).outputs())) {
                    lastUse.putIfAbsent(slot, i);
                }
            }
            int[] outputs =
                    graph.outputs().stream()
                            .mapToInt(o -> Objects.requireNonNull(slots.get(o.value())))
                            .toArray();
            for (int output : outputs) {
                lastUse.remove(output);
            }
            var lowered = new Lowered[nodes.size()];
            var actions = new Action[nodes.size()];
            workers.run(
                    lowered.length,
                    i -> {
                        lowered[i] = Lowering.lower(nodes.get(i));
                        actions[i] = lowered[i].binding().bind(resources.storage());
                        unload(nodes.get(i));
                    });
            var steps = new ArrayList<Step>();
            for (int i = 0; i < nodes.size(); i++) {
                steps.add(step(nodes.get(i), lowered[i], actions[i], i));
            }
            return new Plan(
                    graph,
                    resources,
                    values,
                    constants.toArray(new Datum[0]),
                    inputs,
                    outputs,
                    steps);
        }

        /// Lets go of weights, which kernels have packed.
        private static void unload(Node node) {
            for (var input : node.inputs()) {
                var constant = input.isPresent() ? input.constant() : null;
                if (constant != null && constant.dtype() != DType.STRING) {
                    Memory.unload(constant.segment());
                }
            }
        }

        private Step step(Node node, Lowered lowered, Action action, int index) {
            int[] ins = slots(node.inputs());
            int[] outs = slots(node.outputs());
            int[] dead =
                    java.util.stream.IntStream.concat(
                                    java.util.Arrays.stream(ins), java.util.Arrays.stream(outs))
                            .distinct()
                            .filter(
                                    s ->
                                            s >= 0
                                                    && Objects.equals(lastUse.get(s), index)
                                                    && constants.get(s) == null)
                            .toArray();
            return new Step(node, lowered, action, ins, outs, dead);
        }

        private int[] slots(List<Value> values) {
            return values.stream().mapToInt(v -> v.isPresent() ? slot(v, null) : -1).toArray();
        }

        private int slot(Value value, @Nullable Tensor constant) {
            return slots.computeIfAbsent(
                    value,
                    v -> {
                        values.add(v);
                        constants.add(
                                constant == null ? null : reachable(constant, resources.storage()));
                        return constants.size() - 1;
                    });
        }
    }
}
