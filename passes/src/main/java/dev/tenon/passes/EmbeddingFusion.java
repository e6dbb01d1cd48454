package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.fused.EmbeddingNorm;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.norm.LayerNormalization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that pick rows of tables, add and normalise them at once.
final class EmbeddingFusion {
    static final List<Rule<?>> RULES =
            List.of(rule("embedding-norm", LayerNormalization.class, EmbeddingFusion::fused));

    private EmbeddingFusion() {}

    private static Optional<Patch> fused(LayerNormalization op, Node node, RuleContext context) {
        var data = node.input(0);
        int rank = Match.rank(data);
        var rows = rank < 2 || node.outputs().size() != 1 ? null : rows(data, context);
        if (rows == null
                || Math.floorMod(op.axis(), rank) != rank - 1
                || !isRow(node.input(1), data)
                || node.input(2).isPresent() && !isRow(node.input(2), data)) {
            return Optional.empty();
        }
        var inputs = new ArrayList<Value>();
        for (var row : rows) {
            var gather = gather(row, data, context);
            if (gather == null) {
                return Optional.empty();
            }
            inputs.add(gather.input(0));
            inputs.add(gather.input(1));
        }
        inputs.addAll(node.inputs().subList(1, node.inputs().size()));
        return Optional.of(
                context.patch()
                        .replace(node, new EmbeddingNorm(rows.size(), op.epsilon()), inputs)
                        .build());
    }

    /// What is added up, each once; null where something else is done.
    private static @Nullable List<Value> rows(Value sum, RuleContext context) {
        if (!context.isReadOnce(sum)) {
            return null;
        }
        if (context.producer(sum, Gather.class) != null) {
            return List.of(sum);
        }
        var expression = Expression.of(context.producer(sum));
        var terms = new ArrayList<Integer>();
        return expression != null
                        && collect(expression.scalar(), terms)
                        && terms.stream().distinct().count() == terms.size()
                        && terms.size() == expression.operands().size()
                ? terms.stream().map(expression.operands()::get).toList()
                : null;
    }

    private static boolean collect(Scalar sum, List<Integer> terms) {
        return switch (sum) {
            case Scalar.Arg(int index) -> terms.add(index);
            case Scalar.Binary(var function, var x, var y) ->
                    function == Scalar.BinaryFunction.ADD && collect(x, terms) && collect(y, terms);
            default -> false;
        };
    }

    /// The node that picks rows of a table as wide as the sum; null for others.
    private static @Nullable Node gather(Value row, Value sum, RuleContext context) {
        var node = context.isReadOnce(row) ? context.producer(row, Gather.class) : null;
        return node != null
                        && node.op() instanceof Gather(var axis)
                        && Match.rank(node.input(0)) == 2
                        && Math.floorMod(axis, 2) == 0
                        && node.input(0).tensorType().dtype() == DType.FLOAT32
                        && Match.rank(node.input(1)) >= 0
                        && Match.shape(node.input(0)).dim(1).isKnown()
                        && Match.shape(node.input(0)).dim(1).equals(Match.shape(sum).dim(-1))
                ? node
                : null;
    }

    private static boolean isRow(Value value, Value data) {
        return Match.rank(value) == 1
                && Match.shape(value).dim(0).equals(Match.shape(data).dim(-1));
    }
}
