package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The same elements in another shape (ONNX `Reshape`).
///
/// Inputs: the data and the wanted extents; -1, at most once, stands for what is left over.
///
/// @param allowzero whether 0 means an empty axis; else it means the extent of the same axis of the
///   data
public record Reshape(boolean allowzero) implements Move {
    public static final OpDef<Reshape> DEF =
            OpDef.of(Reshape.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .content((op, in) -> in.content(0))
                    .reference(Reshape::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Reshape", 14, a -> new Reshape(a.flag("allowzero", false)))
                    .build();

    @Override
    public OpDef<Reshape> def() {
        return DEF;
    }

    private Shape shape(InferContext in) {
        var wanted = in.content(1);
        if (wanted == null) {
            in.requireRank(1, 1, 1);
            var length = in.shape(1).isRanked() ? in.shape(1).dim(0) : in.unknown();
            return length instanceof Dim.Known(var rank)
                    ? in.unknownShape((int) rank)
                    : Shape.unranked();
        }
        var data = in.shape(0);
        var dims = new ArrayList<Dim>();
        for (var dim : resolve(wanted, data)) {
            dims.add(dim == null ? in.unknown() : dim);
        }
        var shape = Shape.of(dims);
        if (data.isKnown() && shape.isKnown() && !data.knownSize().equals(shape.knownSize())) {
            throw in.error(
                    Problem.of("the new shape has another number of elements")
                            .expected("as many as in " + data)
                            .got(shape));
        }
        return shape;
    }

    private static List<Tensor> evaluate(Reshape op, EvalContext in) {
        var data = in.tensor(0);
        var wanted = Arrays.stream(in.tensor(1).toLongs()).mapToObj(Dim::of).toList();
        var dims = op.resolve(wanted, data.shape());
        if (dims.contains(null)) {
            throw new GraphException(
                    Problem.of("an extent of -1 beside one of 0 can be anything").got(wanted));
        }
        return List.of(data.reshape(Shape.of(dims).toLongs()));
    }

    /// The wanted extents with 0 and -1 replaced; null for one that cannot be told.
    private List<@Nullable Dim> resolve(List<Dim> wanted, Shape data) {
        var dims = new ArrayList<@Nullable Dim>(wanted);
        int open = -1;
        for (int i = 0; i < dims.size(); i++) {
            var dim = wanted.get(i);
            if (dim.is(0) && !allowzero) {
                dims.set(i, data.isRanked() ? data.dim(i) : null);
            } else if (dim.is(-1)) {
                if (open >= 0) {
                    throw new GraphException(Problem.of("more than one extent is -1").got(wanted));
                }
                open = i;
            } else if (dim instanceof Dim.Known(var extent) && extent < 0) {
                throw new GraphException(Problem.of("negative extent").got(wanted));
            }
        }
        if (open >= 0) {
            dims.remove(open);
            dims.add(open, data.isRanked() ? remainder(data, dims) : null);
        }
        return dims;
    }

    /// `data.size() / product(others)`, where equal extents cancel out first; null where it cannot
    /// be told.
    private static @Nullable Dim remainder(Shape data, List<@Nullable Dim> others) {
        var numerators = new ArrayList<>(data.dims());
        Dim denominator = Dim.ONE;
        for (var other : others) {
            if (other == null || other.is(0)) {
                return null;
            }
            if (!numerators.remove(other)) {
                denominator = denominator.times(other);
            }
        }
        var size = Shape.of(numerators).size();
        if (size instanceof Dim.Known(var total)
                && denominator instanceof Dim.Known(var divisor)
                && total % divisor != 0) {
            throw new GraphException(
                    Problem.of("the elements do not fill the new shape")
                            .expected("a multiple of " + divisor)
                            .got(total));
        }
        return size.floorDiv(denominator);
    }
}
