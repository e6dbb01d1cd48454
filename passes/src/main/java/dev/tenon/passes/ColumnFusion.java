package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Attention;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.fused.OfColumns;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules that let attention read queries, keys and values from one tensor, and one product make it.
final class ColumnFusion {
    private static final int PARTS = 3;

    static final List<Rule<?>> RULES =
            List.of(
                    rule("repeat-mask-in-attention", Attention.class, ColumnFusion::repeated),
                    rule("attention-of-columns", Attention.class, ColumnFusion::ofColumns),
                    rule("merge-projections", Attention.class, ColumnFusion::merged));

    private ColumnFusion() {}

    /// Columns `from` to `to - 1` of a tensor.
    private record Columns(Value whole, long from, long to) {}

    /// Attention on neighbouring columns of one tensor.
    private static Optional<Patch> ofColumns(Attention op, Node node, RuleContext context) {
        if (!isPacked(node)) {
            return Optional.empty();
        }
        var parts = new ArrayList<Columns>();
        for (int i = 0; i < PARTS; i++) {
            var part = columns(node.input(i), context);
            if (part == null
                    || !parts.isEmpty()
                            && (part.whole() != parts.getFirst().whole()
                                    || part.from() != parts.getLast().to())) {
                return Optional.empty();
            }
            parts.add(part);
        }
        var whole = parts.getFirst().whole();
        long width = parts.getLast().to();
        if (parts.getFirst().from() != 0 || !Match.shape(whole).dim(-1).is(width)) {
            return Optional.empty();
        }
        var patch = context.patch();
        var rows = Match.shape(node.input(0));
        if (Match.rank(whole) == 3 && Match.shape(whole).with(2, rows.dim(2)).equals(rows)) {
            return Optional.of(replaced(op, node, whole, extents(parts), patch));
        }
        if (!rows.dim(0).is(1)) {
            return Optional.empty();
        }
        var target = patch.constant(whole.name() + "_shape", Tensor.ofLongs(1, -1, width));
        var reshaped = patch.add(new Reshape(false), whole.name() + "_rows", whole, target);
        return Optional.of(replaced(op, node, reshaped, extents(parts), patch));
    }

    private static Longs extents(List<Columns> parts) {
        return Longs.of(parts.stream().mapToLong(p -> p.to() - p.from()).toArray());
    }

    private static boolean isPacked(Node attention) {
        return IntStream.range(0, PARTS)
                .allMatch(
                        i ->
                                Match.rank(attention.input(i)) == 3
                                        && attention.input(i).tensorType().dtype()
                                                == DType.FLOAT32);
    }

    private static Patch replaced(
            Attention op, Node node, Value packed, Longs extents, Patch.Builder patch) {
        var inputs = new ArrayList<Value>();
        inputs.add(packed);
        inputs.addAll(node.inputs().subList(PARTS, node.inputs().size()));
        return patch.replace(node, new OfColumns(op, extents), inputs).build();
    }

    /// What columns a value is, seen through a reshaping that leaves the last axis as it is; null
    /// where it is none.
    private static @Nullable Columns columns(Value value, RuleContext context) {
        var node = context.producer(value);
        if (node != null
                && node.op() instanceof Reshape
                && Match.shape(node.input(0)).isRanked()
                && Match.rank(node.input(0)) > 0
                && Match.shape(node.input(0)).dim(-1).equals(Match.shape(value).dim(-1))) {
            return columns(node.input(0), context);
        }
        return node == null || Match.rank(node.input(0)) < 1
                ? null
                : switch (node.op()) {
                    case Split split -> part(split, node, value);
                    case Slice _ -> slice(node);
                    default -> null;
                };
    }

    private static @Nullable Columns part(Split op, Node node, Value value) {
        int last = Match.rank(node.input(0)) - 1;
        if (op.axis() != last && op.axis() != -1) {
            return null;
        }
        long from = 0;
        for (var output : node.outputs()) {
            var extent = output.isPresent() ? Match.shape(output).dim(-1).known() : null;
            if (extent == null || extent.isEmpty()) {
                return null;
            }
            if (output == value) {
                return new Columns(node.input(0), from, from + extent.getAsLong());
            }
            from += extent.getAsLong();
        }
        return null;
    }

