package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Tensor;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Pad;
import dev.tenon.graph.op.move.Tile;
import dev.tenon.graph.op.resample.Resize;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules that compute functions of elements before there are more of them. Their results are the
/// same to the bit.
final class Growth {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("elementwise-before-repeat", Formula.class, Growth::beforeRepeat),
                    rule("elementwise-before-pad", Formula.class, Growth::beforePad),
                    rule("expand-into-elementwise", Formula.class, Growth::broadcast));

    private Growth() {}

    private static @Nullable Node producer(Node node, RuleContext context) {
        var operand = Motion.onlyOperand(node);
        return operand != null && context.isReadOnce(operand) ? context.producer(operand) : null;
    }

    /// `f(repeat(x))` is `repeat(f(x))`.
    private static Optional<Patch> beforeRepeat(Formula op, Node node, RuleContext context) {
        var repeat = producer(node, context);
        if (repeat == null || !repeats(repeat) || !fits(node, repeat.input(0))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var x = Motion.again(node, repeat.output(), repeat.input(0), patch);
        return Optional.of(
                patch.replace(node, repeat.op(), Motion.exchanged(repeat, repeat.input(0), x))
                        .build());
    }

    /// Whether the operands beside the data have no more axes than that.
    private static boolean fits(Node node, Value x) {
        return node.inputs().stream()
                .allMatch(
                        i ->
                                !i.isPresent()
                                        || i.constant() == null
                                        || i.constant().rank() <= Match.rank(x));
    }

    /// Whether a node gives each element of its data at least as often as it is there.
    private static boolean repeats(Node node) {
        if (node.op() instanceof Resize resize) {
            boolean copies =
                    resize.mode() == Resize.Mode.NEAREST
                            && resize.coordinateTransformationMode()
                                    != Resize.Coordinates.TF_CROP_AND_RESIZE;
            var scales = node.input(2).constant();
            return copies && scales != null && scales.size() > 0 && allAtLeastOne(scales);
        }
        return (node.op() instanceof Expand || node.op() instanceof Tile)
                && Match.shape(node.input(0)).isRanked()
                && !Match.shape(node.input(0)).equals(Match.shape(node.output()));
    }

    /// `f(x, expand(y))` is `f(x, y)` where `x` has the shape of the result.
    private static Optional<Patch> broadcast(Formula op, Node node, RuleContext context) {
        var shape = Match.shape(node.output());
        var inputs = node.inputs();
        for (int i = 0; i < inputs.size() && inputs.size() > 1 && shape.isRanked(); i++) {
            var expand =
                    inputs.get(i).isPresent()
                            ? context.producer(inputs.get(i), Expand.class)
                            : null;
            int at = i;
            boolean others =
                    IntStream.range(0, inputs.size())
                            .anyMatch(j -> j != at && Match.shape(inputs.get(j)).equals(shape));
            if (expand != null && others && Match.shape(expand.input(0)).isRanked()) {
                var operands = new ArrayList<>(inputs);
                operands.set(i, expand.input(0));
                return Optional.of(context.patch().replace(node, node.op(), operands).build());
            }
        }
        return Optional.empty();
    }

    private static boolean allAtLeastOne(Tensor numbers) {
        for (long i = 0; i < numbers.size(); i++) {
            if (!(numbers.getDouble(i) >= 1)) {
                return false;
            }
        }
        return true;
    }

    /// `f(pad(x, c))` is `pad(f(x), f(c))`.
    private static Optional<Patch> beforePad(Formula op, Node node, RuleContext context) {
        var pad = producer(node, context);
        if (pad == null
                || !(pad.op() instanceof Pad(var mode))
                || mode != Pad.Mode.CONSTANT
                || op.isPredicate()
                || pad.input(2).isPresent() && pad.input(2).constant() == null
                || !fits(node, pad.input(0))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var x = Motion.again(node, pad.output(), pad.input(0), patch);
        var inputs = new ArrayList<>(pad.inputs());
        inputs.set(0, x);
        var value = padding(node, pad);
        if (pad.input(2).isPresent() || !isPlusZero(value)) {
            while (inputs.size() < 3) {
                inputs.add(Value.NONE);
            }
            inputs.set(2, patch.constant(pad.name() + "_value", value));
        }
        return Optional.of(patch.replace(node, pad.op(), inputs).build());
    }

    /// What a function gives for the number that is padded with.
    private static Tensor padding(Node node, Node pad) {
        var dtype = pad.output().tensorType().dtype();
        var given = pad.input(2).constant();
        var number = given == null ? Tensor.zeros(dtype) : given.reshape();
        var graph = dev.tenon.graph.Graph.builder("padding");
        var operand = graph.constant(number);
        var inputs =
                node.inputs().stream()
                        .map(
                                i ->
                                        i == pad.output()
                                                ? operand
                                                : i.isPresent()
                                                        ? graph.constant(constant(i).reshape())
                                                        : i)
                        .toArray(Value[]::new);
        graph.output("value", graph.add(node.op(), inputs));
        return (Tensor) new Interpreter(0).run(graph.build(), List.of()).getFirst();
    }

    private static Tensor constant(Value value) {
        return Objects.requireNonNull(value.constant());
    }

    private static boolean isPlusZero(Tensor number) {
        return number.dtype().isFloat()
                ? Double.doubleToRawLongBits(number.getDouble(0)) == 0
                : number.getDouble(0) == 0;
    }
}
