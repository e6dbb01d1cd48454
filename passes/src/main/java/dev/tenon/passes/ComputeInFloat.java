package dev.tenon.passes;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Inference;
import dev.tenon.graph.Names;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.Types;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Contract;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Conversion;
import dev.tenon.graph.op.elementwise.Elementwise;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.recurrent.Recurrent;
import dev.tenon.graph.op.reduce.Reduce;
import dev.tenon.graph.op.resample.Resample;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes in `f32` what is written in `f16` or `bf16`: weights and inputs are widened once, and
/// only what leaves the graph, or what an operator wants in its own type, is rounded to 16 bits.
///
/// Between operators nothing is rounded, so that results are nearer to the exact ones; conversions
/// that the graph has itself stay. Tables that are gathered from keep their 16 bits.
final class ComputeInFloat implements Pass {
    private static final String NAME = "compute-in-float";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        boolean any = graph.nodes().stream().anyMatch(ComputeInFloat::isNarrow);
        return any && context.permit().getAsBoolean() ? new Widening(graph, context).run() : graph;
    }

    /// Whether a node computes in 16 bits and could do so in 32.
    private static boolean isNarrow(Node node) {
        return isWidened(node)
                && (node.inputs().stream().anyMatch(ComputeInFloat::isHalf)
                        || node.outputs().stream().anyMatch(ComputeInFloat::isHalf));
    }

    private static boolean isHalf(Value value) {
        return value.isPresent() && !widened(value.type()).equals(value.type());
    }

    /// The type with elements of 32 bits where they are floats of 16; the same one elsewhere.
    private static Type widened(Type type) {
        return type instanceof Type.OfTensor(var dtype, var shape)
                        && (dtype == DType.FLOAT16 || dtype == DType.BFLOAT16)
                ? Type.tensor(DType.FLOAT32, shape)
                : type;
    }

    /// Whether an operator is the same for floats of all widths, and takes its type from its
    /// inputs.
    private static boolean isWidened(Node node) {
        return switch (node.op()) {
            case Conversion _ -> false;
            case Gather _ when node.input(0).constant() != null -> false;
            case Contract _,
                    Convolution _,
                    Elementwise _,
                    Move _,
                    Norm _,
                    Pool _,
                    Recurrent _,
                    Reduce _,
                    Resample _ ->
                    !Subgraphs.in(node.op());
            default -> false;
        };
    }

    /// One graph under way.
    private static final class Widening {
        private final Graph graph;
        private final PassContext context;
        private final Names valueNames = new Names();
        private final Names nodeNames = new Names();
        private final List<Node> nodes = new ArrayList<>();

        /// What stands for a value of the graph in 16 bits, and in 32.
        private final Map<Value, Value> narrow = new IdentityHashMap<>();

        private final Map<Value, Value> wide = new IdentityHashMap<>();

        Widening(Graph graph, PassContext context) {
            this.graph = graph;
            this.context = context;
            graph.inputs().forEach(i -> valueNames.claim(i.name()));
            for (var node : graph.nodes()) {
                nodeNames.claim(node.name());
                node.outputs().forEach(o -> valueNames.claim(o.name()));
            }
        }

        Graph run() {
            for (var node : graph.nodes()) {
                if (!isNarrow(node) || !widen(node)) {
                    keep(node);
                }
            }
            var outputs =
                    graph.outputs().stream()
                            .map(o -> new Graph.Output(o.name(), narrow(o.value())))
                            .toList();
            return Graph.of(graph.name(), graph.inputs(), nodes, outputs, graph.metadata());
        }

        /// Adds a node that computes in 32 bits, unless the operator gives another type then.
        private boolean widen(Node node) {
            var inputs = new ArrayList<Value>();
            int before = nodes.size();
            for (var input : node.inputs()) {
                inputs.add(isHalf(input) ? wide(input) : narrow(input));
            }
            var names = node.outputs().stream().map(Value::name).toList();
            var added = Inference.node(node.op(), node.name(), inputs, names);
            var types = new ArrayList<Type>();
            for (int i = 0; i < names.size(); i++) {
                var wanted = widened(node.outputs().get(i).type());
                var got = added.outputs().get(i);
                if (got.isPresent() && Types.contradict(got.type(), wanted)) {
                    nodes.subList(before, nodes.size()).clear();
                    return false;
                }
                types.add(Types.merge(got.type(), wanted));
            }
            add(node, Inference.declared(added, types));
            context.observer().changed(change(node));
            return true;
        }

        /// Adds a node that computes in its own type.
        private void keep(Node node) {
            var inputs = node.inputs().stream().map(this::narrow).toList();
            add(node, inputs.equals(node.inputs()) ? node : node.withInputs(inputs));
        }

        private void add(Node from, Node node) {
            nodes.add(node);
            for (int i = 0; i < from.outputs().size(); i++) {
                var old = from.outputs().get(i);
                if (old.isPresent()) {
                    (isHalf(old) && !isHalf(node.outputs().get(i)) ? wide : narrow)
                            .put(old, node.outputs().get(i));
                }
            }
        }

        /// The value in its own type.
        private Value narrow(Value value) {
            var known = narrow.get(value);
            if (known != null || !wide.containsKey(value)) {
                return known == null ? value : known;
            }
            var dtype = value.tensorType().dtype();
            var made = added(new Cast(dtype), wide(value), value.name());
            narrow.put(value, made);
            return made;
        }

        private Value wide(Value value) {
            var known = wide.get(value);
            if (known == null) {
                var constant = value.constant();
                known =
                        constant == null
                                ? added(new Cast(DType.FLOAT32), narrow(value), value.name())
                                : added(constant(constant), null, value.name());
                wide.put(value, known);
            }
            return known;
        }

        private static Constant constant(Tensor tensor) {
            return new Constant(Tensor.of(tensor.toFloats(), tensor.dims()));
        }

        private Value added(Op op, @Nullable Value input, String like) {
            var inputs = input == null ? List.<Value>of() : List.of(input);
            var names = List.of(valueNames.fresh(like));
            var node = Inference.node(op, nodeNames.fresh(op.def().name()), inputs, names);
            nodes.add(node);
            return node.output();
        }

        private static PassContext.Change change(Node node) {
            return new PassContext.Change(
                    NAME,
                    NAME,
                    node.op().def().name(),
                    node.name(),
                    Savings.NONE,
                    List.of(node.name()),
                    List.of(node.name()));
        }
    }
}
