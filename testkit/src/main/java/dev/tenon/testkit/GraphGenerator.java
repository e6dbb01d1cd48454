package dev.tenon.testkit;

import dev.tenon.base.Datum;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Ops;
import dev.tenon.graph.RandomSource;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.random.Random;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Draws small graphs of many operators, together with inputs on which they run.
///
/// A graph grows node by node: an operator is drawn with inputs of its own, some of which are
/// exchanged for values of the same type that are already there; what does not fit or does not run
/// is left out. Operators with subgraphs, sequences or random numbers do not occur.
public final class GraphGenerator {
    private static final List<OpDef<?>> OPERATORS = List.copyOf(Ops.all());
    private static final long MAX_ELEMENTS = 1000;

    private final Generator random;
    private final GraphBuilder builder = Graph.builder("random");
    private final Map<Value, Tensor> values = new HashMap<>();
    private final List<Value> all = new ArrayList<>();
    private final List<Datum> inputs = new ArrayList<>();

    /// A graph and inputs for it.
    public record Sample(Graph graph, List<Datum> inputs) {}

    private GraphGenerator(Generator random) {
        this.random = random;
    }

    /// @param nodes how many nodes are tried to be added
    public static Sample draw(Generator random, int nodes) {
        var generator = new GraphGenerator(random);
        for (int i = 0; i < nodes; i++) {
            OpGenerator.draw(random, random.pick(OPERATORS)).ifPresent(generator::add);
        }
        generator.outputs();
        return new Sample(generator.builder.build(), generator.inputs);
    }

    private void add(OpCase c) {
        if (c.op() instanceof Random) {
            return;
        }
        var nodeInputs = new ArrayList<Value>();
        var data = new ArrayList<@Nullable Datum>();
        for (var tensor : c.inputs()) {
            var present = tensor == null ? List.<Value>of() : withType(tensor.type());
            var value =
                    tensor == null
                            ? Value.NONE
                            : present.isEmpty() || random.oneIn(3)
                                    ? leaf(tensor)
                                    : random.pick(present);
            nodeInputs.add(value);
            data.add(values.get(value));
        }
        try {
            run(c.op(), nodeInputs, data, c.outputs());
        } catch (TenonException e) {
            // It does not fit: the graph stays as it was.
            return;
        }
    }

    /// The values whose tensors have a type.
    private List<Value> withType(Type type) {
        var alike = new ArrayList<Value>();
        for (var value : all) {
            var tensor = values.get(value);
            if (tensor != null && tensor.type().equals(type)) {
                alike.add(value);
            }
        }
        return alike;
    }

    private Value leaf(Tensor tensor) {
        Value value;
        if (random.oneIn(2)) {
            value = builder.constant(tensor);
        } else {
            value = builder.input(builder.freshValueName("input"), tensor.type());
            inputs.add(tensor);
        }
        remember(value, tensor);
        return value;
    }

    private void remember(Value value, Tensor tensor) {
        values.put(value, tensor);
        all.add(value);
    }

    private void run(Op op, List<Value> nodeInputs, List<@Nullable Datum> data, int outputs) {
        var trial = Graph.builder("trial");
        var names = new ArrayList<Value>();
        for (int i = 0; i < nodeInputs.size(); i++) {
            names.add(
                    nodeInputs.get(i).isPresent()
                            ? trial.input("x" + i, nodeInputs.get(i).type())
                            : Value.NONE);
        }
        trial.add(op, "node", names, outputs);
        Node node = trial.build().nodes().getFirst();
        var interpreter = new Interpreter(random.seed());
        var results =
                Interpreter.evaluate(
                        node,
                        new EvalContext(
                                data, outputs, interpreter::run, new RandomSource(random.seed())));
        if (results.subList(0, outputs).stream()
                .allMatch(r -> r instanceof Tensor tensor && tensor.size() <= MAX_ELEMENTS)) {
            var made = builder.add(op, op.def().name(), nodeInputs, outputs);
            for (int i = 0; i < outputs; i++) {
                remember(made.get(i), (Tensor) results.get(i));
            }
        }
    }

    private void outputs() {
        for (int i = 0; i < 3 && !all.isEmpty(); i++) {
            builder.output("y" + i, all.get(random.between(all.size() / 2, all.size() - 1)));
        }
    }
}
