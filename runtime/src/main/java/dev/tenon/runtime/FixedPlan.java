package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.LimitException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Specialiser;
import dev.tenon.graph.Value;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A plan for inputs of known types: every extent and every place in memory is known before it
/// runs, and steps whose results are known are left out.
final class FixedPlan {
    /// A value's type and place.
    ///
    /// @param type of a tensor whose extents are all known
    /// @param constant the tensor itself, where it is known
    /// @param offset in the memory of a frame; -1 for constants
    record Slot(Type.OfTensor type, @Nullable Tensor constant, long offset) {}

    private final Plan plan;
    private final List<Type.OfTensor> inputs;
    private final Pins pins;
    private final List<@Nullable Slot> slots;
    private final List<Step> steps;
    private final long bytes;
    private final long peak;
    private final Spares<FixedFrame> frames = new Spares<>(FixedFrame::close);

    private FixedPlan(
            Plan plan,
            List<Type.OfTensor> inputs,
            Pins pins,
            List<@Nullable Slot> slots,
            List<Step> steps,
            long bytes) {
        this.plan = plan;
        this.inputs = List.copyOf(inputs);
        this.pins = pins;
        this.slots = slots;
        this.steps = List.copyOf(steps);
        this.bytes = bytes;
        long results = 0;
        for (int output : plan.outputs()) {
            results += bytes(Objects.requireNonNull(slots.get(output)).type());
        }
        this.peak = bytes + results;
    }

    /// The plan for inputs of the given types; empty where an extent depends on the inputs'
    /// elements, or a value is no tensor of numbers.
    static Optional<FixedPlan> of(Plan plan, List<? extends Type> types) {
        return of(plan, types, Pins.NONE);
    }

    /// The same for inputs of which some have the elements that the plan was made with.
    static Optional<FixedPlan> of(Plan plan, List<? extends Type> types, Pins pins) {
        return new Builder(plan, types, pins).build();
    }

    Plan plan() {
        return plan;
    }

    @Nullable Slot slot(int index) {
        return slots.get(index);
    }

    List<Step> steps() {
        return steps;
    }

    /// Memory of a frame.
    long bytes() {
        return bytes;
    }

    /// What a run holds in the most: its intermediate values, a copy of its inputs, its results.
    long peak() {
        return peak;
    }

    /// The type of an output.
    Type.OfTensor output(int index) {
        return Objects.requireNonNull(slots.get(plan.outputs()[index])).type();
    }

    /// Whether the inputs are of this plan's types, and have the elements it was made with.
    boolean takes(Datum[] arguments) {
        boolean takes = arguments.length == inputs.size();
        for (int i = 0; takes && i < arguments.length; i++) {
            takes = arguments[i] instanceof Tensor tensor && fits(tensor, inputs.get(i));
        }
        return takes && pins.fit(arguments);
    }

    /// Whether it takes all inputs of these types.
    boolean isFor(List<? extends Type> types) {
        return inputs.equals(types) && pins.equals(Pins.NONE);
    }

    /// Whether a tensor is of a type whose extents are all known.
    static boolean fits(Tensor tensor, Type.OfTensor type) {
        var shape = type.shape();
        if (tensor.dtype() != type.dtype() || tensor.rank() != shape.rank()) {
            return false;
        }
        for (int i = 0; i < shape.rank(); i++) {
            if (!shape.dim(i).is(tensor.dim(i))) {
                return false;
            }
        }
        return true;
    }

    /// Runs the plan. The frame that is returned has the outputs until it is given back.
    ///
    /// @throws LimitException when the run would hold more than its limit, before it begins
    FixedFrame run(Datum[] arguments, RunContext context) {
        context.check(peak);
        var spare = frames.poll();
        var frame = spare == null ? newFrame() : spare;
        boolean done = false;
        try {
            frame.run(arguments, context);
            done = true;
            return frame;
        } finally {
            if (!done) {
                frame.close();
            }
        }
    }

    private FixedFrame newFrame() {
        var arena = Arena.ofShared();
        boolean made = false;
        try {
            var frame = new FixedFrame(this, arena);
            made = true;
            return frame;
        } finally {
            if (!made) {
                arena.close();
            }
        }
    }

    /// Keeps a frame for further runs.
    void giveBack(FixedFrame frame) {
        frames.giveBack(frame);
    }

    /// Gives up the memory of frames that no run uses, and that of others when they are given back.
    void close() {
        frames.close();
        plan.close();
    }

    private static long bytes(Type.OfTensor type) {
        return type.dtype().bytes(type.shape().knownSize().orElseThrow());
    }

    private static final class Builder {
        private final Plan plan;
        private final Pins pins;
        private final Graph graph;
        private final Map<Value, Value> refined = new IdentityHashMap<>();

