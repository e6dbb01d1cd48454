package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Node;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of a run of a plan.
///
/// While a step is prepared or runs, its action addresses inputs and outputs by their index at the
/// node.
abstract sealed class Frame permits FreeFrame, FixedFrame {
    final Plan plan;
    final @Nullable Datum[] values;
    private @Nullable Step step;
    private @Nullable NativeScratch room;

    Frame(Plan plan) {
        this.plan = plan;
        this.values = plan.constants();
    }

    /// What the run shares with those of subgraphs.
    abstract RunContext context();

    /// Makes an output's memory; the elements are undefined until they are written.
    ///
    /// @throws dev.tenon.base.LimitException when it would be too much
    abstract Tensor output(int output, DType dtype, long... dims);

    /// Sets what a reference implementation gave, whose memory may be an input's.
    abstract void set(int output, Datum value);

    void enter(Step next) {
        step = next;
    }

    /// What is left of a step.
    ///
    /// @param newRoom lasts as long as the work
    Work prepare(Step next, NativeScratch newRoom) {
        enter(next);
        room = newRoom;
        return next.action().prepare(this);
    }

    /// Memory that lasts as long as the work of the step that is prepared.
    NativeScratch room() {
        return Objects.requireNonNull(room);
    }

    Step step() {
        return Objects.requireNonNull(step);
    }

    boolean has(int input) {
        return input < step().inputs().length && step().inputs()[input] >= 0;
    }

    /// @throws InputException when the input is left out or no tensor
    Tensor tensor(int input) {
        if (has(input) && values[step().inputs()[input]] instanceof Tensor tensor) {
            return tensor;
        }
        throw new InputException(Problem.of("input " + input + " is no tensor"));
    }

    @Nullable Tensor optional(int input) {
        return has(input) ? tensor(input) : null;
    }

    /// An input whose elements decide on shapes; the step was lowered as reading it.
    Tensor contents(int input) {
        if (!step().lowered().reads().contains(input)) {
            throw new IllegalStateException(step() + " does not say that it reads input " + input);
        }
        return tensor(input);
    }

    /// Whether an output is wanted.
    boolean wants(int output) {
        return output < step().outputs().length && step().outputs()[output] >= 0;
    }

    /// The step's inputs for a reference implementation.
    EvalContext evaluation(Node node) {
        var inputs = new ArrayList<@Nullable Datum>();
        for (int slot : step().inputs()) {
            inputs.add(slot < 0 ? null : values[slot]);
        }
        return new EvalContext(
                inputs,
                node.outputs().size(),
                (graph, data) -> plan.subplan(graph).run(data.toArray(Datum[]::new), context()),
                () -> context().random().get());
    }
}
