package dev.tenon.graph.op.fused;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.OpDef.NodeTypes;
import dev.tenon.graph.RecordAttributes;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operator some of whose inputs are columns of one tensor, such as attention on queries, keys
/// and values that one product made.
///
/// Inputs: the tensor, whose last axis is divided into parts that are the body's first inputs, then
/// the body's further inputs. Outputs: the body's.
///
/// @param body has no subgraphs
/// @param extents of the parts along the last axis, one or more
public record OfColumns(Op body, Longs extents) implements Fused {
    public static final OpDef<OfColumns> DEF =
            OpDef.of(OfColumns.class)
                    .inputs(1, OpDef.MANY)
                    .outputs(1, OpDef.MANY)
                    .infer(OfColumns::infer)
                    .reference(OfColumns::evaluate)
                    .flops(OfColumns::flops)
                    .onnx(
                            DOMAIN,
                            "OfColumns",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            OfColumns.DEF, a, List.of("body", "extents")))
                    .build();

    /// @throws GraphException when the body cannot be one, or the extents are none
    public OfColumns {
        Bodies.check(body);
        if (extents.isEmpty() || extents.stream().anyMatch(e -> e < 0)) {
            throw new GraphException(
                    Problem.of("wrong extents of parts")
                            .expected("one or more, none negative")
                            .got(extents));
        }
    }

    @Override
    public OpDef<OfColumns> def() {
        return DEF;
    }

    /// How many inputs of the body are columns.
    public int parts() {
        return extents.size();
    }

    private long width() {
        return extents.stream().sum();
    }

    private List<Type> parts(Type whole) {
        if (!(whole instanceof Type.OfTensor(var dtype, var shape))) {
            throw new GraphException(Problem.of("only tensors have columns").got(whole));
        }
        if (!shape.isRanked()) {
            return extents.stream().<Type>mapToObj(_ -> whole).toList();
        }
        int last = shape.rank() - 1;
        if (last < 0 || shape.dim(last).isKnown() && !shape.dim(last).is(width())) {
            throw new GraphException(
                    Problem.of("the parts are not the whole")
                            .expected("a last axis of " + width())
                            .got(whole));
        }
        return extents.stream()
                .<Type>mapToObj(e -> Type.tensor(dtype, shape.with(last, Dim.of(e))))
                .toList();
    }

    private static List<? extends Type> infer(OfColumns op, InferContext in) {
        var values = new ArrayList<Value>();
        op.parts(in.type(0)).forEach(part -> values.add(in.typed(0, part)));
        for (int i = 1; i < in.inputs(); i++) {
            values.add(in.has(i) ? in.value(i) : Value.NONE);
        }
        return in.infer(op.body, values);
    }

    private static List<? extends Datum> evaluate(OfColumns op, EvalContext in) {
        var data = new ArrayList<@Nullable Datum>();
        var split = new Split(-1, null);
        var whole = new ArrayList<@Nullable Datum>(Arrays.asList(in.tensor(0), op.counts()));
        data.addAll(in.evaluate(split, whole, op.parts()));
        for (int i = 1; i < in.inputs(); i++) {
            data.add(in.has(i) ? in.datum(i) : null);
        }
        return in.evaluate(op.body, data, in.outputs());
    }

    private Tensor counts() {
        return Tensor.ofLongs(extents.toArray());
    }

    private static double flops(OfColumns op, NodeTypes types) {
        var inputs = new ArrayList<@Nullable Type>();
        var whole = types.inputs().getFirst();
        if (whole != null) {
            inputs.addAll(op.parts(whole));
            inputs.addAll(types.inputs().subList(1, types.inputs().size()));
        }
        return new NodeTypes(inputs, types.outputs()).flops(op.body);
    }
}
