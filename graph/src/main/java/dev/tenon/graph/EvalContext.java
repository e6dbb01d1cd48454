package dev.tenon.graph;

import dev.tenon.base.Budget;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What an operator's reference implementation sees: its inputs, and a way to run subgraphs.
public final class EvalContext {
    /// Runs a closed graph.
    @FunctionalInterface
    public interface Runner {
        /// The outputs, in order.
        List<Datum> run(Graph graph, List<Datum> inputs);
    }

    /// The budget of the operator around the subgraph that is running.
    private static final ScopedValue<SubgraphBudget> BUDGET = ScopedValue.newInstance();

    private final List<@Nullable Datum> inputs;
    private final int outputs;
    private final Runner runner;
    private final Supplier<RandomGenerator> random;
    private @Nullable SubgraphBudget budget;

    /// @param inputs null where an input is left out
    /// @param outputs how many outputs the node has, those left out included
    /// @param random for operators without a seed of their own
    public EvalContext(
            List<@Nullable Datum> inputs,
            int outputs,
            Runner runner,
            Supplier<RandomGenerator> random) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.runner = runner;
        this.random = random;
    }

    public int inputs() {
        return inputs.size();
    }

    public int outputs() {
        return outputs;
    }

    public boolean has(int input) {
        return input < inputs.size() && inputs.get(input) != null;
    }

    /// @throws InputException when the input is left out
    public Datum datum(int input) {
        var datum = input < inputs.size() ? inputs.get(input) : null;
        if (datum == null) {
            throw new InputException(Problem.of("input " + input + " is missing"));
        }
        return datum;
    }

    /// @throws InputException when the input is no tensor
    public Tensor tensor(int input) {
        if (datum(input) instanceof Tensor tensor) {
            return tensor;
        }
        throw new InputException(
                Problem.of("input " + input + " is no tensor").got(datum(input).type()));
    }

    /// The tensor, or null when it is left out.
    public @Nullable Tensor optionalTensor(int input) {
        return has(input) ? tensor(input) : null;
    }

    /// All inputs from an index on; none of them may be left out.
    public List<Datum> data(int from) {
        return java.util.stream.IntStream.range(from, inputs.size()).mapToObj(this::datum).toList();
    }

    /// The outputs of an operator that is computed within this one.
    ///
    /// @param data its inputs, null where one is left out
    /// @param count how many outputs it has
    public List<? extends Datum> evaluate(Op body, List<@Nullable Datum> data, int count) {
        return evaluate(body.def(), body, new EvalContext(data, count, runner, random));
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> List<? extends Datum> evaluate(
            OpDef<O> def, Op body, EvalContext context) {
        return def.evaluate((O) body, context);
    }

    /// Runs a subgraph.
    ///
    /// @throws dev.tenon.base.LimitException when subgraphs, those within this one included, run
    ///   more often than a [SubgraphBudget] allows
    public List<Datum> run(Graph graph, List<Datum> graphInputs) {
        Budget.step();
        var shared = budget();
        shared.spend();
        return ScopedValue.where(BUDGET, shared).call(() -> runner.run(graph, graphInputs));
    }

    private SubgraphBudget budget() {
        if (budget == null) {
            budget = BUDGET.isBound() ? BUDGET.get() : new SubgraphBudget();
        }
        return budget;
    }

    public RandomGenerator random() {
        return random.get();
    }
}
