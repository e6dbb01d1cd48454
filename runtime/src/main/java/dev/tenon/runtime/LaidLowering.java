package dev.tenon.runtime;

import dev.tenon.base.Longs;
import dev.tenon.graph.Inference;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.convolution.ConvTranspose;
import dev.tenon.graph.op.fused.InLayout;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.norm.BatchNormalization;
import dev.tenon.graph.op.norm.LRN;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.pool.GlobalPool;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.pool.WindowPool;
import dev.tenon.graph.op.resample.Resize;
import dev.tenon.kernels.elementwise.RowProgram;
import java.util.List;

/// Binds operators on images that are not in channels-first order to kernels for their layout.
final class LaidLowering {
    private LaidLowering() {}

    static Lowered lower(Node node, InLayout op) {
        if (op.body() instanceof WithEpilogue epilogue) {
            return withEpilogue(node, op, epilogue);
        }
        return body(node, op, op.body(), ResultEpilogue.NONE);
    }

    /// @param node reads images in the layout
    private static Lowered body(Node node, InLayout op, Op body, ResultEpilogue epilogue) {
        if (body instanceof Conv conv) {
            return ConvolutionLowering.lower(node, conv, epilogue);
        }
        if (!op.isLaid(0)) {
            return Lowering.reference(node, "input and output are in different layouts");
        }
        return switch (body) {
            case ConvTranspose transpose -> ConvolutionLowering.lower(node, transpose, epilogue);
            case WindowPool _, GlobalPool _ -> PoolLowering.lower(node, (Pool) body);
            case Resize resize -> ResampleLowering.lower(node, resize);
            case BatchNormalization _, LRN _ -> NormLowering.lower(node, (Norm) body);
            default -> Lowering.reference(node, "no kernel for this layout");
        };
    }

    private static Lowered withEpilogue(Node node, InLayout op, WithEpilogue fused) {
        int first = fused.bodyInputs(node.inputs().size());
        if (!(fused.body() instanceof Conv || fused.body() instanceof ConvTranspose)
                || !fused.operands(node).stream().allMatch(FusedLowering::isFloat)) {
            return Lowering.reference(node, "no kernel takes this epilogue in this layout");
        }
        var result = node.output().tensorType().shape();
        for (int i = first; i < node.inputs().size(); i++) {
            var shape = node.input(i).tensorType().shape();
            if (!shape.isRanked()
                    || !result.isRanked()
                    || !op.isLaid(i) && !ResultEpilogue.repeatsPositions(shape, result)) {
                return Lowering.reference(node, "an operand is not in the layout");
            }
        }
        var images = op.isLaid(0) ? Longs.of(0) : Longs.of();
        var laid = new InLayout(fused.body(), op.layout(), images);
        var body =
                Inference.node(
                        laid,
                        node.name(),
                        node.inputs().subList(0, first),
                        List.of(node.output().name()));
        var epilogue =
                ResultEpilogue.of(
                                new RowProgram(fused.epilogue(), fused.operands()),
                                first,
                                fused.operands())
                        .laid(op::isLaid);
        return FusedLowering.whole(node, body(body, laid, fused.body(), epilogue));
    }
}
