package dev.tenon.graph;

import dev.tenon.base.Budget;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a graph node by node with the operators' reference implementations: slow, and what every
/// other way of running is compared with.
public final class Interpreter {
    private final RandomSource random;

    /// @param seed for operators that draw random numbers and have no seed of their own
    public Interpreter(long seed) {
        this.random = new RandomSource(seed);
    }

    /// The outputs of a graph, in order.
    ///
    /// @throws InputException when the inputs are not as many as the graph's
    /// @throws TenonException what an operator throws, with op and node
    public List<Datum> run(Graph graph, List<Datum> inputs) {
        if (inputs.size() != graph.inputs().size()) {
            throw new InputException(
                    Problem.of("wrong number of inputs of graph " + graph.name())
                            .expected(graph.inputs().size())
                            .got(inputs.size()));
        }
        var values = new IdentityHashMap<Value, Datum>();
        for (int i = 0; i < inputs.size(); i++) {
            values.put(graph.inputs().get(i), inputs.get(i));
        }
        for (var node : graph.nodes()) {
            var results = evaluate(node, values);
            for (int i = 0; i < node.outputs().size(); i++) {
                if (node.outputs().get(i).isPresent()) {
                    values.put(node.outputs().get(i), results.get(i));
                }
            }
        }
        var outputs = new ArrayList<Datum>();
        for (var output : graph.outputs()) {
            outputs.add(values.get(output.value()));
        }
        return outputs;
    }

    private List<? extends Datum> evaluate(Node node, Map<Value, Datum> values) {
        var inputs = new ArrayList<@Nullable Datum>();
        for (var input : node.inputs()) {
            inputs.add(values.get(input));
        }
        return evaluate(node, new EvalContext(inputs, node.outputs().size(), this::run, random));
    }

    /// The outputs of a node all of whose inputs are constants or left out.
    ///
    /// @throws TenonException what the operator throws, with op and node
    public List<? extends Datum> evaluate(Node node) {
        var inputs = new ArrayList<@Nullable Datum>();
        node.inputs().forEach(input -> inputs.add(input.constant()));
        return evaluate(node, new EvalContext(inputs, node.outputs().size(), this::run, random));
    }

    /// Runs the reference implementation of one node.
    ///
    /// @throws TenonException what the operator throws, with op and node
    public static List<? extends Datum> evaluate(Node node, EvalContext context) {
        return evaluate(node, node.op().def(), context);
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> List<? extends Datum> evaluate(
            Node node, OpDef<O> def, EvalContext context) {
        try {
            Budget.step();
            return def.evaluate((O) node.op(), context);
        } catch (TenonException e) {
            throw e.at(def.name(), node.name());
        } catch (OutOfMemoryError e) {
            throw new LimitException(
                    Problem.of("not enough memory").op(def.name()).node(node.name()), e);
        } catch (IndexOutOfBoundsException
                | ArithmeticException
                | IllegalArgumentException
                | NegativeArraySizeException e) {
            throw new InputException(
                    Problem.of("the inputs do not fit the operator (" + e.getMessage() + ")")
                            .op(def.name())
                            .node(node.name()),
                    e);
        }
    }
}
