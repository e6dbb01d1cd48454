package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.elementwise.Variadic;
import dev.tenon.graph.op.move.Flatten;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.move.Unsqueeze;
import dev.tenon.graph.op.quant.DequantizeLinear;
import dev.tenon.graph.op.quant.QLinearConv;
import dev.tenon.graph.op.quant.QLinearMatMul;
import dev.tenon.graph.op.quant.QuantizeLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that keep integers between dequantisation and quantisation.
final class Quantization {
    /// Rules whose results are the same to the bit.
    static final List<Rule<?>> EXACT =
            List.of(
                    rule("quantize-dequantized", QuantizeLinear.class, Quantization::pair),
                    rule("relu-into-quantize", QuantizeLinear.class, Quantization::relu),
                    rule("move-quantized", QuantizeLinear.class, Quantization::move),
                    rule("relu-of-quantized", QuantizeLinear.class, Quantization::quantizedRelu));

    /// Rules whose results may be a step off where a number lies between two.
    static final List<Rule<?>> PRODUCTS =
            List.of(
                    rule("quantized-matmul", QuantizeLinear.class, Quantization::matMul),
                    rule("quantized-conv", QuantizeLinear.class, Quantization::conv));

    private Quantization() {}

    private static boolean isPlain(QuantizeLinear op, Node node) {
        return op.blockSize() == 0
                && op.precision() == null
                && node.input(2).isPresent()
                && isNumber(node.input(1))
                && isNumber(node.input(2))
                && node.output().tensorType().dtype().isInteger();
    }

    private static boolean isNumber(Value value) {
        return value.constant() != null && value.constant().size() == 1;
    }

    /// The node that dequantises a value with numbers for all of it; null for others.
    private static @Nullable Node dequantized(Value value, RuleContext context) {
        var node = context.producer(value, DequantizeLinear.class);
        return node != null
                        && node.op() instanceof DequantizeLinear op
                        && op.blockSize() == 0
                        && op.outputDtype() == null
                        && isNumber(node.input(1))
                        && isNumber(node.input(2))
                ? node
                : null;
    }

    /// The node that dequantises weights with numbers for all of them, or for each position of an
    /// axis; null for others.
    private static @Nullable Node weights(Value value, int axis, RuleContext context) {
        var node = context.producer(value, DequantizeLinear.class);
        var scale = node == null ? null : node.input(1).constant();
        var zero = node == null ? null : node.input(2).constant();
        int rank = Match.rank(value);
        return node != null
                        && node.op() instanceof DequantizeLinear op
                        && op.blockSize() == 0
                        && op.outputDtype() == null
                        && scale != null
                        && zero != null
                        && rank > 0
                        && (isNumber(node.input(1)) && isNumber(node.input(2))
                                || scale.rank() == 1
                                        && zero.rank() == 1
                                        && Math.floorMod(op.axis(), rank) == axis)
                ? node
                : null;
    }

    /// Whether two nodes have the same scale and zero point.
    private static boolean alike(Node quantize, Node dequantize) {
        return same(quantize.input(1), dequantize.input(1))
                && same(quantize.input(2), dequantize.input(2))
                && isOrdinary(quantize.input(1));
    }

    private static boolean same(Value a, Value b) {
        var first = a.constant();
        var second = b.constant();
        return first != null
                && second != null
                && first.dtype() == second.dtype()
                && first.getDouble(0) == second.getDouble(0);
    }

    /// Whether a scale is positive, and neither infinite nor too small to multiply back.
    private static boolean isOrdinary(Value scale) {
        double number = Match.scalar(scale).orElse(0);
        return number >= Float.MIN_NORMAL && number < 1e30;
    }

    /// `quantize(dequantize(q))`.
    private static Optional<Patch> pair(QuantizeLinear op, Node node, RuleContext context) {
        var dequantize = isPlain(op, node) ? dequantized(node.input(0), context) : null;
        return dequantize != null
                        && alike(node, dequantize)
                        && Match.sameType(dequantize.input(0), node.output())
                ? Optional.of(context.patch().replace(node.output(), dequantize.input(0)).build())
                : Optional.empty();
    }

    /// Negative numbers become the least integer anyway where that is the zero point.
    private static Optional<Patch> relu(QuantizeLinear op, Node node, RuleContext context) {
        var relu = context.producer(node.input(0), Unary.class);
        return relu != null
                        && relu.op() == Unary.RELU
                        && isPlain(op, node)
                        && isLeast(node.input(2))
                        && isOrdinary(node.input(1))
                ? Optional.of(
                        context.patch()
                                .replace(
                                        node,
                                        op,
                                        List.of(relu.input(0), node.input(1), node.input(2)))
                                .build())
                : Optional.empty();
    }

    private static boolean isLeast(Value zeroPoint) {
        var constant = zeroPoint.constant();
        return constant != null && constant.getLong(0) == constant.dtype().minInteger();
    }

    /// `quantize(move(dequantize(q)))` is `move(q)`.
    private static Optional<Patch> move(QuantizeLinear op, Node node, RuleContext context) {
        var move = context.isReadOnce(node.input(0)) ? context.producer(node.input(0)) : null;
        if (move == null || !isPlain(op, node) || !moves(move)) {
            return Optional.empty();
        }
        var dequantize = dequantized(move.input(0), context);
        if (dequantize == null
                || !alike(node, dequantize)
                || dequantize.input(0).tensorType().dtype() != node.output().tensorType().dtype()) {
            return Optional.empty();
        }
        var inputs = new ArrayList<>(move.inputs());
        inputs.set(0, dequantize.input(0));
        return Optional.of(context.patch().replace(node, move.op(), inputs).build());
    }

