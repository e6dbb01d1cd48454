package dev.tenon.graph.op.control;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Graph;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.List;

/// Runs one of two subgraphs (ONNX `If`).
///
/// Inputs: a boolean of one element, then the captures, which are the inputs of both branches.
public record If(Graph thenBranch, Graph elseBranch) implements Control {
    public static final OpDef<If> DEF = OpDef.of(If.class)
            .inputs(1, OpDef.MANY)
            .outputs(0, OpDef.MANY)
            .infer(If::infer)
            .reference(If::evaluate)
            .noGradient("the branch taken is not known beforehand")
            .onnx("If", 25, a -> new If(a.graph("then_branch"), a.graph("else_branch")))
            .build();

    @Override
    public OpDef<If> def() {
        return DEF;
    }

    private static List<Type> infer(If op, InferContext in) {
        var types = new ArrayList<Type>();
        for (int i = 0; i < op.thenBranch.outputs().size(); i++) {
            var then = op.thenBranch.outputs().get(i).value().type();
            var otherwise = op.elseBranch.outputs().get(i).value().type();
            types.add(join(then, otherwise, in));
        }
        return types;
    }

    /// The most precise type that both have.
    private static Type join(Type a, Type b, InferContext in) {
        if (a.equals(b)) {
            return a;
        }
        if (a instanceof Type.OfTensor(var x, var s) && b instanceof Type.OfTensor(var y, var t) && x == y) {
            if (!s.isRanked() || !t.isRanked() || s.rank() != t.rank()) {
                return Type.tensor(x, Shape.unranked());
            }
            var dims = new ArrayList<Dim>();
            for (int i = 0; i < s.rank(); i++) {
                dims.add(s.dim(i).equals(t.dim(i)) ? s.dim(i) : in.unknown());
            }
            return Type.tensor(x, Shape.of(dims));
        }
        if (a instanceof Type.OfSequence(var x) && b instanceof Type.OfSequence(var y)) {
            return new Type.OfSequence(join(x, y, in));
        }
        if (a instanceof Type.OfOptional(var x) && b instanceof Type.OfOptional(var y)) {
            return new Type.OfOptional(join(x, y, in));
        }
        throw in.error(Problem.of("the branches give different types").expected(a).got(b));
    }

    private static List<Datum> evaluate(If op, EvalContext in) {
        var branch = in.tensor(0).getBoolean(0) ? op.thenBranch : op.elseBranch;
        return in.run(branch, in.data(1));
    }
}
