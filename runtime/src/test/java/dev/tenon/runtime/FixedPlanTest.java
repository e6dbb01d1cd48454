package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.LimitException;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.op.control.If;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.NonZero;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.ShapeOf;
import dev.tenon.graph.op.move.Size;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Workers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FixedPlanTest {
    private static Type.OfTensor rows(String symbol) {
        return Type.tensor(DType.FLOAT32, Shape.of(Dim.symbol(symbol), Dim.of(4)));
    }

    /// `y = reshape(exp(x), shape(x)) + x`.
    private static Graph withShapeArithmetic() {
        var builder = Graph.builder("shapes");
        var x = builder.input("x", rows("n"));
        var shape = builder.add(new ShapeOf(0, null), x);
        var view = builder.add(new Reshape(false), builder.add(Unary.EXP, x), shape);
        builder.output("y", builder.add(Binary.ADD, view, x));
        return builder.build();
    }

    private static Plan plan(Graph graph) {
        return Plan.of(graph, new Resources(Workers.CALLER, Storage.ofCollector()));
    }

    @Test
    void leavesOutWhatIsKnown() {
        var plan = plan(withShapeArithmetic());
        var fixed = FixedPlan.of(plan, List.of(Type.tensor(DType.FLOAT32, 3, 4))).orElseThrow();
        assertEquals(4, plan.steps().size());
        assertEquals(3, fixed.steps().size());
        assertTrue(fixed.takes(new Datum[] {Tensor.zeros(DType.FLOAT32, 3, 4)}));
        assertTrue(!fixed.takes(new Datum[] {Tensor.zeros(DType.FLOAT32, 4, 3)}));
        // The copy of x, exp(x), whose view takes nothing, and twice y.
        assertEquals(3 * 64 + 3 * 4 * 4, fixed.peak());
    }

    @Test
    void thereIsNoneWhereElementsDecide() {
        var builder = Graph.builder("nonzero");
        builder.output("y", builder.add(new NonZero(), builder.input("x", rows("n"))));
        var plan = plan(builder.build());
        assertTrue(FixedPlan.of(plan, List.of(Type.tensor(DType.FLOAT32, 3, 4))).isEmpty());
    }

    @Test
    void refusesToBeginWhatIsTooLarge() {
        var builder = Graph.builder("large");
        var x = builder.input("x", Type.tensor(DType.FLOAT32, 1000));
        builder.output("y", builder.add(Unary.EXP, x));
        try (var model = Model.of(builder.build(), LoadOptions.DEFAULT.withMemoryLimit(10_000))) {
            var failure =
                    assertThrows(
                            LimitException.class,
                            () -> model.run(Map.of("x", Tensor.zeros(DType.FLOAT32, 1000))));
            assertTrue(failure.getMessage().contains("at most 10000 bytes"), failure.getMessage());
        }
    }

    @Test
    void runsGiveTheSameHoweverOftenTheyCome() {
        try (var model = Model.of(withShapeArithmetic(), LoadOptions.DEFAULT)) {
            for (int round = 0; round < 4; round++) {
                for (int n : new int[] {2, 0, 3}) {
                    var x = Tensor.zeros(DType.FLOAT32, n, 4);
                    for (int i = 0; i < x.size(); i++) {
                        x.setDouble(i, round);
                    }
                    var y = (Tensor) model.run(Map.of("x", x)).get("y");
                    var expected = new float[4 * n];
                    java.util.Arrays.fill(expected, (float) (Math.exp(round) + round));
                    assertArrayEquals(expected, y.toFloats(), 1e-5f);
                }
            }
        }
    }

    /// `y = size(x) = 4 ? x[0] : x`.
    private static Graph withBranchesByShape() {
        var row = Graph.builder("row");
        var inner = row.input("x", rows("m"));
        row.output("r", row.add(new Squeeze(), inner, row.constant("axis", Tensor.ofLongs(0))));
        var same = Graph.builder("same");
        same.output("s", same.input("x", rows("m")));
        var builder = Graph.builder("branches");
        var x = builder.input("x", rows("n"));
        var size = builder.add(new Size(), x);
        var isRow = builder.add(Binary.EQUAL, size, builder.constant("four", Tensor.scalar(4L)));
        builder.output("y", builder.add(new If(row.build(), same.build()), isRow, x));
        return builder.build();
    }

    @Test
    void branchesThatExtentsDecideAreTakenBeforehand() {
        var plans = new Plans(plan(withBranchesByShape()));
        var context = new RunContext(1 << 20, Workers.CALLER, 0);
        for (int round = 0; round < 4; round++) {
            for (int n = 1; n < 3; n++) {
                var x = Tensor.zeros(DType.FLOAT32, n, 4);
                x.setDouble(n, round);
                Datum[] arguments = {x};
                var y = (Tensor) plans.run(arguments, context).getFirst();
                assertEquals(n == 1 ? 1 : 2, y.rank());
                assertEquals(round, y.getDouble(n));
                assertEquals(round > 0, plans.known(arguments) != null);
            }
        }
    }
}
