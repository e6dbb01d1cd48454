package dev.tenon.graph.op.control;

import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Graph;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Runs a body once for each element of a sequence (ONNX `SequenceMap`).
///
/// Inputs: a sequence, further sequences of the same length or tensors, and the captures. The body
/// takes an element of each sequence, each tensor as it is, and the captures. Outputs: a sequence
/// for each of the body's outputs.
public record SequenceMap(Graph body, int captures) implements Control {
    public static final OpDef<SequenceMap> DEF =
            OpDef.of(SequenceMap.class)
                    .inputs(1, OpDef.MANY)
                    .outputs(1, OpDef.MANY)
                    .infer(SequenceMap::infer)
                    .reference(SequenceMap::evaluate)
                    .noGradient("gradients do not pass through sequences")
                    .flops((op, types) -> 0)
                    .onnx("SequenceMap", 17, a -> new SequenceMap(a.graph("body"), a.captures()))
                    .build();

    public SequenceMap {
        Objects.requireNonNull(body, "body");
    }

    @Override
    public OpDef<SequenceMap> def() {
        return DEF;
    }

    private static List<Type> infer(SequenceMap op, InferContext in) {
        SequenceOp.element(in, 0);
        BodyTypes.requireArity(op.body, in.inputs(), 1, in);
        var types = new ArrayList<Type>();
        for (var output : op.body.outputs()) {
            types.add(new Type.OfSequence(BodyTypes.varying(output.value().type(), in)));
        }
        return types;
    }

    private static List<Datum> evaluate(SequenceMap op, EvalContext in) {
        int length = SequenceOp.sequence(in, 0).values().size();
        var results = new ArrayList<List<Datum>>();
        for (var _ : op.body.outputs()) {
            results.add(new ArrayList<>());
        }
        for (int run = 0; run < length; run++) {
            var outputs = in.run(op.body, op.arguments(in, run, length));
            for (int i = 0; i < outputs.size(); i++) {
                results.get(i).add(outputs.get(i));
            }
        }
        var sequences = new ArrayList<Datum>();
        for (int i = 0; i < results.size(); i++) {
            var element = SequenceOp.anyShape(BodyTypes.output(op.body, i));
            sequences.add(new Datum.OfSequence(element, results.get(i)));
        }
        return sequences;
    }

    private List<Datum> arguments(EvalContext in, int run, int length) {
        var arguments = new ArrayList<Datum>();
        var inputs = in.data(0);
        for (int i = 0; i < inputs.size(); i++) {
            boolean isCapture = i >= inputs.size() - captures;
            if (!isCapture && inputs.get(i) instanceof Datum.OfSequence(_, var values)) {
                if (values.size() != length) {
                    throw new InputException(
                            Problem.of("the sequences have different lengths")
                                    .expected(length)
                                    .got(values.size()));
                }
                arguments.add(values.get(run));
            } else {
                arguments.add(inputs.get(i));
            }
        }
        return arguments;
    }
}
