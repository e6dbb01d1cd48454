package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.norm.LogSoftmax;
import dev.tenon.graph.op.norm.RMSNormalization;
import dev.tenon.graph.op.norm.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules that put parts together before they are computed on, or find that they are together
/// already. Their results are the same to the bit but for the order of sums in products.
final class Joins {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("concat-of-pieces", Concat.class, Joins::ofPieces),
                    rule("concat-before-product", Concat.class, Joins::beforeProduct),
                    rule("concat-before-norm", Concat.class, Joins::beforeNorm),
                    rule("concat-before-transpose", Concat.class, Joins::beforeTranspose));

    private Joins() {}

    /// Neighbouring pieces of a tensor one after the other, or single positions of an axis as an
    /// axis at another place.
    private static Optional<Patch> ofPieces(Concat op, Node node, RuleContext context) {
        int rank = Match.rank(node.output());
        if (rank < 1 || node.inputs().size() < 2) {
            return Optional.empty();
        }
        int along = Math.floorMod(op.axis(), rank);
        var pieces = new ArrayList<Piece>();
        for (var input : node.inputs()) {
            var piece = piece(input, context);
            if (piece == null
                    || !pieces.isEmpty()
                            && (piece.whole() != pieces.getFirst().whole()
                                    || piece.axis() != pieces.getFirst().axis()
                                    || piece.from() != pieces.getLast().to())) {
                return Optional.empty();
            }
            pieces.add(piece);
        }
        var first = pieces.getFirst();
        var all = new Piece(first.whole(), first.axis(), first.from(), pieces.getLast().to());
        boolean inPlace =
                all.axis() == along
                        && Match.rank(all.whole()) == rank
                        && node.inputs().stream().allMatch(i -> Piece.of(i, context) != null);
        return inPlace
                ? Optional.of(taken(all, node, context))
                : steps(all, pieces, node, along, context);
    }

    /// What a value is a piece of, a view in between or not.
    private static @Nullable Piece piece(Value value, RuleContext context) {
        var node = context.producer(value);
        return node != null && Views.isView(node)
                ? Piece.of(node.input(0), context)
                : Piece.of(value, context);
    }

    private static Patch taken(Piece all, Node node, RuleContext context) {
        var patch = context.patch();
        return patch.replace(node.output(), taken(all, node, patch)).build();
    }

    private static Value taken(Piece all, Node like, Patch.Builder patch) {
        return all.isWhole()
                ? all.whole()
                : Ranges.of(all.axis(), all.from(), all.to()).slice(all.whole(), like, patch);
    }

    /// Single positions of an axis, the axis removed and another one added.
    private static Optional<Patch> steps(
            Piece all, List<Piece> pieces, Node node, int along, RuleContext context) {
        var part = Match.shape(node.input(0));
        var whole = Match.shape(all.whole());
        if (!pieces.stream().allMatch(p -> p.extent() == 1)
                || !node.inputs().stream().allMatch(i -> Match.sameType(i, node.input(0)))
                || !part.dim(along).is(1)
                || !longAxes(part, along).equals(longAxes(whole, all.axis()))) {
            return Optional.empty();
        }
        int before = longAxes(Shape.of(part.dims().subList(0, along)), -1).size();
        var order = order(whole, all.axis(), before);
        var moved = Shape.of(order.stream().mapToObj(a -> dim(all, whole, (int) a)).toList());
        var target = Views.target(Match.shape(node.output()), moved);
        if (target.isEmpty()) {
            return Optional.empty();
        }
        var patch = context.patch();
        var value = taken(all, node, patch);
        if (!order.equals(Longs.range(0, order.size()))) {
            value = patch.add(new Transpose(order), node.name(), value);
        }
        if (!Match.shape(value).equals(Match.shape(node.output()))) {
            var shape = patch.constant(node.name() + "_shape", target.get());
            return Optional.of(
                    patch.replace(node, new Reshape(false), List.of(value, shape)).build());
        }
        return Optional.of(patch.replace(node.output(), value).build());
    }

    private static Dim dim(Piece all, Shape whole, int axis) {
        return axis == all.axis() ? Dim.of(all.extent()) : whole.dim(axis);
    }

    /// The extents but that of one axis, those of 1 left out.
    private static List<Dim> longAxes(Shape shape, int except) {
        return IntStream.range(0, shape.rank())
                .filter(i -> i != except && !shape.dim(i).is(1))
                .mapToObj(shape::dim)
                .toList();
    }

    /// The order of axes in which one stands behind so many others that are not of extent 1: as it
    /// is, where it does.
    private static Longs order(Shape shape, int axis, int before) {
        if (longAxes(Shape.of(shape.dims().subList(0, axis)), -1).size() == before) {
            return Longs.range(0, shape.rank());
        }
        var order = new ArrayList<Integer>();
        int passed = 0;
        for (int i = 0; i < shape.rank(); i++) {
            if (passed == before && !order.contains(axis)) {
                order.add(axis);
            }
            if (i != axis) {
                order.add(i);
                passed += shape.dim(i).is(1) ? 0 : 1;
            }
        }
        if (!order.contains(axis)) {
            order.add(axis);
        }
        return Longs.of(order.stream().mapToLong(Integer::longValue).toArray());
    }

    /// The nodes that make the parts, where they do the same with their first inputs.
    private static @Nullable List<Node> alike(
            Node concat, Class<? extends Op> type, RuleContext context) {
        var nodes = new ArrayList<Node>();
        for (var part : concat.inputs()) {
            var node = context.isReadOnce(part) ? context.producer(part, type) : null;
            if (node == null
                    || node.outputs().size() != 1
                    || nodes.contains(node)
                    || !nodes.isEmpty()
                            && (!node.op().equals(nodes.getFirst().op())
                                    || !rest(node).equals(rest(nodes.getFirst())))) {
                return null;
            }
            nodes.add(node);
        }
        return nodes.size() < 2 ? null : nodes;
    }

    private static List<Value> rest(Node node) {
        return node.inputs().subList(1, node.inputs().size());
    }

    /// The same function of the parts put together along an axis.
    private static Optional<Patch> together(
            Node concat, List<Node> nodes, int axis, RuleContext context) {
        var first = nodes.getFirst();
        var patch = context.patch();
        var inputs = new ArrayList<>(first.inputs());
        inputs.set(
                0,
                patch.add(
                        new Concat(axis),
                        concat.name(),
                        nodes.stream().map(n -> n.input(0)).toArray(Value[]::new)));
        return Optional.of(patch.replace(concat, first.op(), inputs).build());
    }

    /// Rows of products by one matrix, where no more is copied than before.
    private static Optional<Patch> beforeProduct(Concat op, Node node, RuleContext context) {
        int rank = Match.rank(node.output());
        var nodes = rank < 2 ? null : alike(node, Op.class, context);
        if (nodes == null) {
            return Optional.empty();
        }
        int along = Math.floorMod(op.axis(), rank);
        var first = nodes.getFirst();
        boolean takes =
                switch (first.op()) {
                    case MatMul _ -> Match.rank(first.input(1)) == 2;
                    case Gemm gemm -> !gemm.transA() && isRow(first.input(2));
                    default -> false;
                };
        return takes
                        && along < rank - 1
                        && nodes.stream().allMatch(n -> Match.rank(n.input(0)) == rank)
                        && columns(first.input(0)) <= columns(first.output())
                ? together(node, nodes, along, context)
                : Optional.empty();
    }

    /// Whether what a product adds is the same for all rows.
    static boolean isRow(Value bias) {
        return !bias.isPresent()
                || Match.rank(bias) == 1
                || Match.rank(bias) == 2 && Match.shape(bias).dim(0).is(1);
    }

    private static long columns(Value matrix) {
        return Match.shape(matrix).dim(-1).known().orElse(Long.MAX_VALUE);
    }

    /// Normalisations of other axes than that of the parts.
    private static Optional<Patch> beforeNorm(Concat op, Node node, RuleContext context) {
        int rank = Match.rank(node.output());
        var nodes = rank < 1 ? null : alike(node, Op.class, context);
        if (nodes == null) {
            return Optional.empty();
        }
        int along = Math.floorMod(op.axis(), rank);
        boolean apart =
                switch (nodes.getFirst().op()) {
                    case Softmax(var axis) -> Math.floorMod(axis, rank) != along;
                    case LogSoftmax(var axis) -> Math.floorMod(axis, rank) != along;
                    case LayerNormalization norm -> along < Math.floorMod(norm.axis(), rank);
                    case RMSNormalization norm -> along < Math.floorMod(norm.axis(), rank);
                    default -> false;
                };
        return apart ? together(node, nodes, along, context) : Optional.empty();
    }

    /// Transpositions of parts.
    private static Optional<Patch> beforeTranspose(Concat op, Node node, RuleContext context) {
        int rank = Match.rank(node.output());
        var nodes = rank < 1 ? null : alike(node, Transpose.class, context);
        return nodes != null && nodes.getFirst().op() instanceof Transpose transpose
                ? together(
                        node,
                        nodes,
                        (int) transpose.order(rank).get(Math.floorMod(op.axis(), rank)),
                        context)
                : Optional.empty();
    }
}
