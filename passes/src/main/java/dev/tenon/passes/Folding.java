package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Datum;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.generate.ConstantOfShape;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.quant.Quant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that compute before the run what does not depend on the inputs.
final class Folding {
    /// A result of at most this many bytes may be larger than what it is computed from.
    private static final long SMALL_BYTES = 1 << 20;

    /// How much larger a larger one may be.
    private static final long GROWTH = 2;

    private static final long MAX_BYTES = 64 << 20;

    /// Elements of a constant that is given its own memory.
    private static final long MAX_EXPANDED = 1L << 27;

    private static final double MAX_FLOPS = 1e7;

    static final List<Rule<?>> RULES =
            List.of(
                    rule("known-content", Op.class, Folding::knownContent),
                    rule("constant-operation", Op.class, Folding::constantOperation));

    /// Rules that let constants grow, for graphs that are run here and not written.
    static final List<Rule<?>> EXPANSION =
            List.of(
                    rule("expand-constant", ConstantOfShape.class, Folding::expanded),
                    rule("expand-column", Expand.class, Folding::expandedColumn));

    private Folding() {}

    /// A tensor of one number all over, of which weights are made in models without their own.
    private static Optional<Patch> expanded(ConstantOfShape op, Node node, RuleContext context) {
        return expanded(node, context);
    }

    /// A tensor of one number for each index of an axis.
    private static Optional<Patch> expandedColumn(Expand op, Node node, RuleContext context) {
        return node.input(1).constant() == null ? Optional.empty() : expanded(node, context);
    }

    private static Optional<Patch> expanded(Node node, RuleContext context) {
        var type = node.output().tensorType();
        var size = type.shape().knownSize();
        if (node.input(0).constant() == null
                || size.isEmpty()
                || size.getAsLong() > MAX_EXPANDED
                || !(new Interpreter(0).evaluate(node).getFirst() instanceof Tensor tensor)) {
            return Optional.empty();
        }
        return Optional.of(context.patch().replace(node, new Constant(tensor), List.of()).build());
    }

    /// Shape arithmetic that came to numbers.
    private static Optional<Patch> knownContent(Op op, Node node, RuleContext context) {
        if (op instanceof Constant) {
            return Optional.empty();
        }
        var tensors = new ArrayList<@Nullable Tensor>();
        for (var output : node.outputs()) {
            boolean read = !context.readers(output).isEmpty() || context.isOutput(output);
            tensors.add(read ? output.known().orElse(null) : null);
        }
        return constants(node, tensors, context);
    }

    /// Replaces outputs by constants; those without a tensor stay.
    private static Optional<Patch> constants(
            Node node, List<@Nullable Tensor> tensors, RuleContext context) {
        var patch = context.patch();
        boolean any = false;
        for (int i = 0; i < node.outputs().size(); i++) {
            var tensor = tensors.get(i);
            if (tensor != null) {
                any = true;
                var output = node.outputs().get(i);
                if (node.outputs().size() == 1) {
                    patch.replace(node, new Constant(tensor), List.of());
                } else {
                    patch.replace(output, patch.constant(output.name(), tensor));
                }
            }
        }
        return any ? Optional.of(patch.build()) : Optional.empty();
    }

    /// Operators all of whose inputs are constants. Quantised weights stay quantised.
    private static Optional<Patch> constantOperation(Op op, Node node, RuleContext context) {
        if (op instanceof Constant
                || op instanceof Quant
                || !node.inputs().stream().allMatch(v -> !v.isPresent() || v.constant() != null)
                || !isSmall(node)
                || !Determinism.isDeterministic(op)) {
            return Optional.empty();
        }
        var results = evaluate(node);
        if (results == null) {
            return Optional.empty();
        }
        var tensors = new ArrayList<@Nullable Tensor>();
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!node.outputs().get(i).isPresent()) {
                tensors.add(null);
            } else if (results.get(i) instanceof Tensor tensor
                    && tensor.byteSize() <= limit(node)) {
                tensors.add(tensor);
            } else {
                return Optional.empty();
            }
        }
        return constants(node, tensors, context);
    }

    /// The results; null where the operator fails on its constants, which is for whoever runs it to
    /// see: it may stand in a branch that is never taken.
    private static @Nullable List<? extends Datum> evaluate(Node node) {
        try {
            return new Interpreter(0).evaluate(node);
        } catch (TenonException e) {
            return null;
        }
    }

    private static long limit(Node node) {
        long bytes = 0;
        for (var input : node.inputs()) {
            var constant = input.constant();
            bytes += constant == null ? 0 : constant.byteSize();
        }
        return Math.max(SMALL_BYTES, Math.min(MAX_BYTES, GROWTH * bytes));
    }

    /// Whether result and work stay within bounds, as far as that can be told beforehand.
    private static boolean isSmall(Node node) {
        long limit = limit(node);
        boolean known = true;
        for (var output : node.outputs()) {
            if (!output.isPresent()) {
                continue;
            }
            if (!(output.type() instanceof Type.OfTensor(var dtype, var shape))) {
                return false;
            }
            var size = shape.knownSize();
            known &= size.isPresent();
            if (size.isPresent() && dtype.bytes(size.getAsLong()) > limit) {
                return false;
            }
        }
        return known
                ? OpDef.flops(node) <= MAX_FLOPS
                : limit == SMALL_BYTES && !Subgraphs.in(node.op());
    }
}
