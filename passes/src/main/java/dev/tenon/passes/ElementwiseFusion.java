package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.convolution.ConvTranspose;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.fused.Map;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.norm.BatchNormalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules that compute element-wise operators together with what is around them.
final class ElementwiseFusion {
    /// Element-wise operators after products and convolutions become their epilogues.
    static final List<Rule<?>> EPILOGUES =
            List.of(
                    rule(
                            "batch-norm-to-map",
                            BatchNormalization.class,
                            ElementwiseFusion::normalized),
                    rule("epilogue", Formula.class, ElementwiseFusion::epilogue),
                    rule("map-to-epilogue", Map.class, ElementwiseFusion::epilogue),
                    rule("map-into-epilogue", WithEpilogue.class, ElementwiseFusion::intoOperand),
                    rule("elementwise-before-concat", Formula.class, ElementwiseFusion::ofParts),
                    rule("map-before-concat", Map.class, ElementwiseFusion::ofParts));

    /// Those that are left become one where one reads the other.
    static final List<Rule<?>> MAPS =
            List.of(
                    rule("merge-elementwise", Formula.class, ElementwiseFusion::merged),
                    rule("merge-maps", Map.class, ElementwiseFusion::merged));

    private ElementwiseFusion() {}

    /// A number a channel to multiply by and one to add.
    private static Optional<Patch> normalized(
            BatchNormalization op, Node node, RuleContext context) {
        int rank = Match.rank(node.input(0));
        var affine = Affine.of(node, node.input(0), 1);
        var numbers = node.input(1).constant();
        if (affine == null
                || numbers == null
                || rank < 2
                || node.outputs().size() != 1
                || !isFloat(node.input(0))) {
            return Optional.empty();
        }
        long channels = numbers.size();
        var scale = Tensor.zeros(DType.FLOAT32, channels);
        for (long i = 0; i < channels; i++) {
            scale.setDouble(i, affine.scale(i));
        }
        var shift = affine.bias(null, 1, DType.FLOAT32, channels);
        if (!Match.isFinite(scale) || !Match.isFinite(shift)) {
            return Optional.empty();
        }
        var dims = new long[rank - 1];
        Arrays.fill(dims, 1);
        dims[0] = channels;
        var patch = context.patch();
        return Optional.of(
                patch.replace(
                                node,
                                new Map(Scalar.arg(0).times(Scalar.arg(1)).plus(Scalar.arg(2))),
                                List.of(
                                        node.input(0),
                                        patch.constant(node.name() + "_scale", scale.reshape(dims)),
                                        patch.constant(
                                                node.name() + "_shift", shift.reshape(dims))))
                        .build());
    }

    /// `f(body(…), operands)` with an epilogue in place of `f`.
    private static Optional<Patch> epilogue(Op op, Node node, RuleContext context) {
        var expression = Expression.of(node);
        if (expression == null || node.output().tensorType().dtype() != DType.FLOAT32) {
            return Optional.empty();
        }
        for (var value : expression.operands()) {
            var producer = context.producer(value);
            if (producer == null
                    || !context.isReadOnce(value)
                    || !Match.sameType(value, node.output())) {
                continue;
            }
            var fused = fused(producer, value, expression);
            if (fused != null) {
                return Optional.of(
                        context.patch().replace(node, fused.op(), fused.inputs()).build());
            }
        }
        return Optional.empty();
    }

    private record Result(Op op, List<Value> inputs) {}

    private static @Nullable Result fused(Node producer, Value value, Expression outer) {
        var body = producer.op() instanceof WithEpilogue with ? with.body() : producer.op();
        var inner =
                producer.op() instanceof WithEpilogue with
                        ? new Expression(with.epilogue(), elements(with, producer, value))
                        : new Expression(Scalar.arg(0), List.of(value));
        var whole = outer.inline(value, inner);
        if (whole == null || !takesEpilogue(body, producer)) {
            return null;
        }
        var ordered = whole.withFirst(value);
        var operands = ordered.operands().subList(1, ordered.operands().size());
        if (!operands.stream().allMatch(o -> fits(o, value, body))) {
            return null;
        }
        var inputs = new ArrayList<>(bodyInputs(producer));
        inputs.addAll(operands);
        return new Result(new WithEpilogue(body, operands.size(), ordered.scalar()), inputs);
    }

    /// What the arguments of an epilogue stand for; the value itself is the body's result.
    private static List<Value> elements(WithEpilogue op, Node node, Value value) {
        var elements = new ArrayList<Value>();
        elements.add(value);
        elements.addAll(op.operands(node));
        return elements;
    }

    private static List<Value> bodyInputs(Node node) {
        return node.op() instanceof WithEpilogue with
                ? node.inputs().subList(0, with.bodyInputs(node.inputs().size()))
                : node.inputs();
    }

