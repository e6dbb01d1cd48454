package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Scalar;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.Attention;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.convolution.ConvTranspose;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.passes.Pipelines;
import dev.tenon.testkit.Closeness;
import dev.tenon.testkit.Generator;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Element-wise operators that are computed on the rows of a product or a convolution.
class FusedLoweringTest {
    private static final Closeness NEAR = new Closeness(1e-4, 1e-5);
    private static final Scalar X = Scalar.arg(0);

    private final Generator random = new Generator(7);
    private final GraphBuilder builder = Graph.builder("fused");

    private Value constant(long... dims) {
        return builder.constant(random.tame(DType.FLOAT32, dims));
    }

    private Value input(String name, Shape shape) {
        return builder.input(name, Type.tensor(DType.FLOAT32, shape));
    }

    /// @param steps how many steps the plan has after fusion, none of them by reference
    private void check(int steps, Tensor... data) {
        var graph = builder.build();
        var expected = new Interpreter(0).run(graph, List.<Datum>of(data));
        var options =
                LoadOptions.DEFAULT
                        .withPipeline(Pipelines.codegen())
                        .withLayouts(LayoutChoice.CHANNELS_FIRST)
                        .withThreads(2);
        try (var model = Model.of(graph, options)) {
            var arguments = new LinkedHashMap<String, Datum>();
            for (int i = 0; i < data.length; i++) {
                arguments.put(graph.inputs().get(i).name(), data[i]);
            }
            assertEquals(steps, model.plan().size(), () -> model.plan().toString());
            assertEquals(0, model.plan().stream().filter(PlanStep::isReference).count());
            NEAR.assertNear(expected, List.copyOf(model.run(arguments).values()));
        }
    }

    @Test
    void biasActivationAndResidualOfBatches() {
        var batch = Dim.symbol("b");
        var x = input("x", Shape.of(batch, Dim.of(37), Dim.of(20)));
        var residual = input("r", Shape.of(batch, Dim.of(37), Dim.of(700)));
        var product = builder.add(new MatMul(), x, constant(20, 700));
        var biased = builder.add(Binary.ADD, constant(700), product);
        var swish = builder.add(Binary.MUL, biased, builder.add(Unary.SIGMOID, biased));
        builder.output(builder.add(Binary.SUB, residual, swish));
        check(1, random.tame(DType.FLOAT32, 3, 37, 20), random.tame(DType.FLOAT32, 3, 37, 700));
    }

    @Test
    void operandsRepeatAlongAnyAxis() {
        var x = input("x", Shape.of(2, 3, 7, 20));
        Value y = builder.add(new MatMul(), x, constant(20, 5));
        y = builder.add(Binary.ADD, y, input("a", Shape.of(2, 1, 7, 5)));
        y = builder.add(Binary.MUL, y, input("b", Shape.of(3, 1, 1)));
        y = builder.add(Binary.SUB, y, input("c", Shape.of(2, 3, 1, 5)));
        builder.output(builder.add(Binary.MUL, y, input("d", Shape.of(7, 1))));
        check(
                1,
                random.tame(DType.FLOAT32, 2, 3, 7, 20),
                random.tame(DType.FLOAT32, 2, 1, 7, 5),
                random.tame(DType.FLOAT32, 3, 1, 1),
                random.tame(DType.FLOAT32, 2, 3, 1, 5),
                random.tame(DType.FLOAT32, 7, 1));
    }

    @Test
    void reductionsOfChains() {
        var batch = Dim.symbol("b");
        var x = input("x", Shape.of(batch, Dim.of(7), Dim.of(33)));
        var y = input("y", Shape.of(7, 1));
        var last = builder.constant(Tensor.ofLongs(-1));
        var first = builder.constant(Tensor.ofLongs(1, 0));
        var shifted = builder.add(Binary.SUB, x, y);
        var square = builder.add(Binary.MUL, shifted, shifted);
        builder.output(builder.add(new Fold.ReduceMean(true, false), square, last));
        var gate = builder.add(Binary.MUL, builder.add(Unary.SIGMOID, x), y);
        builder.output(builder.add(new Fold.ReduceMax(false, false), gate, first));
        check(2, random.tame(DType.FLOAT32, 3, 7, 33), random.tame(DType.FLOAT32, 7, 1));
    }

