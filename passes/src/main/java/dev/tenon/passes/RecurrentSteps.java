package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.recurrent.Direction;
import dev.tenon.graph.op.recurrent.LSTM;
import dev.tenon.graph.op.recurrent.Recurrent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes one sequence of recurrent operators each of which goes on where another ended.
final class RecurrentSteps {
    private static final int WEIGHTS = 1;
    private static final int LENGTHS = 4;
    private static final int INITIAL_H = 5;
    private static final int INITIAL_C = 6;

    private static final int STATES = 0;
    private static final int END_H = 1;
    private static final int END_C = 2;

    static final List<Rule<?>> RULES =
            List.of(rule("recurrent-steps", Recurrent.class, RecurrentSteps::join));

    private RecurrentSteps() {}

    /// At the last of several operators, so that all of them are joined at once.
    private static Optional<Patch> join(Recurrent op, Node node, RuleContext context) {
        if (op.direction() != Direction.FORWARD
                || op.layout() != 0
                || next(node, context) != null) {
            return Optional.empty();
        }
        var steps = new ArrayDeque<>(List.of(node));
        for (var before = previous(node, context);
                before != null;
                before = previous(before, context)) {
            steps.addFirst(before);
        }
        return steps.size() < 2 ? Optional.empty() : Optional.of(joined(op, steps, context));
    }

    private static @Nullable Node previous(Node node, RuleContext context) {
        var start = node.input(INITIAL_H);
        var before = start.isPresent() ? context.producer(start, Recurrent.class) : null;
        return before != null && next(before, context) == node ? before : null;
    }

    /// The only operator that goes on where a node ends; null where there is none, or several.
    private static @Nullable Node next(Node node, RuleContext context) {
        var end = output(node, END_H);
        var following =
                end == null
                        ? List.<Node>of()
                        : context.readers(end).stream()
                                .filter(n -> follows(n, node, context))
                                .toList();
        return following.size() == 1 ? following.getFirst() : null;
    }

    private static @Nullable Value output(Node node, int index) {
        return node.outputs().size() > index && node.outputs().get(index).isPresent()
                ? node.outputs().get(index)
                : null;
    }

    private static boolean follows(Node node, Node before, RuleContext context) {
        var cell = output(before, END_C);
        boolean continued =
                node.op().equals(before.op())
                        && node.input(INITIAL_H) == output(before, END_H)
                        && (!(node.op() instanceof LSTM)
                                || cell != null
                                        && node.input(INITIAL_C) == cell
                                        && context.isReadOnce(cell));
        return continued
                && !node.input(LENGTHS).isPresent()
                && !before.input(LENGTHS).isPresent()
                && IntStream.range(WEIGHTS, LENGTHS).allMatch(i -> node.input(i) == before.input(i))
                && node.input(INITIAL_C + 1) == before.input(INITIAL_C + 1)
                && Match.rank(node.input(0)) == 3
                && Match.rank(before.input(0)) == 3
                && IntStream.of(1, 2)
                        .allMatch(
                                i ->
                                        Match.shape(node.input(0))
                                                .dim(i)
                                                .equals(Match.shape(before.input(0)).dim(i)))
                && Match.shape(node.input(0)).dim(0).isKnown()
                && Match.shape(before.input(0)).dim(0).isKnown();
    }

    private static Patch joined(
            Recurrent op, SequencedCollection<Node> steps, RuleContext context) {
        var first = steps.getFirst();
        var last = steps.getLast();
        var patch = context.patch();
        var inputs = new ArrayList<>(first.inputs());
        inputs.set(
                0,
                patch.add(
                        new Concat(0),
                        first.input(0).name(),
                        steps.stream().map(n -> n.input(0)).toArray(Value[]::new)));
        boolean eachState = steps.stream().anyMatch(n -> readsStates(n, last, context));
        var names = new ArrayList<>(last.outputs().stream().map(Value::name).toList());
        names.set(STATES, eachState ? last.name() + "_states" : "");
        var outputs = patch.add(op, last.name(), inputs, names);
        for (int i = END_H; i < last.outputs().size(); i++) {
            if (last.outputs().get(i).isPresent()) {
                patch.replace(last.outputs().get(i), outputs.get(i));
            }
        }
        long from = 0;
        for (var step : steps) {
            long to = from + extent(step);
            if (eachState) {
                states(step, last, outputs.getFirst(), from, to, patch);
            }
            from = to;
        }
        return patch.build();
    }

    private static long extent(Node step) {
        return Match.shape(step.input(0)).dim(0) instanceof Dim.Known(var extent) ? extent : 0;
    }

    /// Whether somebody reads states that are not those at the end of all steps.
    private static boolean readsStates(Node step, Node last, RuleContext context) {
        var states = output(step, STATES);
        var end = step == last ? null : output(step, END_H);
        return states != null && isRead(states, 1, context)
                || end != null && isRead(end, 2, context);
    }

    private static boolean isRead(Value value, int times, RuleContext context) {
        return context.isOutput(value) || context.readers(value).size() >= times;
    }

    /// Lets readers of a step's states read those of the whole.
    private static void states(
            Node step, Node last, Value all, long from, long to, Patch.Builder patch) {
        var states = output(step, STATES);
        if (states != null) {
            patch.replace(states, Ranges.of(0, from, to).slice(all, step, patch));
        }
        var end = output(step, END_H);
        if (step != last && end != null) {
            var one = Ranges.of(0, to - 1, to).slice(all, step, patch);
            var axis = patch.constant(step.name() + "_axis", Tensor.ofLongs(0));
            patch.replace(end, patch.add(new Squeeze(), end.name(), one, axis));
        }
    }
}
