package dev.tenon.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.FormatException;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Ops;
import dev.tenon.graph.Specialiser;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.Types;
import dev.tenon.graph.Verifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every operator, on whatever inputs its inference takes.
class OpPropertiesTest {
    private static final int TRIES = 300;
    private static final int ENOUGH = 8 * Integer.getInteger("trials", 1);

    private static final double LEAST_REACHED = 0.75;
    private static final Set<OpDef<?>> REACHED = new HashSet<>();
    private static final Predicate<Tensor> NONE = t -> false;

    /// What the types of the inputs say.
    private enum Knowledge {
        EXTENTS,
        /// Integers are constants.
        CONTENT,
        /// A symbol an extent.
        SYMBOLS,
        /// The same symbol for the same extent.
        SHARED_SYMBOLS,
        NO_RANK;

        Predicate<Tensor> constants() {
            return this == CONTENT ? t -> t.dtype().isInteger() : NONE;
        }

        Type type(int input, Tensor tensor) {
            if (this == NO_RANK) {
                return Type.tensor(tensor.dtype(), Shape.unranked());
            }
            var dims = new ArrayList<Dim>();
            for (int axis = 0; axis < tensor.rank(); axis++) {
                dims.add(
                        switch (this) {
                            case SYMBOLS -> Dim.symbol("x" + input + "_" + axis);
                            case SHARED_SYMBOLS -> Dim.symbol("n" + tensor.dim(axis));
                            default -> Dim.of(tensor.dim(axis));
                        });
            }
            return Type.tensor(tensor.dtype(), Shape.of(dims));
        }

        Graph graph(OpCase c) {
            return c.graph(constants(), this::type);
        }
    }

    static Stream<OpDef<?>> operators() {
        return Ops.all().stream();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void holds(OpDef<?> def) {
        int[] found = new int[1];
        Seed.check(
                TRIES,
                random -> {
                    if (found[0] < ENOUGH) {
                        var drawn = OpGenerator.draw(random, def);
                        if (drawn.isPresent() && holds(drawn.get())) {
                            found[0]++;
                            REACHED.add(def);
                        }
                    }
                });
    }

    /// Some operators want sequences, subgraphs or many extents that agree, and have tests of their
    /// own; chance must reach the others.
    @AfterAll
    static void mostOperatorsAreReached() {
        if (System.getProperty("seed") == null) {
            int all = Ops.all().size();
            assertTrue(
                    REACHED.size() >= LEAST_REACHED * all,
                    () -> "only " + REACHED.size() + " of " + all);
        }
    }

    /// False when the operator does not take the case.
    private static boolean holds(OpCase c) {
        Graph graph;
        List<Datum> results;
        try {
            graph = Knowledge.EXTENTS.graph(c);
            results = new Interpreter(1).run(graph, c.data(NONE));
        } catch (GraphException | InputException | LimitException | UnsupportedException e) {
            return false;
        }
        assertRoundTrips(graph);
        assertAttributesRoundTrip(c, c.op().def());
        for (var knowledge : Knowledge.values()) {
            var inferred = knowledge.graph(c);
            Verifier.verify(inferred);
            var symbols =
                    Specialiser.bindings(
                            inferred,
                            c.data(knowledge.constants()).stream().map(Datum::type).toList());
            assertTypes(inferred, results, symbols, knowledge);
            assertNoMoreContradictory(Specialiser.bind(inferred, symbols), results, knowledge);
        }
        return true;
    }

    private static void assertRoundTrips(Graph graph) {
        var text = graph.toString();
        assertEquals(text, TextForm.parse(text, TextForm.constants(graph)).toString());
    }

    /// What is written is read again, unless the reader finds that such attributes cannot be. A
    /// reader may give something that means the same, but then gives that again.
    private static <O extends Op> void assertAttributesRoundTrip(OpCase c, OpDef<O> def) {
        try {
            var again = reread(c, c.op(), def);
            if (again != null && !again.equals(c.op())) {
                assertEquals(text(c, again), text(c, reread(c, again, def)));
            }
        } catch (FormatException | GraphException e) {
            assertFalse(e.getMessage().contains("is missing"), e::getMessage);
        }
    }

    private static String text(OpCase c, Op op) {
        return new OpCase(op, c.inputs(), c.outputs()).graph(NONE, (_, t) -> t.type()).toString();
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> @Nullable Op reread(OpCase c, Op op, OpDef<O> def) {
        if (def.onnx().isEmpty()) {
            return null;
        }
        var attributes = new AttributeMap(c.inputs().size(), c.outputs(), 0);
        def.onnx().get().writer().write((O) op, attributes.sink());
        return def.onnx().get().reader().apply(attributes);
    }

    private static void assertNoMoreContradictory(
            Graph graph, List<Datum> results, Knowledge knowledge) {
        Verifier.verify(graph);
        assertTypes(graph, results, Map.of(), knowledge);
    }

    private static void assertTypes(
            Graph graph, List<Datum> results, Map<String, Dim> symbols, Knowledge knowledge) {
        for (int i = 0; i < results.size(); i++) {
            var value = graph.outputs().get(i).value();
            var inferred = value.type().substitute(symbols);
            var actual = results.get(i).type();
            assertFalse(
                    Types.contradict(inferred, actual),
                    () -> knowledge + ": inferred " + inferred + ", got " + actual + "\n" + graph);
            var content = value.content();
            if (content != null && results.get(i) instanceof Tensor tensor) {
                for (int j = 0; j < content.size(); j++) {
                    var element = content.get(j).substitute(symbols);
                    long number = tensor.getLong(j);
                    assertTrue(
                            !element.isKnown() || element.is(number),
                            () ->
                                    knowledge
                                            + ": inferred "
                                            + content
                                            + ", got "
                                            + tensor
                                            + "\n"
                                            + graph);
                }
            }
        }
    }
}