    @Test
    void normalisedSumsOfRows() {
        var batch = Dim.symbol("b");
        var words = builder.input("words", Type.tensor(DType.INT64, Shape.of(batch, Dim.of(5))));
        var places = builder.input("places", Type.tensor(DType.INT64, Shape.of(1, 5)));
        var sum =
                builder.add(
                        Binary.ADD,
                        builder.add(new Gather(0), constant(11, 37), words),
                        builder.add(new Gather(0), constant(5, 37), places));
        var norm = new LayerNormalization(-1, 1e-5f, DType.FLOAT32);
        builder.output(builder.add(norm, sum, constant(37), constant(37)));
        check(
                1,
                Tensor.ofLongs(0, 10, -1, 3, 3, -11, 5, 6, 7, 8).reshape(2, 5),
                Tensor.ofLongs(0, 1, 2, 3, 4).reshape(1, 5));
    }

    @Test
    void productsOfTwoInputs() {
        var a = input("a", Shape.of(2, 5, 33));
        var b = input("b", Shape.of(1, 33, 9));
        var scaled = builder.add(Binary.DIV, builder.add(new MatMul(), a, b), constant());
        var squared = builder.add(Binary.MUL, scaled, scaled);
        builder.output(builder.add(Unary.RELU, squared));
        check(1, random.tame(DType.FLOAT32, 2, 5, 33), random.tame(DType.FLOAT32, 1, 33, 9));
    }

    @Test
    void gemmWithoutAddend() {
        var x = input("x", Shape.of(11, 6));
        var product = builder.add(new Gemm(0.5f, 1, false, true), x, constant(13, 6));
        builder.output(builder.add(Unary.TANH, builder.add(Binary.ADD, product, constant(1, 13))));
        check(1, random.tame(DType.FLOAT32, 11, 6));
    }

    @Test
    void convolutionsByChannel() {
        for (int group : new int[] {1, 4}) {
            var x = input("x" + group, Shape.of(2, 4, 19, 23));
            var conv =
                    builder.add(
                            new Conv(AutoPad.SAME_UPPER, null, group, null, null, null),
                            x,
                            constant(8, 4 / group, 3, 3));
            var scaled = builder.add(Binary.MUL, conv, constant(8, 1, 1));
            builder.output(
                    builder.add(
                            Unary.HARD_SWISH,
                            builder.add(Binary.ADD, scaled, constant(1, 8, 1, 1))));
        }
        check(
                2,
                random.tame(DType.FLOAT32, 2, 4, 19, 23),
                random.tame(DType.FLOAT32, 2, 4, 19, 23));
    }

    @Test
    void resultsAndSharedValuesAreKept() {
        var x = input("x", Shape.of(3, 4));
        var product = builder.add(new MatMul(), x, constant(4, 5));
        builder.output("product", product);
        builder.output(builder.add(Unary.RELU, product));
        check(2, random.tame(DType.FLOAT32, 3, 4));
    }

    @Test
    void twoProductsMeet() {
        var x = input("x", Shape.of(3, 4));
        var left = builder.add(new MatMul(), x, constant(4, 5));
        var right = builder.add(Unary.NEG, builder.add(new MatMul(), x, constant(4, 5)));
        builder.output(builder.add(Binary.ADD, left, right));
        check(2, random.tame(DType.FLOAT32, 3, 4));
    }

