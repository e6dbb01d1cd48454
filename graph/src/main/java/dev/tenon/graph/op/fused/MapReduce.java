package dev.tenon.graph.op.fused;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.OpDef.NodeTypes;
import dev.tenon.graph.RecordAttributes;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.graph.op.reduce.Folding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A [Map] whose results are folded along some axes.
///
/// Inputs: as [Map] has them. Output: of the floats' dtype, the elements of the map, rounded to
/// that dtype, folded along the axes as [Fold] does.
///
/// @param expression [Scalar.Arg] counts the inputs
/// @param axes of what the inputs broadcast to, from the front, ascending, one or more
/// @param keepdims whether the folded axes stay, with extent 1
public record MapReduce(Scalar expression, Folding folding, Longs axes, boolean keepdims)
        implements Fused {
    public static final OpDef<MapReduce> DEF =
            OpDef.of(MapReduce.class)
                    .inputs(1, OpDef.MANY)
                    .infer(MapReduce::infer)
                    .reference(MapReduce::evaluate)
                    .flops(MapReduce::flops)
                    .onnx(
                            DOMAIN,
                            "MapReduce",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            MapReduce.DEF,
                                            a,
                                            List.of("expression", "folding", "axes")))
                    .build();

    /// @throws GraphException when the axes are none, or not ascending from 0
    public MapReduce {
        boolean ascending =
                IntStream.range(0, axes.size())
                        .allMatch(i -> axes.get(i) > (i == 0 ? -1 : axes.get(i - 1)));
        if (axes.isEmpty() || !ascending) {
            throw new GraphException(
                    Problem.of("wrong axes")
                            .expected("one or more, ascending, none negative")
                            .got(axes));
        }
    }

    @Override
    public OpDef<MapReduce> def() {
        return DEF;
    }

    private Map map() {
        return new Map(expression);
    }

    private Fold fold() {
        return Fold.of(folding, keepdims);
    }

    private static List<Type> infer(MapReduce op, InferContext in) {
        var mapped =
                (Type.OfTensor)
                        in.infer(
                                        op.map(),
                                        IntStream.range(0, in.inputs())
                                                .mapToObj(in::value)
                                                .toList())
                                .getFirst();
        var shape = mapped.shape();
        if (!shape.isRanked()) {
            return List.of(mapped);
        }
        if (op.axes.get(op.axes.size() - 1) >= shape.rank()) {
            throw in.error(
                    Problem.of("an axis is not there")
                            .expected("below " + shape.rank())
                            .got(op.axes));
        }
        var dims = new ArrayList<Dim>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (!op.axes.contains(axis)) {
                dims.add(shape.dim(axis));
            } else if (op.keepdims) {
                dims.add(Dim.ONE);
            }
        }
        return List.of(Type.tensor(mapped.dtype(), Shape.of(dims)));
    }

    private static List<Tensor> evaluate(MapReduce op, EvalContext in) {
        var inputs = IntStream.range(0, in.inputs()).mapToObj(in::tensor).toList();
        var dtype = Elements.common(inputs.stream().map(Tensor::dtype).toList());
        var mapped = Elements.evaluate(op.expression, inputs, dtype);
        var axes = Tensor.ofLongs(op.axes.toArray());
        return List.of((Tensor) in.evaluate(op.fold(), List.of(mapped, axes), 1).getFirst());
    }

    private static double flops(MapReduce op, NodeTypes types) {
        var shape = Shape.SCALAR;
        for (var input : types.inputs()) {
            if (input instanceof Type.OfTensor(var _, var own)) {
                shape = shape.broadcast(own);
            }
        }
        return shape.knownSize().orElse(0) * (1.0 + op.expression.operations());
    }
}
