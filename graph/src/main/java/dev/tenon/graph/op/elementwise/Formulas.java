package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the definitions of all [Formula]s have in common.
final class Formulas {
    private Formulas() {}

    /// Adds inference, shape arithmetic, reference and cost to a definition.
    static <O extends Formula> OpDef.Builder<O> define(OpDef.Builder<O> builder) {
        return builder.infer(Formulas::infer)
                .content(Formulas::content)
                .reference(Formulas::evaluate)
                .flops(
                        (op, types) ->
                                types.outputSize(0)
                                        * op.expression(types.inputs().size()).operations());
    }

    static List<Type> infer(Formula op, InferContext in) {
        var shape = in.shape(0);
        for (int i = 0; i < in.inputs(); i++) {
            if (in.has(i)) {
                shape = shape.broadcast(in.shape(i));
                checkType(op, in, i);
            }
        }
        return List.of(Type.tensor(op.resultType(in.dtype(op.firstOperand())), shape));
    }

    private static void checkType(Formula op, InferContext in, int input) {
        if (input < op.firstOperand()) {
            in.requireDtype(input, DType.BOOL);
            return;
        }
        if (!op.domain().contains(in.dtype(input))) {
            throw in.error(
                    Problem.of("input " + input + " has a wrong dtype")
                            .expected(op.domain())
                            .got(in.dtype(input)));
        }
        if (!op.mixesTypes()) {
            in.requireSameDtype(op.firstOperand(), input);
        }
    }

    private static boolean[] present(InferContext in) {
        var present = new boolean[in.inputs()];
        for (int i = 0; i < present.length; i++) {
            present[i] = in.has(i);
        }
        return present;
    }

    static @Nullable List<Dim> content(Formula op, InferContext in) {
        var contents = new ArrayList<List<Dim>>();
        int size = 1;
        for (int i = 0; i < in.inputs(); i++) {
            var content = in.has(i) ? in.content(i) : List.of(Dim.ZERO);
            if (content == null || (content.size() != 1 && size != 1 && content.size() != size)) {
                return null;
            }
            size = content.size() == 1 ? size : content.size();
            contents.add(content);
        }
        var expression = op.expression(present(in));
        var result = new ArrayList<Dim>();
        for (int i = 0; i < size; i++) {
            int index = i;
            var args = contents.stream().map(c -> c.get(c.size() == 1 ? 0 : index)).toList();
            var dim = DimFormula.evaluate(expression, args);
            if (dim == null) {
                return null;
            }
            result.add(dim);
        }
        return DimFormula.in(op.resultType(in.dtype(op.firstOperand())), result);
    }

    static List<Tensor> evaluate(Formula op, EvalContext in) {
        var present = new boolean[in.inputs()];
        var tensors = new ArrayList<Tensor>();
        var indices = new ArrayList<Integer>();
        for (int i = 0; i < present.length; i++) {
            present[i] = in.has(i);
            if (present[i]) {
                tensors.add(in.tensor(i));
                indices.add(i);
            }
        }
        var dims = Nd.broadcast(tensors.stream().map(Tensor::dims).toArray(long[][]::new));
        var result = Tensor.zeros(op.resultType(in.tensor(op.firstOperand()).dtype()), dims);
        var strides =
                tensors.stream()
                        .map(t -> Nd.broadcastStrides(t.dims(), dims))
                        .toArray(long[][]::new);
        var expression = op.expression(present);
        boolean integers =
                expression.isIntegral() && tensors.stream().noneMatch(t -> t.dtype().isFloat());
        if (integers) {
            boolean unsigned = in.tensor(op.firstOperand()).dtype().kind() == DType.Kind.UNSIGNED;
            var args = new long[present.length];
            Nd.walk(
                    dims,
                    strides,
                    (index, offsets) -> {
                        for (int i = 0; i < offsets.length; i++) {
                            args[indices.get(i)] = tensors.get(i).getLong(offsets[i]);
                        }
                        result.setLong(index, expression.evaluate(unsigned, args));
                    });
        } else {
            var args = new double[present.length];
            Nd.walk(
                    dims,
                    strides,
                    (index, offsets) -> {
                        for (int i = 0; i < offsets.length; i++) {
                            args[indices.get(i)] = tensors.get(i).getDouble(offsets[i]);
                        }
                        result.setDouble(index, expression.evaluate(args));
                    });
        }
        return List.of(result);
    }
}