    /// Whether kernels compute an operator with an epilogue.
    private static boolean takesEpilogue(Op body, Node node) {
        var inputs = bodyInputs(node);
        if (!inputs.stream().allMatch(v -> !v.isPresent() || isFloat(v))) {
            return false;
        }
        return switch (body) {
            case Conv conv ->
                    inputs.get(1).constant() != null
                            && (conv.pads() == null || conv.pads().stream().allMatch(p -> p >= 0));
            case ConvTranspose _ -> inputs.get(1).constant() != null;
            case Gemm _ -> true;
            case MatMul _ -> Match.rank(inputs.get(0)) >= 2 && Match.rank(inputs.get(1)) >= 2;
            default -> false;
        };
    }

    private static boolean isFloat(Value value) {
        return Match.shape(value).isRanked() && value.tensorType().dtype() == DType.FLOAT32;
    }

    /// Whether an operand is known to broadcast to a result in a way that kernels read.
    private static boolean fits(Value operand, Value result, Op body) {
        if (!isFloat(operand)) {
            return false;
        }
        var shape = Match.shape(operand);
        var whole = Match.shape(result);
        int added = whole.rank() - shape.rank();
        if (added < 0
                || !IntStream.range(0, shape.rank())
                        .allMatch(
                                i ->
                                        shape.dim(i).is(1)
                                                || shape.dim(i).equals(whole.dim(added + i)))) {
            return false;
        }
        int spatial = Math.max(0, 2 - added);
        return !(body instanceof Convolution)
                || IntStream.range(spatial, shape.rank()).allMatch(i -> shape.dim(i).is(1))
                || added <= 2
                        && IntStream.range(spatial, shape.rank())
                                .allMatch(i -> shape.dim(i).equals(whole.dim(added + i)));
    }

    /// A function of products and convolutions side by side is one of each.
    private static Optional<Patch> ofParts(Op op, Node node, RuleContext context) {
        var expression = Expression.of(node);
        var whole =
                expression == null || expression.operands().size() != 1
                        ? null
                        : expression.operands().getFirst();
        var concat = whole == null ? null : context.producer(whole, Concat.class);
        if (whole == null
                || concat == null
                || !context.isReadOnce(whole)
                || !Match.sameType(whole, node.output())
                || !concat.inputs().stream().allMatch(part -> isProduct(part, context))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var parts = new ArrayList<Value>();
        for (var part : concat.inputs()) {
            var inputs = node.inputs().stream().map(i -> i == whole ? part : i).toList();
            parts.add(patch.add(op, node.name(), inputs, List.of(part.name())).getFirst());
        }
        return Optional.of(patch.replace(node, concat.op(), parts).build());
    }

    /// Whether a value is made by an operator that takes an epilogue, and read once.
    private static boolean isProduct(Value value, RuleContext context) {
        var producer = context.producer(value);
        return producer != null
                && context.isReadOnce(value)
                && takesEpilogue(
                        producer.op() instanceof WithEpilogue with ? with.body() : producer.op(),
                        producer);
    }

    /// An operand of an epilogue that is element-wise itself.
    private static Optional<Patch> intoOperand(WithEpilogue op, Node node, RuleContext context) {
        var result = node.output();
        var expression = new Expression(op.epilogue(), elements(op, node, result));
        for (var operand : op.operands(node)) {
            var inner = inlined(operand, result, context);
            var whole = inner == null ? null : expression.inline(operand, inner);
            if (whole == null) {
                continue;
            }
            var ordered = whole.withFirst(result);
            var operands = ordered.operands().subList(1, ordered.operands().size());
            if (operands.stream().allMatch(o -> fits(o, result, op.body()))) {
                var inputs = new ArrayList<>(bodyInputs(node));
                inputs.addAll(operands);
                return Optional.of(
                        context.patch()
                                .replace(
                                        node,
                                        new WithEpilogue(
                                                op.body(), operands.size(), ordered.scalar()),
                                        inputs)
                                .build());
            }
        }
        return Optional.empty();
    }

    /// What makes an operand that nobody else reads, element for element of the result; null where
    /// it cannot be computed there.
    private static @Nullable Expression inlined(Value operand, Value result, RuleContext context) {
        return context.isReadOnce(operand)
                        && Match.shape(operand).equals(Match.shape(result))
                        && Match.shape(operand).isRanked()
                ? Expression.of(context.producer(operand))
                : null;
    }

    /// `f(g(…), …)` as one.
    private static Optional<Patch> merged(Op op, Node node, RuleContext context) {
        var expression = Expression.of(node);
        if (expression == null || node.output().tensorType().dtype() != DType.FLOAT32) {
            return Optional.empty();
        }
        for (var operand : expression.operands()) {
            var inner = inlined(operand, node.output(), context);
            var whole = inner == null ? null : expression.inline(operand, inner);
            if (whole != null && whole.operands().stream().anyMatch(ElementwiseFusion::isFloat)) {
                return Optional.of(
                        context.patch()
                                .replace(node, new Map(whole.scalar()), whole.operands())
                                .build());
            }
        }
        return Optional.empty();
    }
}
