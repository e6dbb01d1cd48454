package dev.tenon.graph.op.generate;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Inference;
import dev.tenon.graph.OpDef;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A tensor of the shape that the input's elements give, filled with one value (ONNX
/// `ConstantOfShape`).
///
/// @param value a tensor of one element
public record ConstantOfShape(Tensor value) implements Generate {
    public static final OpDef<ConstantOfShape> DEF =
            OpDef.of(ConstantOfShape.class)
                    .infer(ConstantOfShape::infer)
                    .content(ConstantOfShape::content)
                    .reference(ConstantOfShape::evaluate)
                    .noGradient("the input is a shape")
                    .flops((op, types) -> 0)
                    .onnx(
                            "ConstantOfShape",
                            9,
                            a ->
                                    new ConstantOfShape(
                                            a.has("value")
                                                    ? a.tensor("value")
                                                    : Tensor.zeros(DType.FLOAT32, 1)))
                    .build();

    /// @throws GraphException when the value is not of one element
    public ConstantOfShape {
        if (value.size() != 1) {
            throw new GraphException(
                    Problem.of("the value must be one element")
                            .op("ConstantOfShape")
                            .got(value.type()));
        }
    }

    @Override
    public OpDef<ConstantOfShape> def() {
        return DEF;
    }

    private static List<Type> infer(ConstantOfShape op, InferContext in) {
        in.requireDtype(0, DType.INT64);
        in.requireRank(0, 1, 1);
        return List.of(Type.tensor(op.value.dtype(), shape(in)));
    }

    private static Shape shape(InferContext in) {
        var content = in.content(0);
        if (content != null) {
            if (content.stream().anyMatch(d -> d.known().orElse(0) < 0)) {
                throw in.error(Problem.of("negative extent").got(content));
            }
            return Shape.of(content);
        }
        var shape = in.shape(0);
        return shape.isRanked() && shape.dim(0) instanceof Dim.Known(long rank)
                ? in.unknownShape(Math.toIntExact(rank))
                : Shape.unranked();
    }

    private static @Nullable List<Dim> content(ConstantOfShape op, InferContext in) {
        var content = in.content(0);
        return content == null
                        || !(Shape.of(content).size() instanceof Dim.Known(long size))
                        || size > Inference.MAX_CONTENT
                ? null
                : Collections.nCopies((int) size, Dim.of(op.value.getLong(0)));
    }

    private static List<Tensor> evaluate(ConstantOfShape op, EvalContext in) {
        var result = Tensor.zeros(op.value.dtype(), in.tensor(0).toLongs());
        for (long i = 0; i < result.size(); i++) {
            result.copyElement(i, op.value, 0);
        }
        return List.of(result);
    }
}
