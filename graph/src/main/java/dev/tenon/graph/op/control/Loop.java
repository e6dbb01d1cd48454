package dev.tenon.graph.op.control;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Graph;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Runs a body again and again (ONNX `Loop`).
///
/// Inputs: the most iterations (`int64`) and whether to begin (a boolean), both optional; then the
/// initial values of what the loop carries; then the captures. The body takes the iteration's
/// number, the condition, the carried values and the captures; it gives whether to go on, the
/// carried values, and scan outputs. Outputs: the carried values after the last iteration, and the
/// scan outputs of all iterations stacked along a new first axis.
public record Loop(Graph body, int captures) implements Control {
    public static final OpDef<Loop> DEF =
            OpDef.of(Loop.class)
                    .inputs(0, OpDef.MANY)
                    .outputs(0, OpDef.MANY)
                    .infer(Loop::infer)
                    .reference(Loop::evaluate)
                    .noGradient("the number of iterations is not known beforehand")
                    .onnx("Loop", 1, a -> new Loop(a.graph("body"), a.captures()))
                    .build();

    /// The inputs before the carried values.
    private static final int OWN = 2;

    public Loop {
        Objects.requireNonNull(body, "body");
    }

    @Override
    public OpDef<Loop> def() {
        return DEF;
    }

    private static List<Type> infer(Loop op, InferContext in) {
        int carried = in.inputs() - OWN - op.captures;
        if (carried < 0) {
            throw in.error(
                    Problem.of("the loop has too few inputs")
                            .expected("at least " + (OWN + op.captures))
                            .got(in.inputs()));
        }
        BodyTypes.requireArity(op.body, in.inputs(), 1 + carried, in);
        var types = new ArrayList<Type>();
        for (int i = 0; i < carried; i++) {
            types.add(BodyTypes.carried(in.type(OWN + i), BodyTypes.output(op.body, 1 + i), in));
        }
        var iterations = in.unknown();
        for (int i = 1 + carried; i < op.body.outputs().size(); i++) {
            types.add(stacked(BodyTypes.output(op.body, i), iterations, in));
        }
        return types;
    }

    private static Type stacked(Type part, Dim iterations, InferContext in) {
        if (!(part instanceof Type.OfTensor(var dtype, var shape))) {
            throw in.error(Problem.of("a scan output is no tensor").expected("a tensor").got(part));
        }
        if (!shape.isRanked()) {
            return part;
        }
        var dims = new ArrayList<Dim>();
        dims.add(iterations);
        dims.addAll(BodyTypes.varying(shape, in).dims());
        return Type.tensor(dtype, Shape.of(dims));
    }

    private static List<Datum> evaluate(Loop op, EvalContext in) {
        int carried = in.inputs() - OWN - op.captures;
        long most = in.has(0) ? in.tensor(0).getLong(0) : Long.MAX_VALUE;
        boolean proceed = !in.has(1) || in.tensor(1).getBoolean(0);
        var rest = in.data(OWN);
        var state = rest.subList(0, carried);
        var captured = rest.subList(carried, rest.size());
        var scans = new ArrayList<Stacking>();
        for (int i = 1 + carried; i < op.body.outputs().size(); i++) {
            scans.add(new Stacking());
        }
        for (long iteration = 0; iteration < most && proceed; iteration++) {
            var arguments = new ArrayList<Datum>();
            arguments.add(op.argument(0, DType.INT64, iteration));
            arguments.add(op.argument(1, DType.BOOL, 1));
            arguments.addAll(state);
            arguments.addAll(captured);
            var results = in.run(op.body, arguments);
            proceed = ((Tensor) results.getFirst()).getBoolean(0);
            state = results.subList(1, 1 + carried);
            for (int i = 0; i < scans.size(); i++) {
                scans.get(i).add(results.get(1 + carried + i));
            }
        }
        var outputs = new ArrayList<>(state);
        for (int i = 0; i < scans.size(); i++) {
            outputs.add(scans.get(i).stack(0, false, BodyTypes.output(op.body, 1 + carried + i)));
        }
        return outputs;
    }

    /// A number for the body, as a vector of one element where the body declares a vector.
    private Tensor argument(int index, DType dtype, long value) {
        boolean isVector =
                body.inputs().get(index).type() instanceof Type.OfTensor(_, var shape)
                        && shape.isRanked()
                        && shape.rank() == 1;
        var argument = isVector ? Tensor.zeros(dtype, 1) : Tensor.zeros(dtype);
        argument.setLong(0, value);
        return argument;
    }
}
