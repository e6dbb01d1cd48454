package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Type;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.contract.Contract;
import dev.tenon.graph.op.control.Control;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.elementwise.Elementwise;
import dev.tenon.graph.op.fused.Fused;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.quant.Quant;
import dev.tenon.graph.op.recurrent.Recurrent;
import dev.tenon.graph.op.reduce.Reduce;
import dev.tenon.graph.op.resample.Resample;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Work;
import java.util.List;
import java.util.function.Function;

/// Finds a way to compute each node of a graph: a kernel where one takes it, else the operator's
/// reference implementation.
final class Lowering {
    static final String REFERENCE = "reference";

    private Lowering() {}

    /// How a node is computed.
    static Lowered lower(Node node) {
        return switch (node.op()) {
            case Elementwise op -> ElementwiseLowering.lower(node, op);
            case Contract op -> ContractLowering.lower(node, op, ResultEpilogue.NONE);
            case Norm op -> NormLowering.lower(node, op);
            case Reduce op -> ReduceLowering.lower(node, op);
            case Move op -> MoveLowering.lower(node, op);
            case Convolution op -> ConvolutionLowering.lower(node, op, ResultEpilogue.NONE);
            case Pool op -> PoolLowering.lower(node, op);
            case Quant op -> QuantLowering.lower(node, op);
            case Recurrent op -> RecurrentLowering.lower(node, op);
            case Resample op -> ResampleLowering.lower(node, op);
            case Fused op -> FusedLowering.lower(node, op);
            case Control op -> ControlLowering.lower(node, op);
            default -> reference(node);
        };
    }

    /// A node computed by the best kernel of a family, or by its reference implementation when all
    /// refuse.
    static <Q, B> Lowered choose(
            Node node, KernelFamily<Q, B> family, Q query, Function<B, Action> action) {
        var choice = family.choose(query);
        var kernel = choice.kernel();
        return kernel.isPresent()
                ? new Lowered(
                        kernel.get().name(),
                        storage -> action.apply(kernel.get().bind(query, storage)),
                        choice.refusals())
                : reference(node, choice.refusals());
    }

    /// A node computed by its reference implementation because no kernel is meant for it.
    static Lowered reference(Node node, String reason) {
        return reference(node, List.of(new Refusal("kernels", reason)));
    }

    static Lowered reference(Node node) {
        return reference(node, List.of());
    }

    private static Lowered reference(Node node, List<Refusal> refusals) {
        return new Lowered(REFERENCE, _ -> frame -> reference(node, frame), refusals);
    }

    /// The reference implementation's work on a frame.
    static Work reference(Node node, Frame frame) {
        return _ -> {
            var results = Interpreter.evaluate(node, frame.evaluation(node));
            for (int i = 0; i < node.outputs().size(); i++) {
                if (frame.wants(i)) {
                    frame.set(i, results.get(i));
                }
            }
        };
    }

    /// Whether inputs are `f32` tensors; those left out count as such.
    static boolean isFloat(Node node, int... indices) {
        for (int index : indices) {
            if (node.input(index).isPresent() && !hasDtype(node, index, DType.FLOAT32)) {
                return false;
            }
        }
        return true;
    }

    static boolean hasDtype(Node node, int index, DType dtype) {
        return node.input(index).isPresent()
                && node.input(index).type() instanceof Type.OfTensor(var d, var _)
                && d == dtype;
    }
}
