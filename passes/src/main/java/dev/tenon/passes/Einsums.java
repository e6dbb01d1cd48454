package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Einsum;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sums of products that are products of matrices.
final class Einsums {
    static final List<Rule<?>> RULES =
            List.of(rule("einsum-to-matmul", Einsum.class, Einsums::product));

    private Einsums() {}

    /// The subscripts of two operands, each a letter, by where they stand.
    ///
    /// @param batch in both operands and in the result
    /// @param rows in the first operand and in the result
    /// @param summed in both operands alone
    /// @param columns in the second operand and in the result
    private record Product(String batch, String rows, String summed, String columns) {
        /// Null where the operands are multiplied in another way.
        static @Nullable Product of(String first, String second, String result) {
            boolean plain =
                    Stream.of(first, second, result)
                            .allMatch(
                                    t ->
                                            t.indexOf('.') < 0
                                                    && t.chars().distinct().count() == t.length());
            var product =
                    new Product(
                            pick(first, c -> has(second, c) && has(result, c)),
                            pick(first, c -> !has(second, c) && has(result, c)),
                            pick(first, c -> has(second, c) && !has(result, c)),
                            pick(second, c -> !has(first, c) && has(result, c)));
            boolean all =
                    product.size(product.batch, product.rows, product.summed) == first.length()
                            && product.size(product.batch, product.summed, product.columns)
                                    == second.length();
            boolean matrix =
                    product.batch.isEmpty()
                            ? !product.rows.isEmpty()
                            : product.rows.length() == 1 && product.columns.length() == 1;
            return plain && all && matrix && !product.summed.isEmpty() && !product.columns.isEmpty()
                    ? product
                    : null;
        }

        private int size(String... parts) {
            return Stream.of(parts).mapToInt(String::length).sum();
        }

        private static boolean has(String term, int letter) {
            return term.indexOf(letter) >= 0;
        }

        private static String pick(String term, IntPredicate wanted) {
            return term.chars()
                    .filter(wanted)
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString();
        }
    }

    private static Optional<Patch> product(Einsum op, Node node, RuleContext context) {
        var equation = op.parsed();
        var product =
                equation.inputs().size() == 2
                        ? Product.of(
                                equation.inputs().get(0),
                                equation.inputs().get(1),
                                equation.output())
                        : null;
        if (product == null
                || !Match.isWide(node.output())
                || !agrees(node, equation.inputs(), product)) {
            return Optional.empty();
        }
        var patch = context.patch();
        var first = equation.inputs().get(0);
        var second = equation.inputs().get(1);
        var summed = product.summed();
        var x = transposed(node.input(0), first, product.batch() + product.rows() + summed, patch);
        var y =
                transposed(
                        node.input(1), second, product.batch() + summed + product.columns(), patch);
        if (product.batch().isEmpty()) {
            x = merged(x, product.rows().length(), summed.length(), patch);
            y =
                    merged(
                            merged(y, summed.length(), product.columns().length(), patch),
                            0,
                            summed.length(),
                            patch);
        }
        var result = patch.add(new MatMul(), node.name() + "_product", x, y);
        if (product.columns().length() > 1) {
            var columns = columns(node.input(1), second, product.columns());
            result = apart(result, product.rows().length(), columns, patch);
        }
        var axes = product.batch() + product.rows() + product.columns();
        return Optional.of(
                patch.replace(node.output(), transposed(result, axes, equation.output(), patch))
                        .build());
    }

    /// Whether extents that are multiplied are the same, and those that become one axis known.
    private static boolean agrees(Node node, List<String> terms, Product product) {
        var x = Match.shape(node.input(0));
        var y = Match.shape(node.input(1));
        if (!x.isRanked() || !y.isRanked()) {
            return false;
        }
        var both = product.batch() + product.summed();
        boolean same =
                both.chars()
                        .allMatch(
                                c ->
                                        x.dim(terms.get(0).indexOf(c))
                                                .equals(y.dim(terms.get(1).indexOf(c))));
        boolean known =
                (product.summed() + product.columns())
                        .chars()
                        .allMatch(c -> isPositive(y.dim(terms.get(1).indexOf(c))));
        boolean one = product.summed().length() == 1 && product.columns().length() == 1;
        return same && (product.batch().isEmpty() ? known || one : product.summed().length() == 1);
    }

    private static boolean isPositive(Dim dim) {
        return dim instanceof Dim.Known(var extent) && extent > 0;
    }

    private static Value transposed(Value value, String from, String to, Patch.Builder patch) {
        return from.equals(to)
                ? value
                : patch.add(
                        new Transpose(Longs.of(to.chars().mapToLong(from::indexOf).toArray())),
                        value.name() + "_moved",
                        value);
    }

    /// Some neighbouring axes of known extents as one.
    private static Value merged(Value value, int from, int count, Patch.Builder patch) {
        if (count == 1) {
            return value;
        }
        var shape = Match.shape(value);
        long size = 1;
        for (int i = from; i < from + count; i++) {
            size *= shape.dim(i).known().orElseThrow();
        }
        var target = new ArrayList<Long>();
        for (int i = 0; i < from; i++) {
            target.add(0L);
        }
        target.add(size);
        for (int i = from + count; i < shape.rank(); i++) {
            target.add(shape.dim(i).known().orElseThrow());
        }
        return reshaped(value, target, patch);
    }

    private static List<Long> columns(Value value, String term, String columns) {
        Shape shape = Match.shape(value);
        return columns.chars()
                .mapToObj(c -> shape.dim(term.indexOf(c)).known().orElseThrow())
                .toList();
    }

    /// The axes after some as several.
    private static Value apart(Value value, int before, List<Long> extents, Patch.Builder patch) {
        var target = new ArrayList<Long>();
        for (int i = 0; i < before; i++) {
            target.add(0L);
        }
        target.addAll(extents);
        return reshaped(value, target, patch);
    }

    private static Value reshaped(Value value, List<Long> target, Patch.Builder patch) {
        var shape =
                patch.constant(
                        value.name() + "_shape",
                        Tensor.ofLongs(target.stream().mapToLong(Long::longValue).toArray()));
        return patch.add(new Reshape(false), value.name() + "_reshaped", value, shape);
    }
}
