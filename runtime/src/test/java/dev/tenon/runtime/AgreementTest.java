package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Ops;
import dev.tenon.testkit.Closeness;
import dev.tenon.testkit.GraphGenerator;
import dev.tenon.testkit.OpCase;
import dev.tenon.testkit.OpGenerator;
import dev.tenon.testkit.Seed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plans give what the reference interpreter gives, for every operator at drawn attributes, shapes
/// and elements, with inputs that are constants or not, and with extents that are known beforehand
/// or not.
class AgreementTest {
    private static final int TRIES = 400;
    private static final int ENOUGH = 12;
    private static final int GRAPHS = 150;

    /// Kernels that chance must reach, so that this test cannot pass on nothing.
    private static final int LEAST_KERNELS = 8;

    /// Kernels compute in `f32` what the reference computes in `f64`.
    private static final Closeness NEAR = new Closeness(2e-4, 2e-5);

    private static final Set<String> KERNELS = new HashSet<>();

    static Stream<OpDef<?>> operators() {
        return Ops.all().stream();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void operatorAgrees(OpDef<?> def) {
        int[] found = new int[1];
        Seed.check(
                TRIES,
                random -> {
                    if (found[0] < ENOUGH) {
                        var drawn = OpGenerator.draw(random, def);
                        if (drawn.isPresent() && isOrdinary(drawn.get()) && agrees(drawn.get())) {
                            found[0]++;
                        }
                    }
                });
    }

    @Test
    void graphsAgree() {
        Seed.check(
                GRAPHS,
                random -> {
                    var sample = GraphGenerator.draw(random, 12);
                    List<Datum> expected;
                    try {
                        expected = new Interpreter(0).run(sample.graph(), sample.inputs());
                    } catch (TenonException e) {
                        return;
                    }
                    for (boolean rewrite : new boolean[] {false, true}) {
                        assertAgrees(sample.graph(), sample.inputs(), expected, rewrite);
                    }
                });
    }

    @AfterAll
    static void kernelsAreReached() {
        if (System.getProperty("seed") == null) {
            assertTrue(KERNELS.size() >= LEAST_KERNELS, () -> "only " + KERNELS);
        }
    }

    /// Where a sum of `f32` overflows and one of `f64` does not, kernel and reference differ
    /// rightly.
    private static boolean isOrdinary(OpCase c) {
        return c.inputs().stream()
                .allMatch(t -> t == null || !t.dtype().isFloat() || isOrdinary(t));
    }

    private static boolean isOrdinary(Tensor tensor) {
        for (long i = 0; i < tensor.size(); i++) {
            double magnitude = Math.abs(tensor.getDouble(i));
            if (magnitude > 1e6 && magnitude < Double.POSITIVE_INFINITY) {
                return false;
            }
        }
        return true;
    }

    private static boolean agrees(OpCase c) {
        Predicate<Tensor> none = t -> false;
        Predicate<Tensor> parameters = t -> t != c.inputs().getFirst();
        Graph known;
        List<Datum> expected;
        try {
            known = c.graph(none, (_, t) -> t.type());
            expected = new Interpreter(0).run(known, c.data(none));
        } catch (TenonException e) {
            return false;
        }
        assertAgrees(known, c.data(none), expected, false);
        var symbolic = c.graph(none, AgreementTest::symbolic);
        assertAgrees(symbolic, c.data(none), expected, true);
        if (!c.inputs().isEmpty() && c.inputs().getFirst() != null) {
            var constants = c.graph(parameters, AgreementTest::symbolic);
            assertAgrees(constants, c.data(parameters), expected, true);
        }
        return true;
    }

    private static Type symbolic(int input, Tensor tensor) {
        var dims = new Dim[tensor.rank()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = Dim.symbol("x" + input + "_" + axis);
        }
        return Type.tensor(tensor.dtype(), Shape.of(dims));
    }

    private static void assertAgrees(
            Graph graph, List<Datum> data, List<Datum> expected, boolean rewrite) {
        var options =
                (rewrite ? LoadOptions.DEFAULT : LoadOptions.DEFAULT.withoutPipeline())
                        .withThreads(1 + expected.size() % 2);
        try (var model = Model.of(graph, options)) {
            var arguments = new java.util.LinkedHashMap<String, Datum>();
            for (int i = 0; i < data.size(); i++) {
                arguments.put(graph.inputs().get(i).name(), data.get(i));
            }
            var actual = List.copyOf(model.run(arguments).values());
            model.plan().forEach(step -> KERNELS.add(step.kernel()));
            for (int i = 0; i < expected.size(); i++) {
                near(expected.get(i)).assertNear(expected.get(i), actual.get(i));
            }
            // The second run may be laid out for these types, the third uses the second's memory.
            for (int run = 0; run < 2; run++) {
                var again = List.copyOf(model.run(arguments).values());
                for (int i = 0; i < expected.size(); i++) {
                    Closeness.EXACT.assertNear(actual.get(i), again.get(i));
                }
            }
        }
    }

    private static Closeness near(Datum expected) {
        return expected instanceof Tensor t && t.dtype() == DType.FLOAT32
                ? NEAR
                : Closeness.of(expected instanceof Tensor t ? t.dtype() : DType.FLOAT32);
    }
}
