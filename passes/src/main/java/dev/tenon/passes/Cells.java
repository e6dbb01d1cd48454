package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Unsqueeze;
import dev.tenon.graph.op.recurrent.Direction;
import dev.tenon.graph.op.recurrent.GRU;
import dev.tenon.graph.op.recurrent.LSTM;
import dev.tenon.graph.op.recurrent.Recurrent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that recognise steps of recurrent networks which are written out, as cells of PyTorch and
/// unrolled loops of TensorFlow are.
final class Cells {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("lstm-cell", Binary.class, Cells::lstm),
                    rule("gru-cell", Binary.class, Cells::gru));

    private Cells() {}

    private static @Nullable Value operand(Value value, Unary op, RuleContext context) {
        var node = context.producer(value, Unary.class);
        return node != null && node.op() == op ? node.input(0) : null;
    }

    private static @Nullable Node binary(@Nullable Value value, Binary op, RuleContext context) {
        var node = value == null ? null : context.producer(value, Binary.class);
        return node != null && node.op() == op ? node : null;
    }

    /// The part of the gates that a function is taken of.
    private static GateSums.@Nullable Part gate(
            Value value, Unary function, int count, RuleContext context) {
        var of = operand(value, function, context);
        return of == null ? null : GateSums.part(of, count, context);
    }

    /// `h = sigmoid(o) · tanh(c)` with `c = sigmoid(f) · c₀ + sigmoid(i) · tanh(g)`, the gates
    /// equal parts of one sum.
    private static Optional<Patch> lstm(Binary op, Node node, RuleContext context) {
        for (var factor : op == Binary.MUL ? node.inputs() : List.<Value>of()) {
            var beside = Match.beside(node, factor);
            var output = beside == null ? null : gate(factor, Unary.SIGMOID, 4, context);
            var cell = beside == null ? null : operand(beside, Unary.TANH, context);
            var sum = output == null ? null : binary(cell, Binary.ADD, context);
            if (output == null || cell == null || sum == null) {
                continue;
            }
            for (var kept : sum.inputs()) {
                var added = Match.beside(sum, kept);
                var patch = added == null ? null : lstm(node, cell, output, kept, added, context);
                if (patch != null) {
                    return Optional.of(patch);
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable Patch lstm(
            Node node,
            Value cell,
            GateSums.Part output,
            Value kept,
            Value added,
            RuleContext context) {
        var forget = binary(kept, Binary.MUL, context);
        var input = binary(added, Binary.MUL, context);
        if (forget == null || input == null) {
            return null;
        }
        for (int a = 0; a < 2; a++) {
            for (int b = 0; b < 2; b++) {
                var f = gate(forget.input(a), Unary.SIGMOID, 4, context);
                var i = gate(input.input(b), Unary.SIGMOID, 4, context);
                var g = gate(input.input(1 - b), Unary.TANH, 4, context);
                if (f != null && i != null && g != null) {
                    return lstm(node, cell, forget.input(1 - a), List.of(i, output, f, g), context);
                }
            }
        }
        return null;
    }

    /// @param parts the gates in ONNX's order: input, output, forget, cell
    private static @Nullable Patch lstm(
            Node node, Value cell, Value initial, List<GateSums.Part> parts, RuleContext context) {
        var sums = sums(parts, context);
        long hidden = hidden(node);
        var state = sums == null ? null : sums.hidden(hidden);
        if (sums == null
                || state == null
                || sums.bias().length != 4 * hidden
                || !Match.sameType(initial, node.output())
                || !Match.sameType(state.state(), node.output())) {
            return null;
        }
        var x = sums.other(state);
        if (!Match.shape(x.state()).dim(0).equals(Match.shape(initial).dim(0))) {
            return null;
        }
        var order = parts.stream().mapToInt(GateSums.Part::index).toArray();
        var bias = Tensor.zeros(DType.FLOAT32, 1, 8 * hidden);
        for (int i = 0; i < 4 * hidden; i++) {
            int gate = (int) (i / hidden);
            bias.setDouble(
                    i,
                    sums.bias()[(int) (order[gate] * hidden + i % hidden)]
                            + parts.get(gate).shift());
        }
        var lstm = new LSTM(null, null, null, null, Direction.FORWARD, (int) hidden, false, 0);
        var step = new Step(x, state, order, bias, List.of(state.state(), initial));
        return step.instead(lstm, node, List.of(node.output(), cell), context);
    }

    /// One step of a recurrent operator.
    ///
    /// @param order which part of the weights each gate of the operator is
    /// @param bias `[1, 2 · gates · H]`
    /// @param starts the states before the step, `[B, H]` each
    private record Step(
            GateSums.Product x,
            GateSums.Product state,
            int[] order,
            Tensor bias,
            List<Value> starts) {
        /// Replaces the states after the step by those of an operator over a sequence of one.
        Patch instead(Recurrent op, Node node, List<Value> ends, RuleContext context) {
            var patch = context.patch();
            var name = node.name();
            var axis = patch.constant(name + "_axis", Tensor.ofLongs(0));
            var inputs = new ArrayList<Value>();
            inputs.add(patch.add(new Unsqueeze(), name + "_x", x.state(), axis));
            inputs.add(patch.constant(name + "_w", GateSums.ordered(x.weights(), order)));
            inputs.add(patch.constant(name + "_r", GateSums.ordered(state.weights(), order)));
            inputs.add(patch.constant(name + "_b", bias));
            inputs.add(Value.NONE);
            for (var start : starts) {
                inputs.add(patch.add(new Unsqueeze(), start.name() + "_start", start, axis));
            }
            var names = new ArrayList<>(List.of(""));
            ends.forEach(end -> names.add(end.name() + "_end"));
            var outputs = patch.add(op, name, inputs, names);
            for (int i = 0; i < ends.size(); i++) {
                var end = ends.get(i);
                patch.replace(end, patch.add(new Squeeze(), end.name(), outputs.get(i + 1), axis));
            }
            return patch.build();
        }
    }

    private static long hidden(Node node) {
        return Match.rank(node.output()) == 2
                        && Match.shape(node.output()).dim(1) instanceof Dim.Known(var extent)
                ? extent
                : 0;
    }

    /// What the parts are parts of, each another one; null where that is not the same.
    private static @Nullable GateSums sums(List<GateSums.Part> parts, RuleContext context) {
        var of = parts.getFirst().of();
        boolean all =
                parts.stream().allMatch(p -> p.of() == of)
                        && parts.stream().mapToInt(GateSums.Part::index).distinct().count()
                                == parts.size();
        return all ? GateSums.of(of, context) : null;
    }

    /// `h = n + z · (h₀ - n)` or `(1 - z) · n + z · h₀`, with `n = tanh(xₙ + r · hₙ)` and `r` and
    /// `z` sigmoids of sums of parts of two products.
    private static Optional<Patch> gru(Binary op, Node node, RuleContext context) {
        for (var first : op == Binary.ADD ? node.inputs() : List.<Value>of()) {
            var second = Match.beside(node, first);
            var mix = second == null ? null : mix(first, second, context);
            var patch = mix == null ? null : gru(node, mix, context);
            if (patch != null) {
                return Optional.of(patch);
            }
        }
        return Optional.empty();
    }

    /// A state `h`, a candidate `n`, and how much of the state stays.
    private record Mix(Value update, Value state, Value candidate) {}

    private static @Nullable Mix mix(Value first, Value second, RuleContext context) {
        var product = binary(second, Binary.MUL, context);
        if (product == null) {
            return null;
        }
        for (var update : product.inputs()) {
            var beside = Match.beside(product, update);
            if (beside == null) {
                return null;
            }
            var difference = binary(beside, Binary.SUB, context);
            if (difference != null && difference.input(1) == first) {
                return new Mix(update, difference.input(0), first);
            }
            var rest = binary(first, Binary.MUL, context);
            if (rest == null) {
                continue;
            }
            for (var one : rest.inputs()) {
                var complement = binary(one, Binary.SUB, context);
                var candidate = Match.beside(rest, one);
                if (complement != null
                        && candidate != null
                        && Match.is(complement.input(0), 1)
                        && complement.input(1) == update) {
                    return new Mix(update, beside, candidate);
                }
            }
        }
        return null;
    }

    /// Parts at one place of two sums, added up.
    private record Pair(GateSums.Part x, GateSums.Part h) {}

    private static @Nullable Pair pair(@Nullable Value value, Value x, RuleContext context) {
        var sum = binary(value, Binary.ADD, context);
        for (int i = 0; sum != null && i < 2; i++) {
            var first = GateSums.part(sum.input(i), 3, context);
            var second = GateSums.part(sum.input(1 - i), 3, context);
            if (first != null
                    && second != null
                    && first.of() == x
                    && first.index() == second.index()) {
                return new Pair(first, second);
            }
        }
        return null;
    }

    private static @Nullable Patch gru(Node node, Mix mix, RuleContext context) {
        var inner = operand(mix.candidate(), Unary.TANH, context);
        var sum = binary(inner, Binary.ADD, context);
        for (int i = 0; sum != null && i < 2; i++) {
            var candidate = GateSums.part(sum.input(i), 3, context);
            var product = binary(sum.input(1 - i), Binary.MUL, context);
            if (product == null || candidate == null) {
                continue;
            }
            for (var reset : product.inputs()) {
                var beside = Match.beside(product, reset);
                var gated = beside == null ? null : GateSums.part(beside, 3, context);
                var r = pair(operand(reset, Unary.SIGMOID, context), candidate.of(), context);
                var z =
                        pair(
                                operand(mix.update(), Unary.SIGMOID, context),
                                candidate.of(),
                                context);
                if (gated != null
                        && r != null
                        && z != null
                        && r.h().of() == gated.of()
                        && z.h().of() == gated.of()
                        && candidate.index() == gated.index()) {
                    return gru(
                            node,
                            mix.state(),
                            List.of(z.x(), r.x(), candidate),
                            gated.of(),
                            context);
                }
            }
        }
        return null;
    }

    /// @param parts the gates in ONNX's order: update, reset, hidden
    private static @Nullable Patch gru(
            Node node,
            Value initial,
            List<GateSums.Part> parts,
            Value recurrent,
            RuleContext context) {
        var sums = sums(parts, context);
        var inner = GateSums.of(recurrent, context);
        long hidden = hidden(node);
        if (sums == null
                || inner == null
                || sums.products().size() != 1
                || inner.products().size() != 1
                || sums.bias().length != 3 * hidden
                || inner.bias().length != 3 * hidden
                || inner.products().getFirst().state() != initial
                || parts.stream().anyMatch(p -> p.shift() != 0)
                || !Match.sameType(initial, node.output())) {
            return null;
        }
        var x = sums.products().getFirst();
        var state = inner.products().getFirst();
        if (!Match.shape(x.state()).dim(0).equals(Match.shape(initial).dim(0))) {
            return null;
        }
        var order = parts.stream().mapToInt(GateSums.Part::index).toArray();
        var bias = Tensor.zeros(DType.FLOAT32, 1, 6 * hidden);
        for (int i = 0; i < 6 * hidden; i++) {
            int gate = (int) (i / hidden % 3);
            var from = i < 3 * hidden ? sums.bias() : inner.bias();
            bias.setDouble(i, from[(int) (order[gate] * hidden + i % hidden)]);
        }
        var gru = new GRU(null, null, null, null, Direction.FORWARD, (int) hidden, 0, true);
        var step = new Step(x, state, order, bias, List.of(initial));
        return step.instead(gru, node, List.of(node.output()), context);
    }
}
