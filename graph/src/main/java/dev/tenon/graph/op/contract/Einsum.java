package dev.tenon.graph.op.contract;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Sums of products over named axes (ONNX `Einsum`, after NumPy's `einsum`).
///
/// @param equation such as `bij,bjk->bik`; ellipses, repeated subscripts and a left out output are
///   understood as NumPy does
public record Einsum(String equation) implements Contract {
    public static final OpDef<Einsum> DEF =
            OpDef.of(Einsum.class)
                    .inputs(1, OpDef.MANY)
                    .infer(Einsum::infer)
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops(Einsum::flops)
                    .onnx("Einsum", 12, a -> new Einsum(a.text("equation")))
                    .build();

    @Override
    public OpDef<Einsum> def() {
        return DEF;
    }

    /// The equation, parsed.
    public EinsumEquation parsed() {
        return EinsumEquation.parse(equation);
    }

    private static List<Type> infer(Einsum op, InferContext in) {
        var parsed = op.parsed();
        for (int i = 1; i < in.inputs(); i++) {
            in.requireSameDtype(0, i);
        }
        var shapes = IntStream.range(0, in.inputs()).mapToObj(in::shape).toList();
        if (!shapes.stream().allMatch(Shape::isRanked)) {
            var shape =
                    parsed.fixedRank() < 0 ? Shape.unranked() : in.unknownShape(parsed.fixedRank());
            return List.of(Type.tensor(in.dtype(0), shape));
        }
        var bound = parsed.bind(shapes.stream().mapToInt(Shape::rank).toArray());
        var extents = extents(bound, shapes);
        return List.of(
                Type.tensor(
                        in.dtype(0), Shape.of(bound.output().stream().map(extents::get).toList())));
    }

    private static Map<Integer, Dim> extents(EinsumEquation.Bound bound, List<Shape> shapes) {
        var extents = new HashMap<Integer, Dim>();
        for (int i = 0; i < shapes.size(); i++) {
            for (int axis = 0; axis < shapes.get(i).rank(); axis++) {
                extents.merge(
                        bound.inputs().get(i).get(axis), shapes.get(i).dim(axis), Dim::broadcast);
            }
        }
        return extents;
    }

    private static double flops(Einsum op, OpDef.NodeTypes types) {
        var shapes = new ArrayList<Shape>();
        for (var type : types.inputs()) {
            if (!(type instanceof Type.OfTensor(var _, var shape)) || !shape.isKnown()) {
                return 0;
            }
            shapes.add(shape);
        }
        var bound = op.parsed().bind(shapes.stream().mapToInt(Shape::rank).toArray());
        return shapes.size()
                * extents(bound, shapes).values().stream()
                        .mapToDouble(d -> d.known().orElse(0))
                        .reduce(1, (a, b) -> a * b);
    }

    private Tensor evaluate(EvalContext in) {
        var tensors = IntStream.range(0, in.inputs()).mapToObj(in::tensor).toList();
        var bound = parsed().bind(tensors.stream().mapToInt(Tensor::rank).toArray());
        var extents = extents(bound, tensors.stream().map(Tensor::shape).toList());
        var subscripts = Stream.concat(bound.output().stream(), bound.summed().stream()).toList();
        var dims = Shape.of(subscripts.stream().map(extents::get).toList()).toLongs();
        int outputRank = bound.output().size();
        var result = Tensor.zeros(tensors.getFirst().dtype(), Arrays.copyOf(dims, outputRank));
        var strides = new long[tensors.size() + 1][];
        for (int i = 0; i < tensors.size(); i++) {
            strides[i] = strides(tensors.get(i), bound.inputs().get(i), subscripts);
        }
        strides[tensors.size()] = Arrays.copyOf(Nd.strides(result.dims()), dims.length);
        if (result.dtype().isFloat()) {
            sumDoubles(tensors, dims, strides, result);
        } else {
            sumLongs(tensors, dims, strides, result);
        }
        return result;
    }

    /// How far a tensor's offset moves along each subscript: a repeated one walks the diagonal.
    private static long[] strides(Tensor tensor, List<Integer> axes, List<Integer> subscripts) {
        var own = Nd.strides(tensor.dims());
        var strides = new long[subscripts.size()];
        for (int axis = 0; axis < axes.size(); axis++) {
            if (tensor.dim(axis) != 1) {
                strides[subscripts.indexOf(axes.get(axis))] += own[axis];
            }
        }
        return strides;
    }

    private static void sumDoubles(
            List<Tensor> tensors, long[] dims, long[][] strides, Tensor result) {
        var sums = new double[Math.toIntExact(result.size())];
        Nd.walk(
                dims,
                strides,
                (_, offsets) -> {
                    double product = 1;
                    for (int i = 0; i < tensors.size(); i++) {
                        product *= tensors.get(i).getDouble(offsets[i]);
                    }
                    sums[(int) offsets[tensors.size()]] += product;
                });
        for (int i = 0; i < sums.length; i++) {
            result.setDouble(i, sums[i]);
        }
    }

    private static void sumLongs(
            List<Tensor> tensors, long[] dims, long[][] strides, Tensor result) {
        Nd.walk(
                dims,
                strides,
                (_, offsets) -> {
                    long product = 1;
                    for (int i = 0; i < tensors.size(); i++) {
                        product *= tensors.get(i).getLong(offsets[i]);
                    }
                    long at = offsets[tensors.size()];
                    result.setLong(at, result.getLong(at) + product);
                });
    }
}
