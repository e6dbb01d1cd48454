package dev.tenon.runtime;

import dev.tenon.base.Datum;
import dev.tenon.base.GraphException;
import dev.tenon.base.Type;
import dev.tenon.graph.Specialiser;
import dev.tenon.passes.Pipelines;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The plans of one graph: one that takes all inputs, and for inputs of types that come again one
/// in which all is laid out for them.
final class Plans {
    private static final System.Logger LOGGER = System.getLogger("dev.tenon.runtime");

    /// Types for which plans are kept; the oldest makes room for the next.
    private static final int MAX_FIXED = 8;

    /// Types that are remembered to have come once.
    private static final int MAX_SEEN = 64;

    /// Plans that are made for elements of inputs, in all: where these change from run to run,
    /// nothing is gained.
    private static final int MAX_PINNED = 4;

    /// What a plan is made for.
    private record Key(List<Type> types, Pins pins) {
        Key {
            types = List.copyOf(types);
        }
    }

    private final Plan general;
    private final ArrayDeque<Key> seen = new ArrayDeque<>();
    private final ArrayDeque<Key> impossible = new ArrayDeque<>();
    private volatile FixedPlan[] fixed = {};
    private int pinned;
    private boolean closed;

    Plans(Plan general) {
        this.general = general;
        var types = general.graph().inputs().stream().map(v -> v.type()).toList();
        if (types.stream().allMatch(Plans::isFixed)) {
            FixedPlan.of(general, types).ifPresent(plan -> fixed = new FixedPlan[] {plan});
        }
    }

    private static boolean isFixed(Type type) {
        return type instanceof Type.OfTensor(var _, var shape)
                && shape.isRanked()
                && shape.isKnown();
    }

    /// The plan that takes all inputs.
    Plan general() {
        return general;
    }

    /// @return the outputs, in memory of their own
    List<Datum> run(Datum[] arguments, RunContext context) {
        var plan = fixed(arguments);
        return plan == null ? general.run(arguments, context) : run(plan, arguments, context);
    }

    private static List<Datum> run(FixedPlan plan, Datum[] arguments, RunContext context) {
        var frame = plan.run(arguments, context);
        var results = frame.results();
        plan.giveBack(frame);
        return results;
    }

    /// The plan in which all is laid out for arguments of types that came before; null where there
    /// is none.
    @Nullable FixedPlan fixed(Datum[] arguments) {
        var plan = known(arguments);
        return plan == null ? another(arguments) : plan;
    }

    /// Such a plan that was made already.
    @Nullable FixedPlan known(Datum[] arguments) {
        for (var plan : fixed) {
            if (plan.takes(arguments)) {
                return plan;
            }
        }
        return null;
    }

    /// The plan in which all is laid out for inputs of these types, whether they came before or
    /// not; null where there can be none.
    synchronized @Nullable FixedPlan fixedFor(List<Type> types) {
        for (var plan : fixed) {
            if (plan.isFor(types)) {
                return plan;
            }
        }
        var key = new Key(List.copyOf(types), Pins.NONE);
        if (!types.stream().allMatch(Plans::isFixed) || impossible.contains(key)) {
            return null;
        }
        return make(key);
    }

    /// A new plan for types that came before; null for others, and where there can be none.
    private synchronized @Nullable FixedPlan another(Datum[] arguments) {
        var made = known(arguments);
        if (made != null) {
            return made;
        }
        var types = new ArrayList<Type>();
        for (var argument : arguments) {
            types.add(argument.type());
        }
        if (!types.stream().allMatch(Plans::isFixed)) {
            return null;
        }
        var key = new Key(types, Pins.NONE);
        if (impossible.contains(key)) {
            return pinned(arguments, types);
        }
        if (!seen.remove(key)) {
            remember(seen, key);
            return null;
        }
        var plan = make(key);
        return plan == null ? makePinned(new Key(types, Pins.of(arguments))) : plan;
    }

    /// A plan for the elements of some inputs as well, where they came before.
    private @Nullable FixedPlan pinned(Datum[] arguments, List<Type> types) {
        var key = new Key(types, Pins.of(arguments));
        if (mayPin(key) && !seen.remove(key)) {
            remember(seen, key);
            return null;
        }
        return makePinned(key);
    }

    private boolean mayPin(Key key) {
        return !key.pins().equals(Pins.NONE) && pinned < MAX_PINNED && !impossible.contains(key);
    }

    private @Nullable FixedPlan makePinned(Key key) {
        if (!mayPin(key)) {
            return null;
        }
        pinned++;
        return make(key);
    }

    private @Nullable FixedPlan make(Key key) {
        var plain =
                key.pins().equals(Pins.NONE)
                        ? FixedPlan.of(general, key.types())
                        : Optional.<FixedPlan>empty();
        var plan =
                plain.or(
                                () ->
                                        simplified(key)
                                                .flatMap(
                                                        p ->
                                                                FixedPlan.of(
                                                                        p,
                                                                        key.types(),
                                                                        key.pins())))
                        .orElse(null);
        if (plan == null) {
            remember(impossible, key);
        } else {
            var plans = new ArrayList<>(List.of(fixed));
            plans.addFirst(plan);
            if (plans.size() > MAX_FIXED) {
                plans.removeLast().close();
            }
            fixed = plans.toArray(FixedPlan[]::new);
            if (closed) {
                plan.close();
            }
        }
        return plan;
    }

    /// A plan of its own for these types and elements, in which what depends on them alone is
    /// decided; empty where they do not fit a branch, which may be one that is not taken.
    private Optional<Plan> simplified(Key key) {
        var types = key.types();
        try {
            var typed = Specialiser.withInputs(general.graph(), types);
            var graph = Specialiser.withElements(typed, key.pins().elements(types));
            return Optional.of(general.another(Pipelines.declutter().run(graph)));
        } catch (GraphException e) {
            LOGGER.log(Level.DEBUG, "No plan is made for these types: " + types, e);
            return Optional.empty();
        }
    }

    /// Gives up the memory of plans, as soon as no run uses it.
    synchronized void close() {
        closed = true;
        List.of(fixed).forEach(FixedPlan::close);
        general.close();
    }

    private static void remember(ArrayDeque<Key> keys, Key latest) {
        if (keys.size() == MAX_SEEN) {
            keys.removeFirst();
        }
        keys.addLast(latest);
    }
}
