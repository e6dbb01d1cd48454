package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Rules for products of a matrix with each row of data that has more axes than two.
final class Rows {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("product-of-rows", Reshape.class, Rows::product),
                    rule("pointwise-conv-to-matmul", Transpose.class, Rows::pointwise),
                    rule("scales-past-matmul", MatMul.class, Rows::scales));

    private Rows() {}

    /// A matrix and what is added to each row of the product; the latter null for nothing.
    private record Linear(Value rows, Value matrix, @Nullable Value bias, boolean transposed) {}

    private static @Nullable Linear linear(Node node) {
        if (node.op() instanceof Gemm gemm) {
            boolean plain = gemm.alpha() == 1 && gemm.beta() == 1 && !gemm.transA();
            var bias = node.input(2).isPresent() ? node.input(2) : null;
            return plain ? new Linear(node.input(0), node.input(1), bias, gemm.transB()) : null;
        }
        return node.op() instanceof MatMul
                ? new Linear(node.input(0), node.input(1), null, false)
                : null;
    }

    /// Data reshaped to a matrix, multiplied, and reshaped back.
    private static Optional<Patch> product(Reshape op, Node node, RuleContext context) {
        var product = context.isReadOnce(node.input(0)) ? context.producer(node.input(0)) : null;
        var linear = product == null ? null : linear(product);
        var flat = linear == null ? null : context.producer(linear.rows(), Reshape.class);
        var matrix = linear == null ? null : linear.matrix().constant();
        if (product == null
                || linear == null
                || flat == null
                || matrix == null
                || matrix.rank() != 2
                || !context.isReadOnce(linear.matrix())
                || !context.isReadOnce(linear.rows())
                || linear.bias() != null && !isRow(linear.bias())) {
            return Optional.empty();
        }
        var x = Match.shape(flat.input(0));
        var y = Match.shape(node.output());
        if (!x.isRanked()
                || !y.isRanked()
                || Match.rank(linear.rows()) != 2
                || x.rank() < 3
                || y.rank() != x.rank()
                || !x.dim(-1).equals(Match.shape(linear.rows()).dim(-1))
                || !y.with(y.rank() - 1, Dim.ZERO).equals(x.with(x.rank() - 1, Dim.ZERO))
                || !y.dim(-1).is(matrix.dim(linear.transposed() ? 0 : 1))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var weights =
                linear.transposed()
                        ? patch.constant(linear.matrix().name(), transposed(matrix))
                        : linear.matrix();
        return Optional.of(
                withBias(node, flat.input(0), weights, linear.bias(), product, patch).build());
    }

    private static Patch.Builder withBias(
            Node node,
            Value x,
            Value weights,
            @Nullable Value bias,
            Node product,
            Patch.Builder patch) {
        if (bias == null) {
            return patch.replace(node, new MatMul(), List.of(x, weights));
        }
        var rows = patch.add(new MatMul(), product.name(), x, weights);
        return patch.replace(node, Binary.ADD, List.of(rows, bias));
    }

    private static boolean isRow(Value bias) {
        var constant = bias.constant();
        return constant != null
                && constant.rank() >= 1
                && constant.rank() <= 2
                && constant.dim(-1) == constant.size();
    }

    private static Tensor transposed(Tensor matrix) {
        long rows = matrix.dim(0);
        long columns = matrix.size() / Math.max(1, rows);
        var result = Weights.zeros(matrix.dtype(), columns, rows);
        for (long i = 0; i < matrix.size(); i++) {
            result.setDouble(i % columns * rows + i / columns, matrix.getDouble(i));
        }
        return result;
    }

    /// A convolution of single positions between transpositions that put the channels first and
    /// last again.
    private static Optional<Patch> pointwise(Transpose op, Node node, RuleContext context) {
        int rank = Match.rank(node.input(0));
        var conv = context.isReadOnce(node.input(0)) ? context.producer(node.input(0)) : null;
        if (conv == null
                || rank < 3
                || !(conv.op() instanceof Conv geometry)
                || !isPointwise(geometry, conv)
                || !context.isReadOnce(conv.input(0))
                || !context.isReadOnce(conv.input(1))
                || !op.order(rank).equals(channelsLast(rank))) {
            return Optional.empty();
        }
        var first = context.producer(conv.input(0), Transpose.class);
        if (first == null
                || !(first.op() instanceof Transpose before)
                || !Views.composed(before.order(rank), op.order(rank))
                        .equals(Longs.range(0, rank))) {
            return Optional.empty();
        }
        var weights = Objects.requireNonNull(conv.input(1).constant());
        var patch = context.patch();
        var matrix =
                patch.constant(
                        conv.input(1).name(),
                        transposed(weights.reshape(weights.dim(0), weights.dim(1))));
        var bias = conv.input(2).isPresent() ? conv.input(2) : null;
        return Optional.of(withBias(node, first.input(0), matrix, bias, conv, patch).build());
    }

    private static Longs channelsLast(int rank) {
        return Longs.of(
                LongStream.concat(
                                LongStream.concat(LongStream.of(0), LongStream.range(2, rank)),
                                LongStream.of(1))
                        .toArray());
    }

    private static boolean isPointwise(Conv op, Node conv) {
        var weights = conv.input(1).constant();
        return weights != null
                && weights.size() == weights.dim(0) * weights.dim(1)
                && op.group() == 1
                && (op.autoPad() == AutoPad.NOTSET || op.autoPad() == AutoPad.VALID)
                && isFilled(op.pads(), 0)
                && isFilled(op.strides(), 1)
                && (!conv.input(2).isPresent() || conv.input(2).constant() != null);
    }

    private static boolean isFilled(@Nullable Longs numbers, long with) {
        return numbers == null || numbers.stream().allMatch(n -> n == with);
    }

    /// `(a · x) × (b · y)` is `a · b · (x × y)`.
    private static Optional<Patch> scales(MatMul op, Node node, RuleContext context) {
        double scale = 1;
        var inputs = new ArrayList<Value>();
        for (var input : node.inputs()) {
            var producer = context.isReadOnce(input) ? context.producer(input, Binary.class) : null;
            var scaled = producer == null ? null : scaled(producer);
            if (producer == null || scaled == null || !Match.isWide(input)) {
                return Optional.empty();
            }
            inputs.add(producer.input(1 - scaled));
            double number = Match.scalar(producer.input(scaled)).orElseThrow();
            scale = producer.op() == Binary.MUL ? scale * number : scale / number;
        }
        if (!Double.isFinite((float) scale) || Math.abs(scale) < Float.MIN_NORMAL) {
            return Optional.empty();
        }
        var patch = context.patch();
        var product = patch.add(op, node.name(), inputs, List.of(node.output().name()));
        var factor =
                patch.constant(
                        node.name() + "_scale",
                        Tensor.scalar(node.output().tensorType().dtype(), scale));
        return Optional.of(
                patch.replace(node, Binary.MUL, List.of(product.getFirst(), factor)).build());
    }

    /// At which place a node multiplies by or divides by a number; null where it does not, or the
    /// result has another shape.
    private static @Nullable Integer scaled(Node node) {
        for (int i = 0; i < 2; i++) {
            boolean scales = node.op() == Binary.MUL || node.op() == Binary.DIV && i == 1;
            var number = Match.scalar(node.input(i));
            if (scales
                    && number.isPresent()
                    && Double.isFinite(number.getAsDouble())
                    && number.getAsDouble() != 0
                    && node.input(1 - i).constant() == null
                    && Match.sameType(node.input(1 - i), node.output())) {
                return i;
            }
        }
        return null;
    }
}
