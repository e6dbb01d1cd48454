package dev.tenon.graph.op.control;

import dev.tenon.base.Datum;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Graph;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Runs one of two subgraphs (ONNX `If`).
///
/// Inputs: a boolean of one element, then the captures, which are the inputs of both branches.
public record If(Graph thenBranch, Graph elseBranch) implements Control {
    public static final OpDef<If> DEF =
            OpDef.of(If.class)
                    .inputs(1, OpDef.MANY)
                    .outputs(0, OpDef.MANY)
                    .infer(If::infer)
                    .reference(If::evaluate)
                    .noGradient("the branch taken is not known beforehand")
                    .onnx("If", 11, a -> new If(a.graph("then_branch"), a.graph("else_branch")))
                    .build();

    public If {
        Objects.requireNonNull(thenBranch, "thenBranch");
        Objects.requireNonNull(elseBranch, "elseBranch");
    }

    @Override
    public OpDef<If> def() {
        return DEF;
    }

    private static List<Type> infer(If op, InferContext in) {
        var types = new ArrayList<Type>();
        for (int i = 0; i < op.thenBranch.outputs().size(); i++) {
            var then = op.thenBranch.outputs().get(i).value().type();
            var otherwise = op.elseBranch.outputs().get(i).value().type();
            types.add(BodyTypes.join(then, otherwise, in));
        }
        return types;
    }

    private static List<Datum> evaluate(If op, EvalContext in) {
        var branch = in.tensor(0).getBoolean(0) ? op.thenBranch : op.elseBranch;
        return in.run(branch, in.data(1));
    }
}
