package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes nodes: checks how many inputs and outputs there are, and infers the outputs' types.
public final class Inference {
    /// Integer tensors of at most this many elements are followed as shape arithmetic.
    public static final int MAX_CONTENT = 64;

    /// Extents written with more numbers, symbols and functions than this become unknown: some
    /// graphs square them again and again.
    private static final int MAX_WEIGHT = 256;

    private Inference() {}

    /// A node with inferred outputs.
    ///
    /// @throws GraphException when the operator does not take these inputs; it names op and node
    public static Node node(Op op, String name, List<Value> inputs, List<String> outputNames) {
        return node(op.def(), op, name, inputs, outputNames);
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> Node node(
            OpDef<O> def, Op untyped, String name, List<Value> inputs, List<String> outputNames) {
        O op = (O) untyped;
        var context = new InferContext(def.name(), name, inputs, outputNames.size());
        try {
            def.checkArity(inputs, outputNames.size());
            var types = def.infer(op, context).stream().map(t -> bounded(t, context)).toList();
            if (types.size() < outputNames.size()) {
                throw new GraphException(
                        Problem.of("too many outputs")
                                .expected("at most " + types.size())
                                .got(outputNames.size()));
            }
            var contents = contents(def, op, types, context);
            var outputs = new ArrayList<Value>();
            for (int i = 0; i < outputNames.size(); i++) {
                outputs.add(
                        outputNames.get(i).isEmpty()
                                ? Value.NONE
                                : new Value(
                                        outputNames.get(i),
                                        types.get(i),
                                        op instanceof Constant(var tensor) ? tensor : null,
                                        content(contents, i, types.get(i))));
            }
            return new Node(name, op, inputs, outputs, true);
        } catch (TenonException e) {
            throw e.at(def.name(), name);
        } catch (IndexOutOfBoundsException
                | ArithmeticException
                | IllegalArgumentException
                | NegativeArraySizeException e) {
            throw new GraphException(
                    Problem.of("the inputs do not fit the operator")
                            .op(def.name())
                            .node(name)
                            .got(inputs),
                    e);
        }
    }

    /// The same node with other types of its outputs, such as those that a file declares. The
    /// outputs are new values where a type differs; the types of outputs that are left out do not
    /// matter.
    ///
    /// @throws GraphException when a type contradicts the output's
    public static Node declared(Node node, List<? extends Type> types) {
        var outputs = new ArrayList<Value>();
        boolean inferred = node.isInferred();
        for (int i = 0; i < node.outputs().size(); i++) {
            var output = node.outputs().get(i);
            var type = types.get(i);
            if (output.isPresent() && Types.contradict(output.type(), type)) {
                throw new GraphException(
                        Problem.of("output " + i + " is declared with a wrong type")
                                .expected(output.type())
                                .got(type)
                                .at(node.op().def().name(), node.name()));
            }
            if (!output.isPresent() || output.type().equals(type)) {
                outputs.add(output);
                continue;
            }
            inferred &= Types.merge(output.type(), type).equals(type);
            outputs.add(new Value(output.name(), type, output.constant(), output.content()));
        }
        return outputs.equals(node.outputs())
                ? node
                : new Node(node.name(), node.op(), node.inputs(), outputs, inferred);
    }

    private static <O extends Op> List<@Nullable List<Dim>> contents(
            OpDef<O> def, O op, List<? extends Type> types, InferContext context) {
        if (op instanceof Constant(var tensor)) {
            return Collections.singletonList(content(tensor));
        }
        if (types.stream().noneMatch(Inference::canHaveContent)) {
            return List.of();
        }
        try {
            return def.contents(op, context);
        } catch (LimitException _) {
            return List.of(); // integers that are no extents, such as hashes
        }
    }

    private static boolean isBounded(Dim dim) {
        return dim.weight() <= MAX_WEIGHT;
    }

    private static Type bounded(Type type, InferContext context) {
        if (type instanceof Type.OfTensor(var dtype, var shape)
                && shape.isRanked()
                && !shape.dims().stream().allMatch(Inference::isBounded)) {
            return Type.tensor(
                    dtype,
                    Shape.of(
                            shape.dims().stream()
                                    .map(d -> isBounded(d) ? d : context.unknown())
                                    .toList()));
        }
        return type;
    }

    private static @Nullable List<Dim> content(
            List<@Nullable List<Dim>> contents, int output, Type type) {
        var content =
                output < contents.size() && canHaveContent(type) ? contents.get(output) : null;
        return content == null
                        || content.size() > MAX_CONTENT
                        || !content.stream().allMatch(d -> isBounded(d) && fits(d, type))
                ? null
                : content;
    }

    /// Whether a number is one that the dtype holds; one that it does not hold wraps in a run.
    private static boolean fits(Dim dim, Type type) {
        return !(dim instanceof Dim.Known(var number))
                || !(type instanceof Type.OfTensor(var dtype, _))
                || dtype.bits() == 64
                || dtype == DType.BOOL
                || number >= dtype.minInteger() && number <= dtype.maxInteger();
    }

    private static boolean canHaveContent(Type type) {
        return type instanceof Type.OfTensor(var dtype, var shape)
                && (dtype.isInteger() || dtype == DType.BOOL)
                && shape.isRanked()
                && shape.rank() <= 1;
    }

    /// The elements of a small integer tensor of rank 0 or 1 as dims; null for any other.
    static @Nullable List<Dim> content(Tensor tensor) {
        if (!canHaveContent(tensor.type()) || tensor.size() > MAX_CONTENT) {
            return null;
        }
        var dims = new ArrayList<Dim>();
        for (int i = 0; i < tensor.size(); i++) {
            dims.add(Dim.of(tensor.getLong(i)));
        }
        return dims;
    }
}
