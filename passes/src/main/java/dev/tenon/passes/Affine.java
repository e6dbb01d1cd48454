package dev.tenon.passes;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.norm.BatchNormalization;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What some nodes do to each channel of one operand: `scale[c] · x + shift[c]`.
///
/// @param scale a number a channel, or one for all
/// @param shift as many
record Affine(double[] scale, double[] shift) {
    /// What a node does to an operand along an axis of it; null where it is nothing of this kind,
    /// or the numbers are not known or not finite.
    static @Nullable Affine of(Node node, Value operand, int axis) {
        if (node.op() instanceof BatchNormalization op) {
            return axis == 1 && node.input(0) == operand ? of(op, node) : null;
        }
        if (node.op() == Unary.NEG) {
            return new Affine(new double[] {-1}, new double[1]);
        }
        var constant = node.op() instanceof Binary ? Match.beside(node, operand) : null;
        if (constant == null
                || constant.constant() == null
                || !Match.sameType(operand, node.output())) {
            return null;
        }
        var numbers = along(constant.constant(), Match.rank(operand), axis);
        return numbers == null ? null : of((Binary) node.op(), node.input(0) == operand, numbers);
    }

    private static @Nullable Affine of(Binary op, boolean first, double[] c) {
        var ones = new double[c.length];
        Arrays.fill(ones, 1);
        var zeros = new double[c.length];
        return switch (op) {
            case ADD -> finite(ones, c);
            case SUB -> first ? finite(ones, map(c, v -> -v)) : finite(map(ones, v -> -v), c);
            case MUL -> finite(c, zeros);
            case DIV -> first ? finite(map(c, v -> 1 / v), zeros) : null;
            default -> null;
        };
    }

    private static @Nullable Affine of(BatchNormalization op, Node node) {
        var numbers = new double[4][];
        for (int i = 0; i < 4; i++) {
            var constant = node.input(i + 1).constant();
            if (constant == null) {
                return null;
            }
            numbers[i] = constant.toDoubles();
        }
        if (op.trainingMode()) {
            return null;
        }
        var scale = new double[numbers[0].length];
        var shift = new double[scale.length];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = numbers[0][i] / Math.sqrt(numbers[3][i] + op.epsilon());
            shift[i] = numbers[1][i] - scale[i] * numbers[2][i];
        }
        return finite(scale, shift);
    }

    private static @Nullable Affine finite(double[] scale, double[] shift) {
        return Arrays.stream(scale).allMatch(Double::isFinite)
                        && Arrays.stream(shift).allMatch(Double::isFinite)
                ? new Affine(scale, shift)
                : null;
    }

    private static double[] map(double[] numbers, java.util.function.DoubleUnaryOperator function) {
        return Arrays.stream(numbers).map(function).toArray();
    }

    /// The elements of a constant that differ along one axis only of what it is broadcast to; null
    /// where they differ along others.
    private static double @Nullable [] along(Tensor constant, int rank, int axis) {
        if (!constant.dtype().isFloat() || constant.rank() > rank) {
            return null;
        }
        for (int i = 0; i < constant.rank(); i++) {
            if (constant.dim(i) != 1 && i + rank - constant.rank() != axis) {
                return null;
            }
        }
        return constant.toDoubles();
    }

    boolean isScale() {
        return Arrays.stream(shift).allMatch(s -> s == 0);
    }

    /// Whether there is a number for each of so many channels.
    boolean fits(long channels) {
        return scale.length == 1 || scale.length == channels;
    }

    double scale(long channel) {
        return scale[scale.length == 1 ? 0 : (int) channel];
    }

    double shift(long channel) {
        return shift[shift.length == 1 ? 0 : (int) channel];
    }

    /// A bias with this done to it; of zeros where there is none.
    Tensor bias(@Nullable Tensor bias, double factor, DType dtype, long channels) {
        var result = Tensor.zeros(dtype, channels);
        for (long i = 0; i < channels; i++) {
            double old = bias == null ? 0 : factor * bias.getDouble(bias.size() == 1 ? 0 : i);
            result.setDouble(i, old * scale(i) + shift(i));
        }
        return result;
    }
}
