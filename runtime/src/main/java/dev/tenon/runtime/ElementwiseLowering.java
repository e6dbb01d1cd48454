package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.elementwise.BitCast;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.CastLike;
import dev.tenon.graph.op.elementwise.Conversion;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.kernels.elementwise.Elementwise;
import java.util.ArrayList;
import java.util.List;

/// Binds element-wise operators to kernels made from their expressions.
final class ElementwiseLowering {
    private ElementwiseLowering() {}

    static Lowered lower(Node node, dev.tenon.graph.op.elementwise.Elementwise op) {
        return switch (op) {
            case Formula formula -> formula(node, formula);
            case Conversion conversion -> conversion(node, conversion);
        };
    }

    private static Lowered formula(Node node, Formula op) {
        var present = new ArrayList<Integer>();
        var dtypes = new ArrayList<DType>();
        for (int i = 0; i < node.inputs().size(); i++) {
            if (node.inputs().get(i).isPresent()) {
                present.add(i);
                dtypes.add(node.inputs().get(i).tensorType().dtype());
            }
        }
        var operand = node.input(op.firstOperand()).tensorType().dtype();
        var expression = op.expression(node);
        if (!reads(expression, present)) {
            return Lowering.reference(node, "an operand is left out");
        }
        var query =
                new Elementwise.Query(
                        expression.replace(i -> Scalar.arg(present.indexOf(i))),
                        dtypes,
                        op.resultType(operand),
                        operand.kind() == DType.Kind.UNSIGNED);
        return bind(node, query, present);
    }

    private static Lowered conversion(Node node, Conversion op) {
        var from = node.input(0).tensorType().dtype();
        var to = node.output().tensorType().dtype();
        boolean plain =
                (from.bits() >= 16 || !from.isFloat()) && (to.bits() >= 16 || !to.isFloat());
        return switch (op) {
            case Cast _, CastLike _ when plain && from != to ->
                    bind(
                            node,
                            new Elementwise.Query(
                                    Scalar.arg(0),
                                    List.of(from),
                                    to,
                                    from.kind() == DType.Kind.UNSIGNED),
                            List.of(0));
            case Cast _, CastLike _, BitCast _ -> Lowering.reference(node);
        };
    }

    /// @param operands the node's inputs that are the arguments of the expression, in order
    static Lowered bind(Node node, Elementwise.Query query, List<Integer> operands) {
        return Lowering.choose(
                node,
                Elementwise.FAMILY,
                query,
                kernel ->
                        frame -> {
                            var inputs = new ArrayList<Tensor>(operands.size());
                            var shapes = new long[operands.size()][];
                            for (int i = 0; i < shapes.length; i++) {
                                inputs.add(frame.tensor(operands.get(i)));
                                shapes[i] = inputs.get(i).dims();
                            }
                            var out = frame.output(0, query.output(), Nd.broadcast(shapes));
                            return kernel.prepare(inputs, out, frame.room());
                        });
    }

    /// Whether an expression reads no inputs but those.
    private static boolean reads(Scalar expression, List<Integer> present) {
        return switch (expression) {
            case Scalar.Arg(int index) -> present.contains(index);
            case Scalar.Constant _ -> true;
            case Scalar.Unary(var _, var x) -> reads(x, present);
            case Scalar.Binary(var _, var x, var y) -> reads(x, present) && reads(y, present);
            case Scalar.Select(var condition, var x, var y) ->
                    reads(condition, present) && reads(x, present) && reads(y, present);
        };
    }
}
