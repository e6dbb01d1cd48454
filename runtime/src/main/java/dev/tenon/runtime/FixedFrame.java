package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The values of a [FixedPlan] in memory of their own, with steps made ready for it: what is left
/// of a run is to copy the inputs in, to do the steps' work, and to copy the results out. A run
/// makes no objects but those of its results.
final class FixedFrame extends Frame implements AutoCloseable {
    private final FixedPlan fixed;
    private final Arena arena;
    private final NativeScratch room;
    private final Step[] steps;

    /// Null for steps that are prepared at each run, as they read elements to find a shape.
    private final @Nullable Work[] works;

    private @Nullable RunContext context;

    /// @param arena of all memory
    FixedFrame(FixedPlan fixed, Arena arena) {
        super(fixed.plan());
        this.fixed = fixed;
        this.arena = arena;
        this.room = NativeScratch.in(arena);
        this.steps = fixed.steps().toArray(Step[]::new);
        this.works = new @Nullable Work[steps.length];
        var memory = arena.allocate(fixed.bytes(), MemoryMap.ALIGNMENT);
        for (int i = 0; i < values.length; i++) {
            var slot = fixed.slot(i);
            if (slot != null && values[i] == null) {
                values[i] = slot.constant() != null ? slot.constant() : tensor(slot, memory);
            }
        }
        for (int i = 0; i < steps.length; i++) {
            if (!isLate(steps[i])) {
                works[i] = prepare(steps[i]);
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

    private Work prepare(Step step) {
        try (var _ = room.turn()) {
            return prepare(step, room);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw step.failed(e);
        }
    }

    /// Runs all steps. The outputs are there until the next run.
    ///
    /// @param arguments of the types that all is laid out for
    void run(Datum[] arguments, RunContext newContext) {
        context = newContext;
        try {
            for (int i = 0; i < arguments.length; i++) {
                copy((Tensor) arguments[i], value(plan.inputs()[i]));
            }
            var listener = newContext.listener();
            for (int i = 0; i < steps.length; i++) {
                if (listener == null) {
                    run(steps[i], works[i], newContext);
                } else {
                    observe(i, newContext, listener);
                }
            }
        } finally {
            context = null;
        }
    }

    /// Copies of the outputs.
    List<Datum> results() {
        var results = new ArrayList<Datum>(plan.outputs().length);
        for (int output : plan.outputs()) {
            results.add(value(output).copy());
        }
        return results;
    }

    /// Copies an output.
    ///
    /// @param target of its type
    void copyResult(int output, Tensor target) {
        copy(value(plan.outputs()[output]), target);
    }

    private void observe(int index, RunContext current, StepListener listener) {
        Runnable work = () -> run(steps[index], works[index], current);
        Observation.run(steps[index], this, work, listener);
    }

    private void run(Step step, @Nullable Work prepared, RunContext current) {
        enter(step);
        try {
            if (prepared != null) {
                prepared.run(current.workers());
            } else {
                runLate(step, current);
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            throw step.failed(e);
        }
    }

    private void runLate(Step step, RunContext current) {
        try (var scratch = NativeScratch.open()) {
            prepare(step, scratch).run(current.workers());
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

    /// The frame of a subgraph's plan, in memory that lasts as long as this frame's.
    FixedFrame within(FixedPlan subplan) {
        return new FixedFrame(subplan, arena);
    }

    @Override
    Tensor output(int output, DType dtype, long... dims) {
        var place = place(output);
        if (place.dtype() != dtype || !java.util.Arrays.equals(place.dims(), dims)) {
            throw unexpected(output, Type.tensor(dtype, dims));
        }
        return place;
    }

    /// Where an output of the step belongs.
    Tensor place(int output) {
        return value(step().outputs()[output]);
    }

    @Override
    void set(int output, Datum given) {
        var place = place(output);
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
                        .expected(place(output).type())
                        .got(got));
    }

    /// Frees the memory.
    @Override
    public void close() {
        arena.close();
    }
}
