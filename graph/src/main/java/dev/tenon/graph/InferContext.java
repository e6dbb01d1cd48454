package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an operator's inference sees: the types of its inputs, and their values where these are
/// known.
public final class InferContext {
    private static final int MAX_RANK = 64;

    private final String op;
    private final String node;
    private final List<Value> inputs;
    private final int outputs;
    private int unknowns;

    InferContext(String op, String node, List<Value> inputs, int outputs) {
        this.op = op;
        this.node = node;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /// The types of the outputs of an operator that is computed within this one.
    ///
    /// @param values its inputs, [Value#NONE] where one is left out
    /// @throws GraphException when it does not take them
    public List<? extends Type> infer(Op body, List<Value> values) {
        return infer(body.def(), body, values);
    }

    @SuppressWarnings("unchecked")
    private <O extends Op> List<? extends Type> infer(OpDef<O> def, Op body, List<Value> values) {
        def.checkArity(values, outputs);
        return def.infer((O) body, new InferContext(def.name(), node, values, outputs));
    }

    /// A value like an input of which nothing is known but its type.
    public Value typed(int input, Type type) {
        return new Value(value(input).name(), type, null, null);
    }

    /// How many inputs the node has, those left out in between included.
    public int inputs() {
        return inputs.size();
    }

    /// How many outputs the node has, those left out included.
    public int outputs() {
        return outputs;
    }

    public boolean has(int input) {
        return input < inputs.size() && inputs.get(input).isPresent();
    }

    /// @throws GraphException when the input is left out
    public Value value(int input) {
        if (!has(input)) {
            throw error(Problem.of("input " + input + " is missing"));
        }
        return inputs.get(input);
    }

    public Type type(int input) {
        return value(input).type();
    }

    /// @throws GraphException when the input is no tensor
    public Type.OfTensor tensor(int input) {
        if (type(input) instanceof Type.OfTensor tensor) {
            return tensor;
        }
        throw error(
                Problem.of("input " + input + " is no tensor")
                        .expected("a tensor")
                        .got(type(input)));
    }

    public DType dtype(int input) {
        return tensor(input).dtype();
    }

    public Shape shape(int input) {
        return tensor(input).shape();
    }

    /// The tensor where it is known before any run, else null; null too when the input is left out.
    public @Nullable Tensor constant(int input) {
        return has(input) ? value(input).constant() : null;
    }

    /// The elements of a small integer tensor (rank 0 or 1) as dims where they are known, else
    /// null.
    public @Nullable List<Dim> content(int input) {
        return has(input) ? value(input).content() : null;
    }

    /// The elements of an integer tensor where all of them are known as numbers, else null; null
    /// too when the input is left out.
    public @Nullable Longs integers(int input) {
        var constant = constant(input);
        if (constant != null && constant.dtype().isInteger()) {
            return Longs.of(constant.toLongs());
        }
        var content = content(input);
        return content == null || !content.stream().allMatch(Dim::isKnown)
                ? null
                : Longs.of(content.stream().mapToLong(d -> d.known().getAsLong()).toArray());
    }

    /// The more precise of two extents that must be the same.
    ///
    /// @throws GraphException when both are known and differ
    public Dim same(Dim a, Dim b) {
        if (a.isKnown() && b.isKnown() && !a.equals(b)) {
            throw error(Problem.of("extents differ").expected(a).got(b));
        }
        return a.isKnown() ? a : b.isKnown() ? b : a;
    }

    /// A dim of which nothing is known: a symbol of its own, the same at every inference of this
    /// node.
    public Dim unknown() {
        return Dim.symbol("?" + node + (unknowns++ == 0 ? "" : "." + unknowns));
    }

    /// A shape of unknown extents.
    ///
    /// @throws GraphException when no tensor has so many axes
    public Shape unknownShape(int rank) {
        if (rank < 0 || rank > MAX_RANK) {
            throw error(Problem.of("impossible rank").expected("0 to " + MAX_RANK).got(rank));
        }
        var dims = new Dim[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = unknown();
        }
        return Shape.of(dims);
    }

    /// An axis counted from the front.
    ///
    /// @throws GraphException when it is outside of `-rank … rank-1`
    public int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw error(
                    Problem.of("axis out of range")
                            .expected("-" + rank + " to " + (rank - 1))
                            .got(axis));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /// An error at this node, to be thrown.
    public GraphException error(Problem problem) {
        return new GraphException(problem.at(op, node));
    }

    /// @throws GraphException when the input's dtype is none of the given ones
    public void requireDtype(int input, DType... dtypes) {
        if (!List.of(dtypes).contains(dtype(input))) {
            throw error(
                    Problem.of("input " + input + " has a wrong dtype")
                            .expected(List.of(dtypes))
                            .got(dtype(input)));
        }
    }

    /// @throws GraphException when two inputs differ in dtype
    public void requireSameDtype(int input, int other) {
        if (dtype(input) != dtype(other)) {
            throw error(
                    Problem.of("inputs " + input + " and " + other + " differ in dtype")
                            .expected(dtype(input))
                            .got(dtype(other)));
        }
    }

    /// @throws GraphException when the input's shape is known and is not that of a vector of the
    ///   length
    public void requireLength(int input, long length) {
        requireRank(input, 1, 1);
        if (shape(input).isRanked()
                && shape(input).dim(0) instanceof Dim.Known(var known)
                && known != length) {
            throw error(
                    Problem.of("input " + input + " has a wrong length")
                            .expected(length)
                            .got(type(input)));
        }
    }

    /// @throws GraphException when the input's rank is known and outside of the range
    public void requireRank(int input, int least, int most) {
        var shape = shape(input);
        if (shape.isRanked() && (shape.rank() < least || shape.rank() > most)) {
            throw error(
                    Problem.of("input " + input + " has a wrong rank")
                            .expected(
                                    least == most
                                            ? "rank " + least
                                            : "rank " + least + " to " + most)
                            .got(type(input)));
        }
    }
}
