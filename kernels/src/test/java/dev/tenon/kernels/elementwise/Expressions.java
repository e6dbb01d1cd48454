package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.base.Scalar.UnaryFunction;
import java.util.List;
import java.util.Random;

/// Random scalar expressions, and numbers to try them on.
final class Expressions {
    private static final List<UnaryFunction> UNARY =
            List.of(
                    UnaryFunction.NEGATE,
                    UnaryFunction.ABS,
                    UnaryFunction.SIGN,
                    UnaryFunction.FLOOR,
                    UnaryFunction.CEIL,
                    UnaryFunction.ROUND,
                    UnaryFunction.SQRT,
                    UnaryFunction.NOT,
                    UnaryFunction.IS_NAN,
                    UnaryFunction.IS_INFINITE);

    private static final List<BinaryFunction> BINARY =
            List.of(
                    BinaryFunction.ADD,
                    BinaryFunction.SUBTRACT,
                    BinaryFunction.MULTIPLY,
                    BinaryFunction.DIVIDE,
                    BinaryFunction.MIN,
                    BinaryFunction.MAX,
                    BinaryFunction.EQUAL,
                    BinaryFunction.LESS,
                    BinaryFunction.LESS_OR_EQUAL,
                    BinaryFunction.AND,
                    BinaryFunction.OR,
                    BinaryFunction.XOR);

    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        0.5f,
        -2.5f
    };

    private Expressions() {}

    /// An expression of functions whose results are exactly rounded.
    static Scalar random(Random random, int arguments, int depth) {
        if (depth == 0 || random.nextInt(8) == 0) {
            return random.nextInt(4) == 0
                    ? Scalar.constant(number(random))
                    : Scalar.arg(random.nextInt(arguments));
        }
        var x = random(random, arguments, depth - 1);
        return switch (random.nextInt(8)) {
            case 0, 1 -> Scalar.apply(UNARY.get(random.nextInt(UNARY.size())), x);
            case 2 ->
                    Scalar.select(
                            x,
                            random(random, arguments, depth - 1),
                            random(random, arguments, depth - 1));
            case 3 -> x.power(Scalar.constant(1 + random.nextInt(2)));
            default ->
                    Scalar.apply(
                            BINARY.get(random.nextInt(BINARY.size())),
                            x,
                            random(random, arguments, depth - 1));
        };
    }

    static float number(Random random) {
        return random.nextInt(4) == 0
                ? SPECIAL[random.nextInt(SPECIAL.length)]
                : (float) random.nextGaussian() * 4;
    }
}