    private static boolean moves(Node node) {
        return switch (node.op()) {
            case Transpose _, Reshape _, Slice _, Squeeze _, Unsqueeze _, Flatten _, Gather _ ->
                    true;
            default -> false;
        };
    }

    /// `quantize(relu(dequantize(q)))` is `max(q, zero point)`.
    private static Optional<Patch> quantizedRelu(
            QuantizeLinear op, Node node, RuleContext context) {
        var relu =
                context.isReadOnce(node.input(0))
                        ? context.producer(node.input(0), Unary.class)
                        : null;
        var dequantize =
                relu == null || relu.op() != Unary.RELU || !isPlain(op, node)
                        ? null
                        : dequantized(relu.input(0), context);
        if (dequantize == null
                || !alike(node, dequantize)
                || !Match.sameType(dequantize.input(0), node.output())) {
            return Optional.empty();
        }
        var zero = Objects.requireNonNull(node.input(2).constant()).reshape();
        var patch = context.patch();
        var least = patch.constant(node.input(2).name(), zero);
        return Optional.of(
                patch.replace(node, Variadic.MAX, List.of(dequantize.input(0), least)).build());
    }

    private static boolean isByte(Value value) {
        var dtype = value.tensorType().dtype();
        return dtype.isInteger() && dtype.bits() == 8;
    }

    /// `quantize(dequantize(a) × dequantize(b))`.
    private static Optional<Patch> matMul(QuantizeLinear op, Node node, RuleContext context) {
        var product =
                context.isReadOnce(node.input(0))
                        ? context.producer(node.input(0), MatMul.class)
                        : null;
        var a = product == null ? null : dequantized(product.input(0), context);
        var b =
                product == null
                        ? null
                        : Match.rank(product.input(1)) == 2
                                ? weights(product.input(1), 1, context)
                                : dequantized(product.input(1), context);
        if (a == null
                || b == null
                || !isPlain(op, node)
                || !isByte(a.input(0))
                || !isByte(b.input(0))
                || !isByte(node.output())) {
            return Optional.empty();
        }
        return Optional.of(
                context.patch().replace(node, new QLinearMatMul(), inputs(a, b, node)).build());
    }

    private static List<Value> inputs(Node a, Node b, Node quantize) {
        var inputs = new ArrayList<>(a.inputs());
        inputs.addAll(b.inputs());
        inputs.addAll(quantize.inputs().subList(1, 3));
        return inputs;
    }

    /// `quantize(conv(dequantize(x), dequantize(w), dequantize(b)))` with a bias in steps of the
    /// products.
    private static Optional<Patch> conv(QuantizeLinear op, Node node, RuleContext context) {
        var conv =
                context.isReadOnce(node.input(0))
                        ? context.producer(node.input(0), Conv.class)
                        : null;
        var x = conv == null ? null : dequantized(conv.input(0), context);
        var w = conv == null ? null : weights(conv.input(1), 0, context);
        if (conv == null
                || x == null
                || w == null
                || !(conv.op() instanceof Conv c)
                || !isPlain(op, node)
                || !isByte(x.input(0))
                || !isByte(w.input(0))
                || !isByte(node.output())) {
            return Optional.empty();
        }
        var inputs = inputs(x, w, node);
        if (conv.input(2).isPresent()) {
            var bias = dequantizedBias(conv.input(2), x, w, context);
            if (bias == null) {
                return Optional.empty();
            }
            inputs = new ArrayList<>(inputs);
            inputs.add(bias);
        }
        var integer =
                new QLinearConv(
                        c.autoPad(),
                        c.dilations(),
                        c.group(),
                        c.kernelShape(),
                        c.pads(),
                        c.strides());
        return Optional.of(context.patch().replace(node, integer, inputs).build());
    }

    private static @Nullable Value dequantizedBias(
            Value bias, Node x, Node w, RuleContext context) {
        var node = context.producer(bias, DequantizeLinear.class);
        var scale = node == null ? null : node.input(1).constant();
        boolean steps =
                node != null
                        && scale != null
                        && node.input(0).tensorType().dtype() == DType.INT32
                        && (!node.input(2).isPresent() || isZero(node.input(2).constant()))
                        && areProducts(scale, x, w);
        return node != null && steps ? node.input(0) : null;
    }

    /// Whether scales are those of products of data and weights.
    private static boolean areProducts(Tensor scales, Node x, Node w) {
        var weights = Objects.requireNonNull(w.input(1).constant());
        double data = Match.scalar(x.input(1)).orElseThrow();
        for (long i = 0; i < scales.size(); i++) {
            double weight = weights.getDouble(weights.size() == 1 ? 0 : i);
            if (scales.getDouble(i) != (float) (data * weight)) {
                return false;
            }
        }
        return scales.size() == 1 || scales.size() == weights.size();
    }

    private static boolean isZero(@Nullable Tensor zeroPoint) {
        for (long i = 0; zeroPoint != null && i < zeroPoint.size(); i++) {
            if (zeroPoint.getLong(i) != 0) {
                return false;
            }
        }
        return zeroPoint != null;
    }
}
