package dev.tenon.passes;

import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.generate.ConstantOfShape;
import dev.tenon.graph.op.move.Expand;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Lets operators make the constants that are one number all over, or one number for each index of
/// the first axis, so that files need not hold them. Runtimes compute them once, as constants.
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
                    && tensor.byteSize() > OPERATOR_BYTES) {
                var patch = made(node, tensor, editor);
                if (patch.isPresent() && context.permit().getAsBoolean()) {
                    context.apply(patch.get(), editor, name(), name(), node);
                }
            }
        }
        return editor.finish();
    }

    private static Optional<Patch> made(Node node, Tensor tensor, Editor editor) {
        if (isUniform(tensor, 0, tensor.size())) {
            var number = Tensor.zeros(tensor.dtype(), 1);
            number.copyElement(0, tensor, 0);
            var patch = editor.patch();
            var shape = shape(node, tensor, patch);
            return Optional.of(
                    patch.replace(node, new ConstantOfShape(number), List.of(shape)).build());
        }
        long rows = tensor.rank() < 2 ? tensor.size() : tensor.dim(0);
        long width = tensor.size() / rows;
        if (tensor.dtype().bytes(tensor.size() - rows) <= OPERATOR_BYTES) {
            return Optional.empty();
        }
        for (long row = 0; row < rows; row++) {
            if (!isUniform(tensor, row * width, width)) {
                return Optional.empty();
            }
        }
        var patch = editor.patch();
        var column = patch.constant(node.output().name() + "_column", column(tensor, rows, width));
        var shape = shape(node, tensor, patch);
        return Optional.of(patch.replace(node, new Expand(), List.of(column, shape)).build());
    }

    private static Value shape(Node node, Tensor tensor, Patch.Builder patch) {
        return patch.constant(node.output().name() + "_shape", Tensor.ofLongs(tensor.dims()));
    }

    /// The first number of each row, with an extent of 1 for all axes but the first.
    private static Tensor column(Tensor tensor, long rows, long width) {
        var dims = new long[tensor.rank()];
        Arrays.fill(dims, 1);
        dims[0] = rows;
        var column = Tensor.zeros(tensor.dtype(), dims);
        for (long row = 0; row < rows; row++) {
            column.copyElement(row, tensor, row * width);
        }
        return column;
    }

    /// Whether some elements, one after the other, are the same to the bit.
    private static boolean isUniform(Tensor tensor, long from, long count) {
        long first = Double.doubleToRawLongBits(tensor.getDouble(from));
        for (long i = from + 1; i < from + count; i++) {
            if (Double.doubleToRawLongBits(tensor.getDouble(i)) != first) {
                return false;
            }
        }
        return true;
    }
}
