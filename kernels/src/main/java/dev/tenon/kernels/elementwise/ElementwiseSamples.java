package dev.tenon.kernels.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Sample;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.reduce.Reduction.Fold;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Every kind of instruction, on operands of which one is broadcast.
final class ElementwiseSamples {
    private static final int ROWS = 7;
    private static final int COLUMNS = 83;

    private ElementwiseSamples() {}

    static List<Sample<Elementwise.Query, Elementwise>> all() {
        var x = Scalar.arg(0);
        var y = Scalar.arg(1);
        return Stream.of(
                        Scalar.apply(BinaryFunction.MAX, x, Scalar.constant(0)),
                        Scalar.apply(BinaryFunction.DIVIDE, x, Scalar.apply(UnaryFunction.EXP, y)),
                        Scalar.apply(
                                BinaryFunction.ADD,
                                Scalar.apply(UnaryFunction.TANH, x),
                                Scalar.apply(UnaryFunction.ERF, y)),
                        Scalar.apply(
                                BinaryFunction.MULTIPLY,
                                Scalar.apply(UnaryFunction.LOG, Scalar.apply(UnaryFunction.ABS, x)),
                                Scalar.apply(
                                        UnaryFunction.SQRT, Scalar.apply(UnaryFunction.ABS, y))),
                        Scalar.select(
                                Scalar.apply(BinaryFunction.LESS, x, y),
                                Scalar.apply(UnaryFunction.FLOOR, x),
                                Scalar.apply(UnaryFunction.NEGATE, y)))
                .map(ElementwiseSamples::of)
                .toList();
    }

    static List<Sample<MapReduce.Query, MapReduce>> mapReduce() {
        return Arrays.stream(Fold.values())
                .flatMap(fold -> Stream.of(mapReduce(fold, 0), mapReduce(fold, 1)))
                .toList();
    }

    private static Sample<MapReduce.Query, MapReduce> mapReduce(Fold fold, int axis) {
        var inputs = operands();
        int kept = axis == 0 ? COLUMNS : ROWS;
        return new Sample<>(
                new MapReduce.Query(Scalar.arg(0).times(Scalar.arg(1)), inputs.size(), fold),
                reduction -> {
                    var out = Sample.result(kept);
                    reduction.run(
                            inputs,
                            new long[] {ROWS, COLUMNS},
                            axis,
                            axis + 1,
                            Tensor.of(DType.FLOAT32, out, kept),
                            Workers.CALLER);
                    return Sample.values(out);
                });
    }

    private static List<Tensor> operands() {
        return List.of(
                Tensor.of(DType.FLOAT32, Sample.operand(ROWS * COLUMNS), ROWS, COLUMNS),
                Tensor.of(DType.FLOAT32, Sample.operand(COLUMNS), COLUMNS));
    }

    private static Sample<Elementwise.Query, Elementwise> of(Scalar expression) {
        var inputs = operands();
        var dtypes = inputs.stream().map(Tensor::dtype).toList();
        return new Sample<>(
                new Elementwise.Query(expression, dtypes, DType.FLOAT32, false),
                elementwise -> {
                    var out = Sample.result(ROWS * COLUMNS);
                    elementwise.run(
                            inputs, Tensor.of(DType.FLOAT32, out, ROWS, COLUMNS), Workers.CALLER);
                    return Sample.values(out);
                });
    }
}