        Builder(Plan plan, List<? extends Type> types, Pins pins) {
            this.plan = plan;
            this.pins = pins;
            this.graph = PlanConstants.fold(Specialiser.withInputs(plan.graph(), types));
            var old = plan.graph();
            for (int i = 0; i < old.inputs().size(); i++) {
                refined.put(old.inputs().get(i), graph.inputs().get(i));
            }
            for (int i = 0; i < old.nodes().size(); i++) {
                var before = old.nodes().get(i).outputs();
                var after = graph.nodes().get(i).outputs();
                for (int j = 0; j < before.size(); j++) {
                    refined.put(before.get(j), after.get(j));
                }
            }
        }

        Optional<FixedPlan> build() {
            var types = new ArrayList<Type.@Nullable OfTensor>();
            var constants = new ArrayList<@Nullable Tensor>();
            for (var value : plan.values()) {
                var known = Objects.requireNonNull(refined.get(value));
                var constant = known.constant();
                constants.add(
                        constant == null
                                ? null
                                : Plan.reachable(constant, plan.resources().storage()));
                types.add(fixed(known));
            }
            var steps = needed(constants);
            for (int slot : used(steps)) {
                if (types.get(slot) == null) {
                    return Optional.empty();
                }
            }
            return Optional.of(placed(steps, types, constants));
        }

        /// The type where a value is a tensor of numbers whose extents are known; null elsewhere.
        private static Type.@Nullable OfTensor fixed(Value value) {
            return value.type() instanceof Type.OfTensor type
                            && type.dtype() != DType.STRING
                            && type.shape().isRanked()
                            && type.shape().isKnown()
                    ? type
                    : null;
        }

        /// The steps that outputs depend on and whose results are not known.
        private List<Step> needed(List<@Nullable Tensor> constants) {
            var wanted = new boolean[constants.size()];
            for (int output : plan.outputs()) {
                wanted[output] = true;
            }
            var steps = new ArrayList<Step>();
            for (var step : plan.steps().reversed()) {
                boolean runs = false;
                for (int slot : step.outputs()) {
                    runs |= slot >= 0 && wanted[slot] && constants.get(slot) == null;
                }
                if (runs) {
                    steps.add(step);
                    Arrays.stream(step.inputs())
                            .filter(s -> s >= 0)
                            .forEach(slot -> wanted[slot] = true);
                }
            }
            return steps.reversed();
        }

        /// The slots of inputs, outputs and what steps make.
        private int[] used(List<Step> steps) {
            var ends =
                    IntStream.concat(Arrays.stream(plan.inputs()), Arrays.stream(plan.outputs()));
            var made = steps.stream().flatMapToInt(s -> Arrays.stream(s.outputs()));
            return IntStream.concat(ends, made).filter(s -> s >= 0).toArray();
        }

        private FixedPlan placed(
                List<Step> steps,
                List<Type.@Nullable OfTensor> types,
                List<@Nullable Tensor> constants) {
            int count = types.size();
            var home = new int[count];
            var first = new int[count];
            var last = new int[count];
            Arrays.fill(home, -1);
            for (int input : plan.inputs()) {
                home[input] = input;
                first[input] = -1;
                last[input] = -1;
            }
            for (int i = 0; i < steps.size(); i++) {
                var step = steps.get(i);
                for (int slot : step.inputs()) {
                    if (slot >= 0 && home[slot] >= 0) {
                        last[home[slot]] = i;
                    }
                }
                for (int slot : step.outputs()) {
                    if (slot >= 0) {
                        boolean view = step.lowered().isView() && home[step.inputs()[0]] >= 0;
                        home[slot] = view ? home[step.inputs()[0]] : slot;
                        first[slot] = i;
                        last[home[slot]] = i;
                    }
                }
            }
            for (int output : plan.outputs()) {
                if (home[output] >= 0) {
                    last[home[output]] = steps.size();
                }
            }
            var homes = new ArrayList<Integer>();
            var buffers = new ArrayList<MemoryMap.Buffer>();
            for (int slot = 0; slot < count; slot++) {
                if (home[slot] == slot) {
                    homes.add(slot);
                    long bytes = bytes(Objects.requireNonNull(types.get(slot)));
                    buffers.add(new MemoryMap.Buffer(bytes, first[slot], last[slot]));
                }
            }
            var map = MemoryMap.of(buffers);
            var offsets = new long[count];
            for (int i = 0; i < homes.size(); i++) {
                offsets[homes.get(i)] = map.offsets()[i];
            }
            var slots = new ArrayList<@Nullable Slot>();
            for (int slot = 0; slot < count; slot++) {
                var type = types.get(slot);
                long offset = home[slot] < 0 ? -1 : offsets[home[slot]];
                slots.add(type == null ? null : new Slot(type, constants.get(slot), offset));
            }
            var inputs = new ArrayList<Type.OfTensor>();
            for (int input : plan.inputs()) {
                inputs.add(Objects.requireNonNull(types.get(input)));
            }
            return new FixedPlan(plan, inputs, pins, slots, steps, map.bytes());
        }
    }
}
