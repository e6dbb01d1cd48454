package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Workers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElementwiseTest {
    private static Tensor run(Scalar expression, DType output, long[] dims, Tensor... inputs) {
        var dtypes = List.of(inputs).stream().map(Tensor::dtype).toList();
        var query = new Elementwise.Query(expression, dtypes, output, false);
        var out = Tensor.zeros(output, dims);
        Elementwise.FAMILY
                .choose(query)
                .kernel()
                .orElseThrow()
                .bind(query)
                .run(List.of(inputs), out, Workers.CALLER);
        return out;
    }

    private static Tensor random(Random random, long... dims) {
        var tensor = Tensor.zeros(DType.FLOAT32, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, random.nextGaussian());
        }
        return tensor;
    }

    @Test
    void broadcastsEveryWay() {
        var random = new Random(1);
        long[][][] shapes = {
            {{4, 3, 5}, {4, 3, 5}},
            {{4, 3, 5}, {5}},
            {{4, 3, 5}, {3, 1}},
            {{4, 1, 5}, {1, 3, 1}},
            {{4, 3, 5}, {}},
            {{1, 1, 1}, {4, 3, 5}},
            {{2, 1, 2, 1, 700}, {1, 3, 1, 2, 1}},
            {{1025}, {1}},
            {{0, 3}, {3}}
        };
        var expression = Scalar.arg(0).minus(Scalar.arg(1).times(2));
        for (var pair : shapes) {
            var x = random(random, pair[0]);
            var y = random(random, pair[1]);
            int rank = Math.max(pair[0].length, pair[1].length);
            var dims = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                long a = extent(pair[0], axis, rank);
                long b = extent(pair[1], axis, rank);
                dims[axis] = a == 1 ? b : a;
            }
            var actual = run(expression, DType.FLOAT32, dims, x, y);
            for (long i = 0; i < actual.size(); i++) {
                double expected =
                        expression.evaluate(
                                x.getDouble(source(i, dims, pair[0])),
                                y.getDouble(source(i, dims, pair[1])));
                assertEquals(expected, actual.getDouble(i), 1e-5);
            }
        }
    }

    private static long extent(long[] dims, int axis, int rank) {
        int own = axis - rank + dims.length;
        return own < 0 ? 1 : dims[own];
    }

    /// The index in a tensor of shape `own` under an index of the result.
    private static long source(long index, long[] dims, long[] own) {
        long rest = index;
        long stride = 1;
        long source = 0;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            long extent = extent(own, axis, dims.length);
            source += extent == 1 ? 0 : rest % dims[axis] * stride;
            stride *= extent;
            rest /= dims[axis];
        }
        return source;
    }

    @Test
    void convertsBetweenTypes() {
        var masks = Tensor.of(new boolean[] {true, false, true}, 3);
        var x = Tensor.of(new float[] {1.5f, 2.5f, Float.NaN}, 3);
        var y = Tensor.of(new float[] {-1, -2, -3}, 3);
        var chosen = Scalar.select(Scalar.arg(0), Scalar.arg(1), Scalar.arg(2));
        assertArrayEquals(
                new float[] {1.5f, -2, Float.NaN},
                run(chosen, DType.FLOAT32, new long[] {3}, masks, x, y).toFloats());
        var less = run(Scalar.arg(0).less(Scalar.arg(1)), DType.BOOL, new long[] {3}, y, x);
        assertArrayEquals(new long[] {1, 1, 0}, less.toLongs());
        assertArrayEquals(
                new long[] {1, 2, 0}, run(Scalar.arg(0), DType.INT64, new long[] {3}, x).toLongs());
        var large = Tensor.ofLongs(Long.MAX_VALUE, 1L << 53, -7);
        assertArrayEquals(
                new long[] {Long.MAX_VALUE - 1, (1L << 53) - 1, -8},
                run(Scalar.arg(0).minus(1), DType.INT64, new long[] {3}, large).toLongs());
    }

    @Test
    void keepsSignsOfZeroAndNaN() {
        var x = Tensor.of(new float[] {-0f, 0f, Float.NaN, Float.NEGATIVE_INFINITY}, 4);
        var negated = run(Scalar.arg(0).negate(), DType.FLOAT32, new long[] {4}, x).toFloats();
        assertArrayEquals(new float[] {0f, -0f, Float.NaN, Float.POSITIVE_INFINITY}, negated);
        var relu =
                run(Scalar.arg(0).max(Scalar.constant(0)), DType.FLOAT32, new long[] {4}, x)
                        .toFloats();
        assertArrayEquals(new float[] {0f, 0f, Float.NaN, 0f}, relu);
    }

    @Test
    void sharesEqualSubexpressionsAndRegisters() {
        var x = Scalar.arg(0);
        var square = x.times(x);
        var program = Program.of(square.plus(square.exp()).times(square), 1);
        assertEquals(4, program.instructions().size());
        assertTrue(program.registers() <= 3, program::toString);
    }
}
