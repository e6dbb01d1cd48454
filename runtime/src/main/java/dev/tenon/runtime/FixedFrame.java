package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of a [FixedPlan] in memory of their own, with steps made ready for it: what is left
/// of a run is to copy the inputs in, to do the steps' work, and to copy the results out.
///
/// The garbage collector frees the memory with the frame.
final class FixedFrame extends Frame {
    private final FixedPlan fixed;
    private final Step[] steps;

    /// Null for steps that are prepared at each run, as they read elements to find a shape.
    private final Action.@Nullable Invocation[] invocations;

    private @Nullable RunContext context;

    FixedFrame(FixedPlan fixed) {
        super(fixed.plan());
        this.fixed = fixed;
        this.steps = fixed.steps().toArray(Step[]::new);
        this.invocations = new Action.@Nullable Invocation[steps.length];
        var memory = Arena.ofAuto().allocate(fixed.bytes(), MemoryMap.ALIGNMENT);
        for (int i = 0; i < values.length; i++) {
            var slot = fixed.slot(i);
            if (slot != null && values[i] == null) {
                values[i] = slot.constant() != null ? slot.constant() : tensor(slot, memory);
            }
        }
        for (int i = 0; i < steps.length; i++) {
            if (!isLate(steps[i])) {
                invocations[i] = prepare(steps[i]);
            }
        }
    }

    private static @Nullable Tensor tensor(FixedPlan.Slot slot, MemorySegment memory) {
        var type = slot.type();
        long[] dims = type.shape().toLongs();
        return slot.offset() < 0
                ? null
                : Tensor.of(
                        type.dtype(),
                        memory.asSlice(slot.offset(), type.dtype().bytes(Tensor.size(dims))),
                        dims);
    }

    private boolean isLate(Step step) {
        for (int input : step.lowered().reads()) {
            if (input < step.inputs().length && step.inputs()[input] >= 0) {
                var slot = fixed.slot(step.inputs()[input]);
                if (slot == null || slot.offset() >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private Action.Invocation prepare(Step step) {
        enter(step);
        try {
            return step.lowered().action().prepare(this);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw step.failed(e);
        }
    }

    /// Runs all steps.
    ///
    /// @return the outputs, in memory of their own
    List<Datum> run(List<? extends Datum> arguments, RunContext newContext) {
        context = newContext;
        try {
            for (int i = 0; i < arguments.size(); i++) {
                copy((Tensor) arguments.get(i), value(plan.inputs()[i]));
            }
            var listener = newContext.listener();
            for (int i = 0; i < steps.length; i++) {
                if (listener == null) {
                    run(steps[i], invocations[i], newContext);
                } else {
                    observe(i, newContext, listener);
                }
            }
            var results = new ArrayList<Datum>(plan.outputs().length);
            for (int output : plan.outputs()) {
                results.add(value(output).copy());
            }
            return results;
        } finally {
            context = null;
        }
    }

    private void observe(int index, RunContext current, StepListener listener) {
        Runnable work = () -> run(steps[index], invocations[index], current);
        Observation.run(steps[index], this, work, listener);
    }

    private void run(Step step, Action.@Nullable Invocation prepared, RunContext current) {
        enter(step);
        try {
            var invocation = prepared == null ? step.lowered().action().prepare(this) : prepared;
            invocation.run(current.workers());
        } catch (RuntimeException | OutOfMemoryError e) {
            throw step.failed(e);
        }
    }

    private static void copy(Tensor from, Tensor to) {
        if (from.byteSize() > 0) {
            to.segment().copyFrom(from.segment());
        }
    }

    private Tensor value(int slot) {
        return (Tensor) Objects.requireNonNull(values[slot]);
    }

    @Override
    RunContext context() {
        return Objects.requireNonNull(context);
    }

    @Override
    Tensor output(int output, DType dtype, long... dims) {
        var place = value(step().outputs()[output]);
        if (place.dtype() != dtype || !java.util.Arrays.equals(place.dims(), dims)) {
            throw unexpected(output, dev.tenon.base.Type.tensor(dtype, dims));
        }
        return place;
    }

    @Override
    void set(int output, Datum given) {
        var place = value(step().outputs()[output]);
        if (!(given instanceof Tensor tensor) || !tensor.type().equals(place.type())) {
            throw unexpected(output, given.type());
        }
        if (step().lowered().isView()) {
            values[step().outputs()[output]] = tensor;
        } else {
            copy(tensor, place);
        }
    }

    private InputException unexpected(int output, Object got) {
        return new InputException(
                Problem.of("output " + output + " is not what its inputs' types promised")
                        .expected(value(step().outputs()[output]).type())
                        .got(got));
    }
}