    private static @Nullable Columns slice(Node node) {
        var start = integer(node.input(1));
        var axis = integer(node.input(3));
        var step = integer(node.input(4));
        var extent = Match.shape(node.output()).dim(-1).known();
        int last = Match.rank(node.input(0)) - 1;
        return start == null
                        || start < 0
                        || axis == null
                        || axis != -1 && axis != last
                        || node.input(4).isPresent() && (step == null || step != 1)
                        || extent.isEmpty()
                ? null
                : new Columns(node.input(0), start, start + extent.getAsLong());
    }

    /// The only element of a constant.
    private static @Nullable Long integer(Value value) {
        var constant = value.constant();
        return constant == null || constant.size() != 1 ? null : (Long) constant.getLong(0);
    }

    /// Queries, keys and values that are products of one matrix by constant ones.
    private static Optional<Patch> merged(Attention op, Node node, RuleContext context) {
        if (!isPacked(node)) {
            return Optional.empty();
        }
        var products = new ArrayList<Node>();
        for (int i = 0; i < PARTS; i++) {
            var product = context.producer(node.input(i));
            if (product == null
                    || products.contains(product)
                    || !isProjection(product, node.input(i), context)
                    || !products.isEmpty() && !alike(products.getFirst(), product)) {
                return Optional.empty();
            }
            products.add(product);
        }
        var first = products.getFirst();
        var patch = context.patch();
        var inputs = new ArrayList<Value>();
        inputs.add(first.input(0));
        for (int i = 1; i < first.inputs().size(); i++) {
            int input = i;
            var constants =
                    products.stream()
                            .map(p -> Objects.requireNonNull(p.input(input).constant()))
                            .toList();
            inputs.add(patch.constant(first.input(i).name() + "_columns", joined(constants)));
        }
        var packed =
                patch.add(first.op(), first.name(), inputs, List.of(first.output().name()))
                        .getFirst();
        var extents =
                Longs.of(
                        products.stream()
                                .mapToLong(
                                        p -> Objects.requireNonNull(p.input(1).constant()).dim(1))
                                .toArray());
        return Optional.of(replaced(op, node, packed, extents, patch));
    }

    /// Whether a product's other operands are constants, each with an element a column.
    private static boolean isProjection(Node product, Value result, RuleContext context) {
        Op body = product.op() instanceof WithEpilogue with ? with.body() : product.op();
        var weights = product.input(1).constant();
        return body instanceof MatMul
                && context.isReadOnce(result)
                && weights != null
                && weights.rank() == 2
                && product.inputs().stream()
                        .skip(2)
                        .allMatch(
                                v -> {
                                    var constant = v.constant();
                                    return constant != null
                                            && constant.rank() == 1
                                            && constant.dim(0) == weights.dim(1);
                                });
    }

    private static boolean alike(Node a, Node b) {
        return a.op().equals(b.op())
                && a.input(0) == b.input(0)
                && a.inputs().size() == b.inputs().size();
    }

    /// A mask whose one row was repeated for all queries, as kernels read it anyway.
    private static Optional<Patch> repeated(Attention op, Node node, RuleContext context) {
        var mask = node.input(PARTS);
        var expand = mask.isPresent() ? context.producer(mask, Expand.class) : null;
        if (expand == null
                || Match.rank(mask) < 2
                || Match.rank(expand.input(0)) != Match.rank(mask)
                || !differsInRows(Match.shape(expand.input(0)), Match.shape(mask))) {
            return Optional.empty();
        }
        var inputs = new ArrayList<>(node.inputs());
        inputs.set(PARTS, expand.input(0));
        return Optional.of(context.patch().replace(node, op, inputs).build());
    }

    private static boolean differsInRows(Shape one, Shape many) {
        int rows = one.rank() - 2;
        return one.dim(rows).is(1) && one.with(rows, many.dim(rows)).equals(many);
    }

    /// Columns after columns of constants of equal rows.
    private static Tensor joined(List<Tensor> tensors) {
        long[] dims = tensors.getFirst().dims();
        int last = dims.length - 1;
        long width = tensors.stream().mapToLong(t -> t.dim(last)).sum();
        dims[last] = width;
        var dtype = tensors.getFirst().dtype();
        var result = Weights.zeros(dtype, dims);
        long rows = width == 0 ? 0 : result.size() / width;
        var to = result.segment();
        long at = 0;
        for (var tensor : tensors) {
            var from = tensor.segment();
            long bytes = dtype.bytes(tensor.dim(last));
            for (long row = 0; row < rows; row++) {
                MemorySegment.copy(from, row * bytes, to, dtype.bytes(row * width + at), bytes);
            }
            at += tensor.dim(last);
        }
        return result;
    }
}
