package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parts of a tensor along an axis (ONNX `Split`).
///
/// Inputs: the data, and optionally the extents of the parts.
///
/// @param numOutputs into how many equal parts; the last one may be smaller. Null when the extents
///   are given, or for as many as the node has outputs
public record Split(int axis, @Nullable Integer numOutputs) implements Move {
    public static final OpDef<Split> DEF =
            OpDef.of(Split.class)
                    .inputs(1, 2)
                    .outputs(1, OpDef.MANY)
                    .infer(Split::infer)
                    .contents(Split::contents)
                    .reference(Split::evaluate)
                    .flops((op, types) -> 0)
                    .onnx(
                            "Split",
                            18,
                            a ->
                                    new Split(
                                            a.axis("axis", 0),
                                            a.has("num_outputs")
                                                    ? Integer.valueOf(a.axis("num_outputs", 1))
                                                    : null))
                    .build();

    @Override
    public OpDef<Split> def() {
        return DEF;
    }

    private static List<Type> infer(Split op, InferContext in) {
        var data = in.shape(0);
        var types = new ArrayList<Type>();
        if (!data.isRanked()) {
            for (int i = 0; i < in.outputs(); i++) {
                types.add(in.tensor(0));
            }
            return types;
        }
        int along = in.axis(op.axis, data.rank());
        var parts = op.parts(in, data.dim(along));
        for (int i = 0; i < in.outputs(); i++) {
            types.add(
                    Type.tensor(
                            in.dtype(0),
                            data.with(along, parts == null ? in.unknown() : parts.get(i))));
        }
        return types;
    }

    private static List<@Nullable List<Dim>> contents(Split op, InferContext in) {
        var content = in.content(0);
        var parts = content == null ? null : op.parts(in, Dim.of(content.size()));
        if (content == null || parts == null || !parts.stream().allMatch(Dim::isKnown)) {
            return List.of();
        }
        var contents = new ArrayList<@Nullable List<Dim>>();
        int start = 0;
        for (var part : parts) {
            int end = start + (int) part.known().orElseThrow();
            contents.add(content.subList(start, end));
            start = end;
        }
        return contents;
    }

    /// The parts' extents; null when they are given at run time.
    private @Nullable List<Dim> parts(InferContext in, Dim extent) {
        if (!in.has(1)) {
            return equalParts(extent, in.outputs());
        }
        var parts = in.content(1);
        return parts == null ? null : checked(parts, extent, in.outputs());
    }

    private static List<Tensor> evaluate(Split op, EvalContext in) {
        var data = in.tensor(0);
        int along = Nd.axis(op.axis, data.rank());
        var extent = Dim.of(data.dim(along));
        var given = in.optionalTensor(1);
        var parts =
                given == null
                        ? op.equalParts(extent, in.outputs())
                        : checked(
                                Arrays.stream(given.toLongs()).mapToObj(Dim::of).toList(),
                                extent,
                                in.outputs());
        var results = new ArrayList<Tensor>();
        long start = 0;
        for (var part : parts) {
            long count = part.known().orElseThrow();
            results.add(Strided.slice(data, along, start, count));
            start += count;
        }
        return results;
    }

    private List<Dim> equalParts(Dim extent, int outputs) {
        int count = numOutputs == null ? outputs : numOutputs;
        if (count < outputs) {
            throw new GraphException(
                    Problem.of("more outputs than parts").expected(count).got(outputs));
        }
        var size = extent.ceilDiv(count);
        var parts = new ArrayList<Dim>();
        for (int i = 0; i < count; i++) {
            var rest = extent.minus(size.times(i));
            parts.add(size.times(count).equals(extent) ? size : rest.max(Dim.ZERO).min(size));
        }
        return parts;
    }

    private static List<Dim> checked(List<Dim> parts, Dim extent, int outputs) {
        var sum = parts.stream().reduce(Dim.ZERO, Dim::plus);
        if (parts.size() < outputs || (sum.isKnown() && extent.isKnown() && !sum.equals(extent))) {
            throw new GraphException(
                    Problem.of("the parts do not fill the axis")
                            .expected(outputs + " parts, " + extent + " together")
                            .got(parts));
        }
        return parts;
    }
}
