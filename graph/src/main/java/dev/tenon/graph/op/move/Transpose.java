package dev.tenon.graph.op.move;

import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The axes in another order (ONNX `Transpose`).
///
/// @param perm for each axis of the output, the axis of the input; null reverses them
public record Transpose(@Nullable Longs perm) implements Move {
    public static final OpDef<Transpose> DEF =
            OpDef.of(Transpose.class)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.apply(in.shape(0)))))
                    .content((op, in) -> in.content(0))
                    .reference(Transpose::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Transpose", 1, a -> new Transpose(a.optionalIntegers("perm")))
                    .build();

    public Transpose(long... perm) {
        this(Longs.of(perm));
    }

    @Override
    public OpDef<Transpose> def() {
        return DEF;
    }

    /// For each axis of the output, the axis of an input of the given rank.
    ///
    /// @throws GraphException when `perm` is no permutation of that many axes
    public Longs order(int rank) {
        if (perm == null) {
            return Longs.range(0, rank).map(axis -> rank - 1 - axis);
        }
        if (perm.size() != rank
                || perm.stream().distinct().filter(a -> a >= 0 && a < rank).count() != rank) {
            throw new GraphException(
                    Problem.of("perm is no permutation of the axes")
                            .expected("0 to " + (rank - 1))
                            .got(perm));
        }
        return perm;
    }

    private Shape apply(Shape shape) {
        if (!shape.isRanked()) {
            return shape;
        }
        return Shape.of(order(shape.rank()).stream().mapToObj(a -> shape.dim((int) a)).toList());
    }

    private static List<Tensor> evaluate(Transpose op, EvalContext in) {
        var data = in.tensor(0);
        var order = op.order(data.rank());
        var strides = Nd.strides(data.dims());
        return List.of(
                Strided.read(
                        data,
                        0,
                        order.map(axis -> strides[(int) axis]).toArray(),
                        order.map(axis -> data.dim((int) axis)).toArray()));
    }
}
