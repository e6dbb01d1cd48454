package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Tensors one after the other along an axis (ONNX `Concat`).
public record Concat(int axis) implements Move {
    public static final OpDef<Concat> DEF =
            OpDef.of(Concat.class)
                    .inputs(1, OpDef.MANY)
                    .infer(Concat::infer)
                    .content(Concat::content)
                    .reference(
                            (op, in) ->
                                    List.of(
                                            concat(
                                                    op.axis,
                                                    IntStream.range(0, in.inputs())
                                                            .mapToObj(in::tensor)
                                                            .toList())))
                    .flops((op, types) -> 0)
                    .onnx("Concat", 4, a -> new Concat(Math.toIntExact(a.integer("axis"))))
                    .build();

    @Override
    public OpDef<Concat> def() {
        return DEF;
    }

    private static List<Type> infer(Concat op, InferContext in) {
        Shape joined = Shape.unranked();
        boolean allRanked = true;
        for (int i = 0; i < in.inputs(); i++) {
            in.requireSameDtype(0, i);
            var shape = in.shape(i);
            allRanked &= shape.isRanked();
            joined =
                    joined.isRanked() && shape.isRanked()
                            ? op.join(joined, shape, in)
                            : joined.isRanked() ? joined : shape;
        }
        if (joined.isRanked() && !allRanked) {
            joined = joined.with(in.axis(op.axis, joined.rank()), in.unknown());
        }
        return List.of(Type.tensor(in.dtype(0), joined));
    }

    private Shape join(Shape a, Shape b, InferContext in) {
        if (a.rank() != b.rank()) {
            throw in.error(Problem.of("inputs of different rank").expected(a).got(b));
        }
        int along = in.axis(axis, a.rank());
        var dims = new ArrayList<Dim>();
        for (int i = 0; i < a.rank(); i++) {
            dims.add(i == along ? a.dim(i).plus(b.dim(i)) : in.same(a.dim(i), b.dim(i)));
        }
        return Shape.of(dims);
    }

    private static @Nullable List<Dim> content(Concat op, InferContext in) {
        var all = new ArrayList<Dim>();
        for (int i = 0; i < in.inputs(); i++) {
            var part = in.content(i);
            if (part == null) {
                return null;
            }
            all.addAll(part);
        }
        return all;
    }

    /// Tensors of one dtype one after the other along an axis; the other extents must be the same.
    ///
    /// @throws InputException when they do not fit together
    public static Tensor concat(int axis, List<Tensor> parts) {
        var first = parts.getFirst();
        int along = Nd.axis(axis, first.rank());
        var dims = first.dims();
        dims[along] = 0;
        for (var part : parts) {
            if (part.dtype() != first.dtype()
                    || !part.shape()
                            .with(along, Dim.ONE)
                            .equals(first.shape().with(along, Dim.ONE))) {
                throw new InputException(
                        Problem.of("the parts differ in more than axis " + along)
                                .expected(first.type())
                                .got(part.type()));
            }
            dims[along] += part.dim(along);
        }
        var result = Tensor.zeros(first.dtype(), dims);
        var strides = Nd.strides(dims);
        long start = 0;
        for (var part : parts) {
            Strided.write(part, result, start * strides[along], strides);
            start += part.dim(along);
        }
        return result;
    }
}
