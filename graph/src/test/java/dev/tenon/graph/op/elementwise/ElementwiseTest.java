package dev.tenon.graph.op.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All formulas on shapes that broadcast, with awkward numbers.
class ElementwiseTest {
    private static final double[] AWKWARD = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        -0.0,
        0,
        1,
        -1,
        0.5,
        127,
        -128,
        3e9,
        1e-30,
        -50
    };
    private static final List<DType> DTYPES =
            List.of(
                    DType.FLOAT32,
                    DType.FLOAT64,
                    DType.FLOAT16,
                    DType.BFLOAT16,
                    DType.INT8,
                    DType.INT32,
                    DType.INT64,
                    DType.UINT8,
                    DType.UINT64,
                    DType.BOOL);

    static List<Formula> formulas() {
        var all = new ArrayList<Formula>();
        all.addAll(List.of(Unary.values()));
        all.addAll(List.of(Binary.values()));
        all.addAll(List.of(Variadic.values()));
        for (var direction : BitShift.Direction.values()) {
            all.add(new BitShift(direction));
        }
        for (var approximation : Gelu.Approximation.values()) {
            all.add(new Gelu(approximation));
        }
        all.addAll(
                List.of(
                        new Celu(0.7f),
                        new Clip(),
                        new Elu(2),
                        new HardSigmoid(0.2f, 0.5f),
                        new IsInf(true, false),
                        new LeakyRelu(0.01f),
                        new Mod(false),
                        new Mod(true),
                        new Selu(1.5f, 1.1f),
                        new Shrink(0.5f, 0.25f),
                        new Swish(1.7f),
                        new ThresholdedRelu(0.3f),
                        new Where()));
        return all;
    }

    @Test
    void everyFormulaIsTested() {
        var tested = new HashSet<Class<?>>();
        formulas().forEach(f -> tested.add(f.getClass()));
        assertEquals(new HashSet<>(Arrays.asList(Formula.class.getPermittedSubclasses())), tested);
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void inferenceAndExpressionAgreeWithTheReference(Formula op) {
        var random = new Random(op.def().name().hashCode());
        var dtypes = DTYPES.stream().filter(op.domain()::contains).toList();
        assertTrue(!dtypes.isEmpty());
        for (var dtype : dtypes) {
            for (int round = 0; round < 4; round++) {
                check(op, dtype, random, round == 0 ? 0 : 1 + random.nextInt(3));
            }
        }
    }

    private static void check(Formula op, DType dtype, Random random, long extent) {
        int count = Math.min(op.def().maxInputs(), Math.max(op.def().minInputs(), 3));
        var b = Graph.builder("test");
        var values = new ArrayList<Value>();
        var tensors = new ArrayList<Tensor>();
        for (int i = 0; i < count; i++) {
            var type = i < op.firstOperand() ? DType.BOOL : dtype;
            long[] dims =
                    i == 0
                            ? new long[] {2, extent, 3}
                            : i == 1 ? new long[] {extent, 1} : new long[] {3};
            var shape = i == 2 ? Shape.of(3) : Shape.of(dims).with(-2, Dim.symbol("n"));
            values.add(b.input("x" + i, Type.tensor(type, shape)));
            tensors.add(randomTensor(type, random, dims));
        }
        var output = b.add(op, values.toArray(Value[]::new));
        b.output(output);
        var result = (Tensor) new Interpreter(1).run(b.build(), List.copyOf(tensors)).getFirst();
        assertEquals(output.type().substitute(Map.of("n", Dim.of(extent))), result.type());
        compare(op, tensors, result);
    }

    private static Tensor randomTensor(DType dtype, Random random, long... dims) {
        var tensor = Tensor.zeros(dtype, dims);
        for (long i = 0; i < tensor.size(); i++) {
            if (dtype.isFloat()) {
                tensor.setDouble(
                        i,
                        random.nextBoolean()
                                ? AWKWARD[random.nextInt(AWKWARD.length)]
                                : random.nextGaussian());
            } else {
                tensor.setLong(
                        i, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(9) - 4);
            }
        }
        return tensor;
    }

    /// Recomputes each element from the expression, reading the inputs by coordinates.
    private static void compare(Formula op, List<Tensor> tensors, Tensor result) {
        var expression = op.expression(tensors.size());
        var operand = tensors.get(op.firstOperand()).dtype();
        var expected = Tensor.zeros(result.dtype(), 1);
        for (long i = 0; i < result.size(); i++) {
            var at = Nd.coordinates(i, result.dims());
            var longs = new long[tensors.size()];
            var doubles = new double[tensors.size()];
            for (int t = 0; t < tensors.size(); t++) {
                var dims = tensors.get(t).dims();
                long offset = 0;
                for (int axis = 0; axis < dims.length; axis++) {
                    offset =
                            offset * dims[axis]
                                    + Math.min(at[at.length - dims.length + axis], dims[axis] - 1);
                }
                longs[t] = tensors.get(t).getLong(offset);
                doubles[t] = tensors.get(t).getDouble(offset);
            }
            if (operand.isFloat() || !expression.isIntegral()) {
                expected.setDouble(0, expression.evaluate(doubles));
            } else {
                expected.setLong(
                        0, expression.evaluate(operand.kind() == DType.Kind.UNSIGNED, longs));
            }
            assertEquals(expected.element(0), result.element(i), () -> op.def() + " of " + tensors);
        }
    }

    static Stream<Formula> unaryPredicates() {
        return formulas().stream().filter(Formula::isPredicate);
    }

    @ParameterizedTest
    @MethodSource("unaryPredicates")
    void predicatesGiveBooleans(Formula op) {
        assertEquals(DType.BOOL, op.resultType(DType.FLOAT32));
    }
}
