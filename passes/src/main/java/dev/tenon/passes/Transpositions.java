package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.reduce.Fold;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Rules that let transpositions meet and cancel.
final class Transpositions {
    /// How many operators a transposition looks through for others.
    private static final int REACH = 16;

    /// Rules whose results are the same to the bit.
    static final List<Rule<?>> EXACT =
            List.of(
                    rule("transposes-meet", Transpose.class, Transpositions::meet),
                    rule("transposes-join", Binary.class, Transpositions::join));

    /// Rules after which sums are taken in another order.
    static final List<Rule<?>> ROUNDING =
            List.of(rule("transpose-after-reduce", Fold.class, Transpositions::reduce));

    private Transpositions() {}

    /// Operators before a transposition that can as well work on transposed operands.
    private static final class Region {
        private final RuleContext context;
        private final int rank;
        private final Longs order;
        private final Map<Value, Value> moved = new IdentityHashMap<>();
        private final List<Value> leaves = new ArrayList<>();
        private int size;

        Region(RuleContext context, Longs order) {
            this.context = context;
            this.rank = order.size();
            this.order = order;
        }

        /// Looks through what makes a value.
        void look(Value value) {
            var node = size < REACH && context.isReadOnce(value) ? context.producer(value) : null;
            if (node == null || !isTransparent(node)) {
                if (value.constant() == null) {
                    leaves.add(value);
                }
                return;
            }
            size++;
            node.inputs().stream().filter(Value::isPresent).forEach(this::look);
        }

        private boolean isTransparent(Node node) {
            return (node.op() instanceof Formula || node.op() instanceof Concat)
                    && node.outputs().size() == 1
                    && Match.rank(node.output()) == rank
                    && node.inputs().stream().allMatch(this::fits);
        }

        private boolean fits(Value operand) {
            int own = Match.rank(operand);
            return !operand.isPresent()
                    || own == rank
                    || operand.constant() != null && own >= 0 && own < rank;
        }

        private @Nullable Node transposition(Value leaf) {
            return context.producer(leaf, Transpose.class);
        }

        /// How many transpositions there would be less.
        int gain() {
            int gain = 1;
            for (var leaf : leaves) {
                var node = transposition(leaf);
                gain += node != null && context.isReadOnce(leaf) ? 1 : 0;
                gain -= node != null && isUndone(node) ? 0 : 1;
            }
            return gain;
        }

        private boolean isUndone(Node node) {
            return composed(node).equals(Longs.range(0, rank));
        }

        private Longs composed(Node node) {
            return Views.composed(((Transpose) node.op()).order(rank), order);
        }

        /// A value of the region as it is after the transposition.
        Value move(Value value, Patch.Builder patch) {
            var known = moved.get(value);
            if (known != null) {
                return known;
            }
            Value result;
            if (value.constant() != null) {
                result = constant(value.name(), value.constant(), patch);
            } else if (leaves.stream().anyMatch(l -> l == value)) {
                result = leaf(value, patch);
            } else {
                result = inner(value, patch);
            }
            moved.put(value, result);
            return result;
        }

        private Value leaf(Value value, Patch.Builder patch) {
            var node = transposition(value);
            if (node == null) {
                return patch.add(new Transpose(order), value.name(), value);
            }
            return isUndone(node)
                    ? node.input(0)
                    : patch.add(new Transpose(composed(node)), value.name(), node.input(0));
        }

        private Value inner(Value value, Patch.Builder patch) {
            var node = context.producer(value);
            if (node == null) {
                throw new IllegalStateException("nothing makes " + value);
            }
            var op = node.op();
            if (op instanceof Concat(var axis)) {
                int at = Math.floorMod(axis, rank);
                op = new Concat(IntStream.range(0, rank).filter(i -> order.get(i) == at).sum());
            }
            var inputs =
                    node.inputs().stream()
                            .map(i -> i.isPresent() && !isNumber(i) ? move(i, patch) : i)
                            .toList();
            return patch.add(op, node.name(), inputs, List.of(value.name())).getFirst();
        }

        private static boolean isNumber(Value value) {
            return value.constant() != null && value.constant().size() == 1;
        }

        private Value constant(String name, Tensor constant, Patch.Builder patch) {
            var dims =
                    LongStream.concat(
                                    LongStream.generate(() -> 1).limit(rank - constant.rank()),
                                    LongStream.of(constant.dims()))
                            .toArray();
            var ranked = patch.constant(name, constant.reshape(dims));
            return patch.add(new Transpose(order), name, ranked);
        }
    }

    /// A transposition, element-wise operators, and other transpositions before them: as many as
    /// are needed.
    private static Optional<Patch> meet(Transpose op, Node node, RuleContext context) {
        int rank = Match.rank(node.input(0));
        if (rank < 1) {
            return Optional.empty();
        }
        var region = new Region(context, op.order(rank));
        region.look(node.input(0));
        if (region.size == 0 || region.gain() <= 0) {
            return Optional.empty();
        }
        var patch = context.patch();
        return Optional.of(patch.replace(node.output(), region.move(node.input(0), patch)).build());
    }

    /// Two operands transposed alike.
    private static Optional<Patch> join(Binary op, Node node, RuleContext context) {
        var first = context.producer(node.input(0), Transpose.class);
        var second = context.producer(node.input(1), Transpose.class);
        int rank = Match.rank(node.output());
        if (first == null
                || second == null
                || first == second
                || rank < 1
                || Match.rank(node.input(0)) != rank
                || Match.rank(node.input(1)) != rank
                || !first.op().equals(second.op())
                || !context.isReadOnce(node.input(0))
                || !context.isReadOnce(node.input(1))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var both =
                patch.add(
                        op,
                        node.name(),
                        List.of(first.input(0), second.input(0)),
                        List.of(node.output().name()));
        return Optional.of(patch.replace(node, first.op(), both).build());
    }

    /// What is left of a transposition after axes were folded; mostly nothing.
    private static Optional<Patch> reduce(Fold op, Node node, RuleContext context) {
        var transpose =
                context.isReadOnce(node.input(0))
                        ? context.producer(node.input(0), Transpose.class)
                        : null;
        var axes = node.inputs().size() > 1 ? node.input(1).constant() : null;
        int rank = Match.rank(node.input(0));
        if (transpose == null
                || axes == null
                || axes.size() == 0
                || rank < 1
                || !(transpose.op() instanceof Transpose before)) {
            return Optional.empty();
        }
        var order = before.order(rank);
        var folded =
                LongStream.of(axes.toLongs())
                        .map(a -> order.get((int) Math.floorMod(a, (long) rank)))
                        .sorted()
                        .toArray();
        var kept =
                order.stream()
                        .filter(a -> LongStream.of(folded).noneMatch(f -> f == a))
                        .map(a -> a - LongStream.of(folded).filter(f -> f < a).count())
                        .toArray();
        var after = op.keepdims() ? order : Longs.of(kept);
        var patch = context.patch();
        var inputs =
                List.of(
                        transpose.input(0),
                        patch.constant(node.input(1).name(), Tensor.ofLongs(folded)));
        if (after.equals(Longs.range(0, after.size()))) {
            return Optional.of(patch.replace(node, op, inputs).build());
        }
        var result = patch.add(op, node.name(), inputs, List.of(node.output().name()));
        return Optional.of(patch.replace(node, new Transpose(after), result).build());
    }
}
