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

    private final Plan general;
    private final ArrayDeque<List<Type>> seen = new ArrayDeque<>();
    private final ArrayDeque<List<Type>> impossible = new ArrayDeque<>();
    private volatile List<FixedPlan> fixed = List.of();

    Plans(Plan general) {
        this.general = general;
        var types = general.graph().inputs().stream().map(v -> v.type()).toList();
        if (types.stream().allMatch(Plans::isFixed)) {
            FixedPlan.of(general, types).ifPresent(plan -> fixed = List.of(plan));
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

    List<Datum> run(List<? extends Datum> arguments, RunContext context) {
        var plan = find(fixed, arguments);
        if (plan == null) {
            plan = another(arguments);
        }
        return plan == null ? general.run(arguments, context) : plan.run(arguments, context);
    }

    /// Whether all is laid out for these arguments.
    boolean isFixed(List<? extends Datum> arguments) {
        return find(fixed, arguments) != null;
    }

    private static @Nullable FixedPlan find(
            List<FixedPlan> plans, List<? extends Datum> arguments) {
        for (var plan : plans) {
            if (plan.takes(arguments)) {
                return plan;
            }
        }
        return null;
    }

    /// A new plan for types that came before; null for others, and where there can be none.
    private synchronized @Nullable FixedPlan another(List<? extends Datum> arguments) {
        var types = new ArrayList<Type>();
        arguments.forEach(a -> types.add(a.type()));
        if (!types.stream().allMatch(Plans::isFixed)) {
            return null;
        }
        var made = find(fixed, arguments);
        if (made != null) {
            return made;
        }
        if (impossible.contains(types)) {
            return null;
        }
        if (!seen.remove(types)) {
            remember(seen, types);
            return null;
        }
        var plan =
                FixedPlan.of(general, types)
                        .or(() -> simplified(types).flatMap(p -> FixedPlan.of(p, types)))
                        .orElse(null);
        if (plan == null) {
            remember(impossible, types);
        } else {
            var plans = new ArrayList<>(fixed);
            plans.addFirst(plan);
            fixed = List.copyOf(plans.subList(0, Math.min(MAX_FIXED, plans.size())));
        }
        return plan;
    }

    /// A plan of its own for these types, in which what depends on extents alone is decided; empty
    /// where they do not fit a branch, which may be one that is not taken.
    private Optional<Plan> simplified(List<Type> types) {
        try {
            var graph = Specialiser.withInputs(general.graph(), types);
            return Optional.of(general.another(Pipelines.declutter().run(graph)));
        } catch (GraphException e) {
            LOGGER.log(Level.DEBUG, "No plan is made for these types: " + types, e);
            return Optional.empty();
        }
    }

    private static void remember(ArrayDeque<List<Type>> types, List<Type> latest) {
        if (types.size() == MAX_SEEN) {
            types.removeFirst();
        }
        types.addLast(List.copyOf(latest));
    }
}
