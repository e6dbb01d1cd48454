package dev.tenon.runtime;

import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.control.Control;
import dev.tenon.graph.op.control.If;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Binds operators with subgraphs to the plans of these.
final class ControlLowering {
    private static final String BRANCHES = "branches";

    private ControlLowering() {}

    static Lowered lower(Node node, Control op) {
        var reference = Lowering.reference(node);
        if (!(op instanceof If branches)) {
            return reference;
        }
        return new Lowered(
                BRANCHES,
                frame -> {
                    var laid = frame instanceof FixedFrame f ? laid(f, node, branches) : null;
                    return laid == null ? Lowering.reference(node, frame) : laid;
                });
    }

    /// Both branches laid out beforehand; null where one of them cannot be.
    private static @Nullable Work laid(FixedFrame frame, Node node, If op) {
        var condition = frame.tensor(0);
        var arguments = new Datum[node.inputs().size() - 1];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = frame.tensor(i + 1);
        }
        var outputs = new ArrayList<@Nullable Tensor>();
        for (int i = 0; i < node.outputs().size(); i++) {
            outputs.add(frame.wants(i) ? frame.place(i) : null);
        }
        var then = plan(frame, op.thenBranch(), arguments, outputs);
        var otherwise = plan(frame, op.elseBranch(), arguments, outputs);
        if (then == null || otherwise == null) {
            return null;
        }
        return new Choice(
                condition,
                new Branch(frame, then, arguments, outputs),
                new Branch(frame, otherwise, arguments, outputs));
    }

    /// A branch's plan for these arguments; null where there is none that gives these outputs.
    private static @Nullable FixedPlan plan(
            FixedFrame frame, Graph branch, Datum[] arguments, List<@Nullable Tensor> outputs) {
        var types = new ArrayList<Type>();
        for (var argument : arguments) {
            types.add(argument.type());
        }
        var plan = frame.plan.subplan(branch).fixedFor(types);
        for (int i = 0; plan != null && i < outputs.size(); i++) {
            var output = outputs.get(i);
            if (output != null && !plan.output(i).equals(output.type())) {
                plan = null;
            }
        }
        return plan;
    }

    /// @param condition decides at each run
    private record Choice(Tensor condition, Branch then, Branch otherwise) implements Work {
        @Override
        public void run(Workers workers) {
            (condition.getBoolean(0) ? then : otherwise).run();
        }
    }

    /// One branch, which is made ready when it is first taken.
    private static final class Branch {
        private final FixedFrame around;
        private final FixedPlan plan;
        private final Datum[] arguments;
        private final @Nullable Tensor[] outputs;
        private @Nullable FixedFrame frame;

        Branch(
                FixedFrame around,
                FixedPlan plan,
                Datum[] arguments,
                List<@Nullable Tensor> outputs) {
            this.around = around;
            this.plan = plan;
            this.arguments = arguments;
            this.outputs = outputs.toArray(new @Nullable Tensor[0]);
        }

        void run() {
            var made = frame;
            if (made == null) {
                made = around.within(plan);
                frame = made;
            }
            around.context().check(plan.peak());
            made.run(arguments, around.context());
            for (int i = 0; i < outputs.length; i++) {
                var output = outputs[i];
                if (output != null) {
                    made.copyResult(i, output);
                }
            }
        }
    }
}
