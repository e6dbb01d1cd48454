package dev.tenon.graph.op.move;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;
import java.util.stream.LongStream;

/// The coordinates of the elements that are not zero, in row-major order (ONNX `NonZero`).
///
/// The output has a row an axis and a column an element.
public record NonZero() implements Move {
    public static final OpDef<NonZero> DEF =
            OpDef.of(NonZero.class)
                    .infer((op, in) -> List.of(Type.tensor(DType.INT64, shape(in))))
                    .reference(NonZero::evaluate)
                    .noGradient("positions are integers")
                    .onnx("NonZero", 9, a -> new NonZero())
                    .build();

    @Override
    public OpDef<NonZero> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        var data = in.shape(0);
        return Shape.of(data.isRanked() ? Dim.of(data.rank()) : in.unknown(), in.unknown());
    }

    private static List<Tensor> evaluate(NonZero op, EvalContext in) {
        var data = in.tensor(0);
        long[] found = LongStream.range(0, data.size()).filter(i -> isNonZero(data, i)).toArray();
        var result = Tensor.zeros(DType.INT64, data.rank(), found.length);
        for (int i = 0; i < found.length; i++) {
            long[] at = Nd.coordinates(found[i], data.dims());
            for (int axis = 0; axis < at.length; axis++) {
                result.setLong((long) axis * found.length + i, at[axis]);
            }
        }
        return List.of(result);
    }

    private static boolean isNonZero(Tensor data, long index) {
        return switch (data.dtype().kind()) {
            case STRING -> !data.getString(index).isEmpty();
            case COMPLEX -> data.getReal(index) != 0 || data.getImaginary(index) != 0;
            default -> data.getBoolean(index);
        };
    }
}
