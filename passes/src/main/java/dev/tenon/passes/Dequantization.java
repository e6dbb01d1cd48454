package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.quant.DequantizeLinear;
import dev.tenon.graph.op.quant.QLinearConv;
import dev.tenon.graph.op.quant.QLinearMatMul;
import dev.tenon.graph.op.quant.QuantizeLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that compute in floats what a file computes in integers of 8 bits, for graphs that are run
/// here: there are kernels for floats. A result may be a step off where a number lies between two.
final class Dequantization {
    /// Elements of weights that are dequantised beforehand.
    private static final long MAX_WEIGHTS = 1L << 27;

    static final List<Rule<?>> RULES =
            List.of(
                    rule("expand-qlinear-conv", QLinearConv.class, Dequantization::conv),
                    rule("expand-qlinear-matmul", QLinearMatMul.class, Dequantization::matMul),
                    rule("expand-dequantized", DequantizeLinear.class, Dequantization::weights));

    private Dequantization() {}

    /// Weights that are dequantised when they are used.
    private static Optional<Patch> weights(DequantizeLinear op, Node node, RuleContext context) {
        var size = Match.shape(node.output()).knownSize();
        if (!node.inputs().stream().allMatch(v -> !v.isPresent() || v.constant() != null)
                || size.isEmpty()
                || size.getAsLong() > MAX_WEIGHTS
                || !(new Interpreter(0).evaluate(node).getFirst() instanceof Tensor tensor)) {
            return Optional.empty();
        }
        return Optional.of(context.patch().replace(node, new Constant(tensor), List.of()).build());
    }

    /// Adds the numbers that integers stand for.
    ///
    /// @param at the input's index among the node's; its scale and zero point follow
    /// @param axis of the input, along which there may be several scales
    /// @return null where scales or zero points are not constants, or lie in another way
    private static @Nullable Value numbers(
            Node node, int at, int axis, boolean manyScales, Patch.Builder patch) {
        var scale = node.input(at + 1).constant();
        var zero = node.input(at + 2).constant();
        if (scale == null
                || zero == null
                || scale.dtype() != DType.FLOAT32
                || scale.size() != zero.size()
                || scale.size() != 1 && !(manyScales && scale.rank() == 1)) {
            return null;
        }
        boolean one = scale.size() == 1;
        return patch.add(
                new DequantizeLinear(axis, 0, null),
                node.input(at).name() + "_numbers",
                node.input(at),
                patch.constant(node.input(at + 1).name(), one ? scale.reshape() : scale),
                patch.constant(
                        node.input(at + 2).name(),
                        one ? zero.reshape() : zero.reshape(zero.size())));
    }

    /// Replaces a node by integers of numbers.
    ///
    /// @param at the index of the scale of the result among the node's inputs
    private static Optional<Patch> quantized(
            Node node, Value numbers, int at, Patch.Builder patch) {
        return Optional.of(
                patch.replace(
                                node,
                                new QuantizeLinear(0, 0, null, null, true),
                                List.of(numbers, node.input(at), node.input(at + 1)))
                        .build());
    }

    private static boolean isNumber(Value value) {
        return value.constant() != null && value.constant().size() == 1;
    }

    private static Optional<Patch> conv(QLinearConv op, Node node, RuleContext context) {
        var patch = context.patch();
        var x = numbers(node, 0, 0, false, patch);
        var w = numbers(node, 3, 0, true, patch);
        if (x == null || w == null || !isNumber(node.input(6)) || !isNumber(node.input(7))) {
            return Optional.empty();
        }
        var inputs = new ArrayList<>(List.of(x, w));
        if (node.input(8).isPresent()) {
            var bias = node.input(8).constant();
            if (bias == null) {
                return Optional.empty();
            }
            inputs.add(patch.constant(node.input(8).name() + "_numbers", bias(node, bias)));
        }
        var conv =
                new Conv(
                        op.autoPad(),
                        op.dilations(),
                        op.group(),
                        op.kernelShape(),
                        op.pads(),
                        op.strides());
        var sums = patch.add(conv, node.name(), inputs, List.of(node.name() + "_sums"));
        return quantized(node, sums.getFirst(), 6, patch);
    }

    /// A bias in steps of the products.
    private static Tensor bias(Node node, Tensor steps) {
        var x = Match.scalar(node.input(1)).orElseThrow();
        var w = Objects.requireNonNull(node.input(4).constant());
        var bias = Tensor.zeros(DType.FLOAT32, steps.dims());
        for (long i = 0; i < steps.size(); i++) {
            bias.setDouble(i, steps.getDouble(i) * x * w.getDouble(w.size() == 1 ? 0 : i));
        }
        return bias;
    }

    private static Optional<Patch> matMul(QLinearMatMul op, Node node, RuleContext context) {
        int rank = Match.rank(node.input(3));
        if (rank < 1 || !isNumber(node.input(6)) || !isNumber(node.input(7))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var a = numbers(node, 0, 0, false, patch);
        var b = numbers(node, 3, rank - 1, rank == 2, patch);
        if (a == null || b == null) {
            return Optional.empty();
        }
        var product = patch.add(new MatMul(), node.name(), a, b);
        return quantized(node, product, 6, patch);
    }
}
