package dev.tenon.graph.op.control;

import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Types;
import java.util.ArrayList;

/// What the types of a subgraph's outputs say outside of it.
final class BodyTypes {
    private BodyTypes() {}

    /// Checks that a body takes and gives as many values as the node around it needs.
    static void requireArity(Graph body, int inputs, int leastOutputs, InferContext in) {
        if (body.inputs().size() != inputs) {
            throw in.error(
                    Problem.of("the body has a wrong number of inputs")
                            .expected(inputs)
                            .got(body.inputs().size()));
        }
        if (body.outputs().size() < leastOutputs) {
            throw in.error(
                    Problem.of("the body has too few outputs")
                            .expected("at least " + leastOutputs)
                            .got(body.outputs().size()));
        }
    }

    static Type output(Graph body, int index) {
        return body.outputs().get(index).value().type();
    }

    /// The most precise type that values of both types have.
    ///
    /// @throws dev.tenon.base.GraphException when they are of different kinds
    static Type join(Type a, Type b, InferContext in) {
        if (a instanceof Type.OfTensor(var x, var s)
                && b instanceof Type.OfTensor(var y, var t)
                && x == y) {
            if (!s.isRanked() || !t.isRanked() || s.rank() != t.rank()) {
                return Type.tensor(x, Shape.unranked());
            }
            var dims = new ArrayList<Dim>();
            for (int i = 0; i < s.rank(); i++) {
                dims.add(
                        s.dim(i).equals(t.dim(i)) && isMeaningful(s.dim(i))
                                ? s.dim(i)
                                : in.unknown());
            }
            return Type.tensor(x, Shape.of(dims));
        }
        if (a instanceof Type.OfSequence(var x) && b instanceof Type.OfSequence(var y)) {
            return new Type.OfSequence(join(x, y, in));
        }
        if (a instanceof Type.OfOptional(var x) && b instanceof Type.OfOptional(var y)) {
            return new Type.OfOptional(join(x, y, in));
        }
        if (a.equals(b)) {
            return a;
        }
        throw in.error(Problem.of("values of different types meet").expected(a).got(b));
    }

    /// The type of a value that a body takes and gives again any number of times. An optional that
    /// the body unwraps counts as what is in it.
    static Type carried(Type initial, Type given, InferContext in) {
        if (initial instanceof Type.OfOptional(var element)
                && !(given instanceof Type.OfOptional)) {
            return join(element, given, in);
        }
        return join(initial, given, in);
    }

    /// The type of a value that differs from run to run: extents that are no numbers may differ.
    static Type varying(Type type, InferContext in) {
        return switch (type) {
            case Type.OfTensor(var dtype, var shape) -> Type.tensor(dtype, varying(shape, in));
            case Type.OfSequence(var element) -> new Type.OfSequence(varying(element, in));
            case Type.OfOptional(var element) -> new Type.OfOptional(varying(element, in));
            case Type.OfMap(var key, var value) -> new Type.OfMap(key, varying(value, in));
        };
    }

    static Shape varying(Shape shape, InferContext in) {
        return shape.isRanked()
                ? Shape.of(shape.dims().stream().map(d -> d.isKnown() ? d : in.unknown()).toList())
                : shape;
    }

    /// Symbols that inference made up inside of a body mean nothing outside of it.
    private static boolean isMeaningful(Dim dim) {
        return dim.symbols().stream().noneMatch(Types::isMadeUp);
    }
}
