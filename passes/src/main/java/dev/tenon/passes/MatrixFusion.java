package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.BatchNormalization;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that let products of matrices do what nodes around them do.
final class MatrixFusion {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("batch-norm-into-gemm", BatchNormalization.class, MatrixFusion::afterGemm),
                    rule("affine-into-gemm", Binary.class, MatrixFusion::afterGemm),
                    rule("scale-into-matmul", Binary.class, MatrixFusion::afterMatMul),
                    rule("scale-before-matmul", MatMul.class, MatrixFusion::beforeMatMul),
                    rule("matmul-bias-to-gemm", Binary.class, MatrixFusion::bias),
                    rule("transpose-into-gemm", Gemm.class, MatrixFusion::transposed),
                    rule("transpose-matmul-to-gemm", MatMul.class, MatrixFusion::transposed));

    private MatrixFusion() {}

    /// `scale · gemm(a, b, c) + shift`, a number a column, is a product by a scaled matrix.
    private static Optional<Patch> afterGemm(Op op, Node node, RuleContext context) {
        for (var input : node.inputs()) {
            var product = context.producer(input, Gemm.class);
            if (product == null
                    || !(product.op() instanceof Gemm gemm)
                    || !context.isReadOnce(input)) {
                continue;
            }
            var affine = Affine.of(node, input, 1);
            var weights = product.input(1).constant();
            var bias = product.input(2).constant();
            if (affine == null
                    || weights == null
                    || !Match.isWide(product.input(1))
                    || !context.isReadOnce(product.input(1))
                    || product.input(2).isPresent() && (bias == null || !isRow(bias))) {
                continue;
            }
            long columns = weights.dim(gemm.transB() ? 0 : 1);
            if (!affine.fits(columns)) {
                continue;
            }
            var scaled = scaled(weights, affine, gemm.transB() ? 0 : 1);
            var newBias = affine.bias(bias, gemm.beta(), weights.dtype(), columns);
            if (Match.isFinite(scaled) && Match.isFinite(newBias)) {
                var patch = context.patch();
                return Optional.of(
                        patch.replace(
                                        node,
                                        new Gemm(gemm.alpha(), 1, gemm.transA(), gemm.transB()),
                                        List.of(
                                                product.input(0),
                                                patch.constant(product.input(1).name(), scaled),
                                                patch.constant(product.name() + "_bias", newBias)))
                                .build());
            }
        }
        return Optional.empty();
    }

    private static boolean isRow(Tensor bias) {
        return bias.rank() < 2 || bias.dim(0) == 1;
    }

    private static Tensor scaled(Tensor matrix, Affine affine, int axis) {
        var result = Weights.zeros(matrix.dtype(), matrix.dims());
        long columns = matrix.dim(1);
        for (long i = 0; i < matrix.size(); i++) {
            long channel = axis == 0 ? i / columns : i % columns;
            result.setDouble(i, matrix.getDouble(i) * affine.scale(channel));
        }
        return result;
    }

    /// `scale · (x × w)`, a number a column, is `x × (scale · w)`.
    private static Optional<Patch> afterMatMul(Binary op, Node node, RuleContext context) {
        for (var input : scales(node) ? node.inputs() : List.<Value>of()) {
            var product = context.producer(input, MatMul.class);
            if (product == null
                    || !context.isReadOnce(input)
                    || !isMatrix(product.input(1), context)) {
                continue;
            }
            var affine = Affine.of(node, input, Match.rank(input) - 1);
            if (affine != null && affine.isScale()) {
                var patch =
                        scaledMatMul(node, product.input(0), product.input(1), affine, 1, context);
                if (patch.isPresent()) {
                    return patch;
                }
            }
        }
        return Optional.empty();
    }

    /// `(scale · x) × w`, a number a row of `w`, is `x × (scale · w)`.
    private static Optional<Patch> beforeMatMul(MatMul op, Node node, RuleContext context) {
        var producer = context.producer(node.input(0), Binary.class);
        if (producer == null
                || !scales(producer)
                || !context.isReadOnce(node.input(0))
                || !isMatrix(node.input(1), context)) {
            return Optional.empty();
        }
        for (var input : producer.inputs()) {
            boolean data = input.constant() == null && Match.sameType(input, node.input(0));
            var affine = data ? Affine.of(producer, input, Match.rank(input) - 1) : null;
            if (affine != null && affine.isScale()) {
                return scaledMatMul(node, input, node.input(1), affine, 0, context);
            }
        }
        return Optional.empty();
    }

    private static boolean scales(Node node) {
        return node.op() == Binary.MUL || node.op() == Binary.DIV;
    }

    private static Optional<Patch> scaledMatMul(
            Node node, Value left, Value right, Affine affine, int axis, RuleContext context) {
        var weights = Objects.requireNonNull(right.constant());
        if (!affine.fits(weights.dim(axis))) {
            return Optional.empty();
        }
        var scaled = scaled(weights, affine, axis);
        if (!Match.isFinite(scaled)) {
            return Optional.empty();
        }
        var patch = context.patch();
        return Optional.of(
                patch.replace(
                                node,
                                new MatMul(),
                                List.of(left, patch.constant(right.name(), scaled)))
                        .build());
    }

    private static boolean isMatrix(Value value, RuleContext context) {
        var constant = value.constant();
        return constant != null
                && constant.rank() == 2
                && Match.isWide(value)
                && context.isReadOnce(value);
    }

    /// `x × w + b` of matrices with a row of constants `b` is one operator.
    private static Optional<Patch> bias(Binary op, Node node, RuleContext context) {
        if (op != Binary.ADD) {
            return Optional.empty();
        }
        for (var input : node.inputs()) {
            var product = context.producer(input, MatMul.class);
            var bias = Match.beside(node, input);
            if (product != null
                    && bias != null
                    && bias.constant() != null
                    && bias.constant().rank() <= 2
                    && isRow(bias.constant())
                    && context.isReadOnce(input)
                    && Match.rank(product.input(0)) == 2
                    && Match.rank(product.input(1)) == 2
                    && Match.isWide(input)
                    && Match.sameType(input, node.output())) {
                return Optional.of(
                        context.patch()
                                .replace(
                                        node,
                                        new Gemm(1, 1, false, false),
                                        List.of(product.input(0), product.input(1), bias))
                                .build());
            }
        }
        return Optional.empty();
    }

    /// A product takes its matrices transposed or not.
    private static Optional<Patch> transposed(Gemm op, Node node, RuleContext context) {
        var left = matrixTranspose(node.input(0), context);
        var right = matrixTranspose(node.input(1), context);
        if (left == null && right == null) {
            return Optional.empty();
        }
        var inputs = new ArrayList<>(node.inputs());
        inputs.set(0, left == null ? inputs.get(0) : left);
        inputs.set(1, right == null ? inputs.get(1) : right);
        var gemm =
                new Gemm(
                        op.alpha(),
                        op.beta(),
                        op.transA() == (left == null),
                        op.transB() == (right == null));
        return Optional.of(context.patch().replace(node, gemm, inputs).build());
    }

    private static Optional<Patch> transposed(MatMul op, Node node, RuleContext context) {
        var left = matrixTranspose(node.input(0), context);
        var right = matrixTranspose(node.input(1), context);
        if (left == null && right == null
                || Match.rank(node.input(0)) != 2
                || Match.rank(node.input(1)) != 2
                || !Match.isWide(node.input(0))) {
            return Optional.empty();
        }
        return Optional.of(
                context.patch()
                        .replace(
                                node,
                                new Gemm(1, 1, left != null, right != null),
                                List.of(
                                        left == null ? node.input(0) : left,
                                        right == null ? node.input(1) : right))
                        .build());
    }

    /// What a matrix is the transpose of; null where it is none.
    private static @Nullable Value matrixTranspose(Value value, RuleContext context) {
        var producer = context.producer(value, Transpose.class);
        return producer != null
                        && producer.op() instanceof Transpose transpose
                        && Match.rank(value) == 2
                        && transpose.order(2).equals(Longs.of(1, 0))
                ? producer.input(0)
                : null;
    }
}
