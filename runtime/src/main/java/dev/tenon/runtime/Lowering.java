package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Contract;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.elementwise.Elementwise;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.quant.Quant;
import dev.tenon.graph.op.recurrent.Recurrent;
import dev.tenon.graph.op.reduce.Reduce;
import dev.tenon.graph.op.resample.Resample;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds a way to compute each node of a graph: a kernel where one takes it, else the operator's
/// reference implementation.
final class Lowering {
    static final String REFERENCE = "reference";

    /// A node, or several that are computed at once.
    ///
    /// @param node the one that gives the name
    record Unit(Node node, Lowered lowered, List<Value> inputs, List<Value> outputs) {}

    /// The nodes of a graph in an order in which they can run, constants left out.
    List<Unit> lower(Graph graph) {
        var units = new ArrayList<Unit>();
        var last = new IdentityHashMap<Node, Unit>();
        var taken = Collections.<Node>newSetFromMap(new IdentityHashMap<>());
        for (var node : graph.nodes()) {
            if (node.op() instanceof Constant) {
                continue;
            }
            if (taken.contains(node)) {
                var unit = last.get(node);
                if (unit != null) {
                    units.add(unit);
                }
                continue;
            }
            var chain = chain(node, graph, taken);
            var fused = chain == null ? null : fused(node, chain);
            if (chain != null && fused != null) {
                taken.addAll(chain.nodes());
                last.put(chain.nodes().getLast(), fused);
            } else {
                units.add(
                        new Unit(
                                node,
                                lower(node, EpilogueChain.Binder.NONE),
                                node.inputs(),
                                node.outputs()));
            }
        }
        return units;
    }

    /// The element-wise operators that can be computed with a node; null when there are none.
    private static @Nullable EpilogueChain chain(Node node, Graph graph, Set<Node> taken) {
        var chain =
                switch (node.op()) {
                    case Contract op when ContractLowering.takesEpilogue(node, op) ->
                            EpilogueChain.after(node, EpilogueChain.Rows.MATRIX, graph, taken);
                    case Convolution op when ConvolutionLowering.takesEpilogue(node, op) ->
                            EpilogueChain.after(node, EpilogueChain.Rows.CHANNELS, graph, taken);
                    default -> null;
                };
        return chain == null || chain.isEmpty() ? null : chain;
    }

    /// A node with those that follow it; null when no kernel takes it.
    private @Nullable Unit fused(Node node, EpilogueChain chain) {
        var lowered = lower(node, chain.binder(node.inputs().size()));
        if (lowered.kernel().equals(REFERENCE)) {
            return null;
        }
        var inputs = new ArrayList<>(node.inputs());
        inputs.addAll(chain.operands());
        var kernel = new StringBuilder(lowered.kernel());
        chain.nodes().forEach(n -> kernel.append('+').append(n.op().def().name()));
        return new Unit(
                node,
                lowered.named(kernel.toString()),
                inputs,
                List.of(chain.result()));
    }

    /// @param epilogue what is done to the result's rows, by operators that take one
    private Lowered lower(Node node, EpilogueChain.Binder epilogue) {
        return switch (node.op()) {
            case Elementwise op -> ElementwiseLowering.lower(node, op);
            case Contract op -> ContractLowering.lower(node, op, epilogue);
            case Norm op -> NormLowering.lower(node, op);
            case Reduce op -> ReduceLowering.lower(node, op);
            case Move op -> MoveLowering.lower(node, op);
            case Convolution op -> ConvolutionLowering.lower(node, op, epilogue);
            case Pool op -> PoolLowering.lower(node, op);
            case Quant op -> QuantLowering.lower(node, op);
            case Recurrent op -> RecurrentLowering.lower(node, op);
            case Resample op -> ResampleLowering.lower(node, op);
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
                        action.apply(kernel.get().bind(query)),
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
        Action action =
                frame ->
                        _ -> {
                            var results = Interpreter.evaluate(node, frame.evaluation(node));
                            for (int i = 0; i < node.outputs().size(); i++) {
                                if (frame.wants(i)) {
                                    frame.set(i, results.get(i));
                                }
                            }
                        };
        return new Lowered(REFERENCE, action, refusals);
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
