package dev.tenon.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs one operator in a graph of its own, and checks that what it gives has the types that are
/// inferred from known shapes, from symbolic ones (with the extents put in for the symbols) and
/// from none.
public final class SingleOp {
    private enum Knowledge {
        CONSTANTS,
        SHAPES,
        SYMBOLS,
        NOTHING
    }

    private SingleOp() {}

    /// The only output.
    public static Tensor tensor(Op op, @Nullable Datum... inputs) {
        return (Tensor) run(op, 1, inputs).getFirst();
    }

    /// @param inputs null where one is left out
    public static List<Datum> run(Op op, int outputs, @Nullable Datum... inputs) {
        List<Datum> results = List.of();
        for (var knowledge : Knowledge.values()) {
            var builder = Graph.builder("test");
            var values = new ArrayList<Value>();
            var given = new ArrayList<Datum>();
            var extents = new HashMap<String, Dim>();
            for (int i = 0; i < inputs.length; i++) {
                var datum = inputs[i];
                if (datum == null) {
                    values.add(Value.NONE);
                } else if (datum instanceof Tensor tensor && knowledge == Knowledge.CONSTANTS) {
                    values.add(builder.constant(tensor));
                } else {
                    values.add(builder.input("input" + i, known(datum.type(), knowledge, "d" + i)));
                    given.add(datum);
                    if (datum instanceof Tensor tensor) {
                        for (int axis = 0; axis < tensor.rank(); axis++) {
                            extents.put("d" + i + "_" + axis, Dim.of(tensor.dim(axis)));
                        }
                    }
                }
            }
            var produced = builder.add(op, "node", values, outputs);
            produced.forEach(builder::output);
            results = new Interpreter(1).run(builder.build(), given);
            for (int i = 0; i < outputs; i++) {
                assertAgrees(
                        produced.get(i).type().substitute(extents),
                        results.get(i).type(),
                        op + " " + knowledge);
            }
        }
        return results;
    }

    private static Type known(Type type, Knowledge knowledge, String name) {
        return switch (type) {
            case Type.OfTensor(var dtype, var shape) ->
                    Type.tensor(dtype, known(shape, knowledge, name));
            case Type.OfSequence(var element) ->
                    new Type.OfSequence(known(element, knowledge, name));
            case Type.OfOptional(var element) ->
                    new Type.OfOptional(known(element, knowledge, name));
            case Type.OfMap(var key, var value) ->
                    new Type.OfMap(key, known(value, knowledge, name));
        };
    }

    private static Shape known(Shape shape, Knowledge knowledge, String name) {
        if (!shape.isRanked()) {
            return shape;
        }
        return switch (knowledge) {
            case CONSTANTS, SHAPES -> shape;
            case SYMBOLS -> {
                var dims = new ArrayList<Dim>();
                for (int i = 0; i < shape.rank(); i++) {
                    dims.add(Dim.symbol(name + "_" + i));
                }
                yield Shape.of(dims);
            }
            case NOTHING -> Shape.unranked();
        };
    }

    private static void assertAgrees(Type inferred, Type actual, String what) {
        switch (inferred) {
            case Type.OfTensor(var dtype, var shape) -> {
                var tensor = (Type.OfTensor) actual;
                assertEquals(dtype, tensor.dtype(), what);
                if (shape.isRanked() && tensor.shape().isRanked()) {
                    assertEquals(shape.rank(), tensor.shape().rank(), what);
                    for (int i = 0; i < shape.rank(); i++) {
                        assertTrue(
                                !shape.dim(i).isKnown()
                                        || !tensor.shape().dim(i).isKnown()
                                        || shape.dim(i).equals(tensor.shape().dim(i)),
                                what + ": inferred " + inferred + ", got " + actual);
                    }
                }
            }
            case Type.OfSequence(var element) ->
                    assertAgrees(element, ((Type.OfSequence) actual).element(), what);
            case Type.OfOptional(var element) ->
                    assertAgrees(element, ((Type.OfOptional) actual).element(), what);
            case Type.OfMap(var key, var value) -> {
                assertEquals(key, ((Type.OfMap) actual).key(), what);
                assertAgrees(value, ((Type.OfMap) actual).value(), what);
            }
        }
    }
}
