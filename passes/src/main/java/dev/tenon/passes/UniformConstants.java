package dev.tenon.passes;

import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.generate.ConstantOfShape;
import java.util.List;

/// Lets an operator make the constants that are one number all over, so that files need not hold
/// them. Runtimes compute them once, as constants.
final class UniformConstants implements Pass {
    /// What an operator and its shape take in a file, about.
    private static final long OPERATOR_BYTES = 256;

    @Override
    public String name() {
        return "uniform-constants";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        var editor = new Editor(graph);
        for (var node : graph.nodes()) {
            if (node.op() instanceof Constant(var tensor)
                    && tensor.dtype().isFloat()
                    && tensor.byteSize() > OPERATOR_BYTES
                    && isUniform(tensor)
                    && context.permit().getAsBoolean()) {
                var patch = editor.patch();
                var shape =
                        patch.constant(
                                node.output().name() + "_shape", Tensor.ofLongs(tensor.dims()));
                var number = Tensor.zeros(tensor.dtype(), 1);
                number.copyElement(0, tensor, 0);
                patch.replace(node, new ConstantOfShape(number), List.of(shape));
                context.apply(patch.build(), editor, name(), name(), node);
            }
        }
        return editor.finish();
    }

    /// Whether all elements are the same to the bit.
    private static boolean isUniform(Tensor tensor) {
        long first = Double.doubleToRawLongBits(tensor.getDouble(0));
        for (long i = 1; i < tensor.size(); i++) {
            if (Double.doubleToRawLongBits(tensor.getDouble(i)) != first) {
                return false;
            }
        }
        return true;
    }
}
