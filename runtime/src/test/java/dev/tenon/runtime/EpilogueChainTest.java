package dev.tenon.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.testkit.Closeness;
import dev.tenon.testkit.Generator;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Element-wise operators that are computed on the rows of a product or a convolution.
class EpilogueChainTest {
    private static final Closeness NEAR = new Closeness(1e-4, 1e-5);

    private final Generator random = new Generator(7);
    private final GraphBuilder builder = Graph.builder("chain");

    private Value constant(long... dims) {
        return builder.constant(random.tame(DType.FLOAT32, dims));
    }

    private Value input(String name, Shape shape) {
        return builder.input(name, Type.tensor(DType.FLOAT32, shape));
    }

    private void check(int steps, Tensor... data) {
        var graph = builder.build();
        var expected = new Interpreter(0).run(graph, List.<Datum>of(data));
        try (var model = Model.of(graph, LoadOptions.DEFAULT.withoutPipeline())) {
            var arguments = new LinkedHashMap<String, Datum>();
            for (int i = 0; i < data.length; i++) {
                arguments.put(graph.inputs().get(i).name(), data[i]);
            }
            assertEquals(steps, model.plan().size(), () -> model.plan().toString());
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
        // What reads the biased product twice ends the chain.
        check(4, random.tame(DType.FLOAT32, 3, 37, 20), random.tame(DType.FLOAT32, 3, 37, 700));
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
}
