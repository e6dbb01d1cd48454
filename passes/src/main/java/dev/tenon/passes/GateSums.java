package dev.tenon.passes;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What goes into the gates of a recurrent cell: products of states with constant matrices, and
/// constants.
///
/// @param products a state `[B, n]` and its weights `[gates · H, n]` each
/// @param bias `[gates · H]`
record GateSums(List<Product> products, double[] bias) {
    /// How many sums are looked through.
    private static final int REACH = 4;

    record Product(Value state, Tensor weights) {}

    /// One of equal parts of a value.
    ///
    /// @param shift a number that is added to it
    record Part(Value of, int index, double shift) {}

    /// Which of so many equal parts of the last axis a value is, a number added or not; null for
    /// others.
    static @Nullable Part part(Value value, int count, RuleContext context) {
        var node = context.producer(value);
        if (node == null) {
            return null;
        }
        return switch (node.op()) {
            case Binary.ADD -> shifted(node, count, context);
            case Split _, Slice _ -> column(value, count, context);
            default -> null;
        };
    }

    private static @Nullable Part shifted(Node sum, int count, RuleContext context) {
        for (int i = 0; i < 2; i++) {
            var number = Match.scalar(sum.input(i));
            var part = number.isEmpty() ? null : part(sum.input(1 - i), count, context);
            if (part != null && part.shift() == 0) {
                return new Part(part.of(), part.index(), number.getAsDouble());
            }
        }
        return null;
    }

    private static @Nullable Part column(Value value, int count, RuleContext context) {
        var piece = Piece.of(value, context);
        if (piece == null
                || Match.rank(value) != 2
                || piece.axis() != 1
                || !Match.shape(piece.whole()).dim(1).is(count * piece.extent())
                || piece.extent() == 0
                || piece.from() % piece.extent() != 0) {
            return null;
        }
        return new Part(piece.whole(), (int) (piece.from() / piece.extent()), 0);
    }

    /// What is summed up; null where there is something else among it.
    static @Nullable GateSums of(Value value, RuleContext context) {
        if (Match.rank(value) != 2
                || !(Match.shape(value).dim(1) instanceof Dim.Known(var width))
                || value.tensorType().dtype() != DType.FLOAT32) {
            return null;
        }
        var sums = new GateSums(new ArrayList<>(), new double[(int) width]);
        return sums.collect(value, context, 0) ? sums : null;
    }

    private boolean collect(Value value, RuleContext context, int depth) {
        if (value.constant() != null) {
            return addBias(value.constant());
        }
        var node = context.producer(value);
        if (node == null || depth > REACH) {
            return false;
        }
        if (node.op() == Binary.ADD) {
            return collect(node.input(0), context, depth + 1)
                    && collect(node.input(1), context, depth + 1);
        }
        var weights = node.inputs().size() < 2 ? null : node.input(1).constant();
        if (weights == null || weights.rank() != 2 || Match.rank(node.input(0)) != 2) {
            return false;
        }
        return switch (node.op()) {
            case MatMul _ -> addProduct(node, transposed(weights), context);
            case Gemm gemm ->
                    gemm.alpha() == 1
                            && gemm.beta() == 1
                            && !gemm.transA()
                            && addProduct(
                                    node, gemm.transB() ? weights : transposed(weights), context)
                            && (!node.input(2).isPresent()
                                    || node.input(2).constant() != null
                                            && addBias(node.input(2).constant()));
            default -> false;
        };
    }

    private boolean addBias(Tensor constant) {
        if (constant.size() != bias.length || constant.dim(-1) != bias.length) {
            return false;
        }
        for (int i = 0; i < bias.length; i++) {
            bias[i] += constant.getDouble(i);
        }
        return true;
    }

    /// Adds a product; one with states that are put together counts as several.
    private boolean addProduct(Node node, Tensor weights, RuleContext context) {
        var state = node.input(0);
        var concat = context.producer(state, Concat.class);
        if (concat == null
                || !(concat.op() instanceof Concat(var axis))
                || Math.floorMod(axis, 2) != 1) {
            products.add(new Product(state, weights));
            return true;
        }
        long from = 0;
        for (var part : concat.inputs()) {
            if (!(Match.shape(part).dim(1) instanceof Dim.Known(var extent))) {
                return false;
            }
            products.add(new Product(part, columns(weights, from, extent)));
            from += extent;
        }
        return true;
    }

    private static Tensor columns(Tensor matrix, long from, long count) {
        var result = Tensor.zeros(matrix.dtype(), matrix.dim(0), count);
        for (long i = 0; i < result.size(); i++) {
            result.setDouble(i, matrix.getDouble(i / count * matrix.dim(1) + from + i % count));
        }
        return result;
    }

    private static Tensor transposed(Tensor matrix) {
        var result = Tensor.zeros(matrix.dtype(), matrix.dim(1), matrix.dim(0));
        for (long i = 0; i < matrix.size(); i++) {
            long row = i / matrix.dim(1);
            result.setDouble(i % matrix.dim(1) * matrix.dim(0) + row, matrix.getDouble(i));
        }
        return result;
    }

    /// The product with the hidden state of so many features, the last one that can be; null where
    /// there is none, or another number of products than two.
    @Nullable Product hidden(long features) {
        if (products.size() != 2) {
            return null;
        }
        for (var product : products.reversed()) {
            if (product.weights().dim(1) == features) {
                return product;
            }
        }
        return null;
    }

    Product other(Product product) {
        return products.get(products.indexOf(product) == 0 ? 1 : 0);
    }

    /// Rows of weights with their parts in another order, as `[1, gates · H, n]`.
    static Tensor ordered(Tensor weights, int[] order) {
        long size = weights.size() / order.length;
        var result = Tensor.zeros(weights.dtype(), 1, weights.dim(0), weights.dim(1));
        for (int part = 0; part < order.length; part++) {
            for (long i = 0; i < size; i++) {
                result.setDouble(part * size + i, weights.getDouble(order[part] * size + i));
            }
        }
        return result;
    }
}