    @Test
    void operandsOfImages() {
        for (boolean transposed : new boolean[] {false, true}) {
            var n = Dim.symbol("n");
            var x = input("x" + transposed, Shape.of(n, Dim.of(4), Dim.of(9), Dim.of(11)));
            Value y =
                    transposed
                            ? builder.add(
                                    new ConvTranspose(
                                            AutoPad.NOTSET, null, 1, null, null, null, null, null),
                                    x,
                                    constant(4, 6, 1, 1))
                            : builder.add(
                                    new Conv(AutoPad.NOTSET, null, 1, null, null, null),
                                    x,
                                    constant(6, 4, 1, 1),
                                    constant(6));
            var full = Shape.of(n, Dim.of(6), Dim.of(9), Dim.of(11));
            y = builder.add(Binary.ADD, input("residual" + transposed, full), y);
            y = builder.add(Binary.MUL, y, constant(6, 1, 1));
            y = builder.add(Unary.RELU, y);
            var gate = Shape.of(n, Dim.of(6), Dim.of(1), Dim.of(1));
            builder.output(builder.add(Binary.MUL, y, input("gate" + transposed, gate)));
        }
        check(
                2,
                random.tame(DType.FLOAT32, 3, 4, 9, 11),
                random.tame(DType.FLOAT32, 3, 6, 9, 11),
                random.tame(DType.FLOAT32, 3, 6, 1, 1),
                random.tame(DType.FLOAT32, 3, 4, 9, 11),
                random.tame(DType.FLOAT32, 3, 6, 9, 11),
                random.tame(DType.FLOAT32, 3, 6, 1, 1));
    }

    @Test
    void attentionReadsColumns() {
        var batch = Dim.symbol("b");
        var length = Dim.symbol("l");
        var x = input("x", Shape.of(batch, length, Dim.of(20)));
        var mask = input("mask", Shape.of(batch, Dim.of(1), length, length));
        var parts = new java.util.ArrayList<Value>();
        for (int width : new int[] {24, 24, 40}) {
            var product = builder.add(new MatMul(), x, constant(20, width));
            parts.add(builder.add(Binary.ADD, product, constant(width)));
        }
        parts.add(mask);
        var attention = new Attention(false, 4, null, 4, 0, null, 0.05f, 0, null);
        builder.output(builder.add(attention, parts.toArray(Value[]::new)));
        check(2, random.tame(DType.FLOAT32, 2, 13, 20), random.tame(DType.FLOAT32, 2, 1, 13, 13));
    }

    @Test
    void whatKernelsDoNotReadIsComputedByReference() {
        var conv = new Conv(AutoPad.NOTSET, null, 1, null, Longs.of(0, 0, 0, 0), null);
        var x = input("x", Shape.of(1, 2, 3, 4));
        var row = input("row", Shape.of(4));
        builder.output(
                builder.add(
                        new WithEpilogue(conv, 1, X.plus(Scalar.arg(1))),
                        x,
                        constant(2, 2, 1, 1),
                        row));
        var graph = builder.build();
        var data =
                List.<Datum>of(
                        random.tame(DType.FLOAT32, 1, 2, 3, 4), random.tame(DType.FLOAT32, 4));
        try (var model = Model.of(graph, LoadOptions.DEFAULT.withoutPipeline())) {
            var results = model.run(java.util.Map.of("x", data.getFirst(), "row", data.getLast()));
            NEAR.assertNear(new Interpreter(0).run(graph, data), List.copyOf(results.values()));
        }
    }

    @Test
    void operandsThatDoNotFitAreRefused() {
        var x = input("x", Shape.of(Dim.symbol("a"), Dim.of(3)));
        var row = input("row", Shape.of(Dim.symbol("b")));
        builder.output(
                builder.add(
                        new WithEpilogue(new MatMul(), 1, X.plus(Scalar.arg(1))),
                        x,
                        constant(3, 5),
                        row));
        try (var model = Model.of(builder.build(), LoadOptions.DEFAULT.withoutPipeline())) {
            assertThrows(
                    InputException.class,
                    () ->
                            model.run(
                                    java.util.Map.of(
                                            "x",
                                            random.tame(DType.FLOAT32, 2, 3),
                                            "row",
                                            random.tame(DType.FLOAT32, 4))));
        }
    }
}
