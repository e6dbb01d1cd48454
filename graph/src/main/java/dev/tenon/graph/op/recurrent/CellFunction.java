package dev.tenon.graph.op.recurrent;

import dev.tenon.base.Floats;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An activation of a recurrent operator, with its numbers.
///
/// @param clip the bound on its input
public record CellFunction(Kind kind, double alpha, double beta, double clip) {
    /// The functions that ONNX names, with their usual numbers; NaN where a number must be given,
    /// null where there is none.
    public enum Kind {
        RELU("Relu", null, null),
        TANH("Tanh", null, null),
        SIGMOID("Sigmoid", null, null),
        AFFINE("Affine", Double.NaN, Double.NaN),
        LEAKY_RELU("LeakyRelu", 0.01, null),
        THRESHOLDED_RELU("ThresholdedRelu", 1.0, null),
        SCALED_TANH("ScaledTanh", Double.NaN, Double.NaN),
        HARD_SIGMOID("HardSigmoid", 0.2, 0.5),
        ELU("Elu", 1.0, null),
        SOFTSIGN("Softsign", null, null),
        SOFTPLUS("Softplus", null, null);

        private final String text;
        private final @Nullable Double alpha;
        private final @Nullable Double beta;

        Kind(String text, @Nullable Double alpha, @Nullable Double beta) {
            this.text = text;
            this.alpha = alpha;
            this.beta = beta;
        }

        @Override
        public String toString() {
            return text;
        }

        private static Kind of(String name) {
            return Arrays.stream(values())
                    .filter(
                            k ->
                                    k.text.toLowerCase(Locale.ROOT)
                                            .equals(name.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new GraphException(
                                            Problem.of("unknown activation")
                                                    .expected(Arrays.toString(values()))
                                                    .got(name)));
        }
    }

    /// The activations of an operator, all of one direction before those of the other.
    ///
    /// @throws GraphException when there are too few, or one is unknown or lacks a number
    public static List<CellFunction> of(Recurrent op) {
        int count = op.usualActivations().size() * op.direction().count();
        var names = op.activations();
        if (names != null && names.size() < count) {
            throw new GraphException(Problem.of("too few activations").expected(count).got(names));
        }
        double clip = op.clip() == null ? Double.POSITIVE_INFINITY : op.clip();
        var alphas = new Numbers(op.activationAlpha());
        var betas = new Numbers(op.activationBeta());
        var functions = new ArrayList<CellFunction>();
        for (int i = 0; i < count; i++) {
            var usual = op.usualActivations().get(i % op.usualActivations().size());
            var kind = Kind.of(names == null ? usual : names.get(i));
            functions.add(
                    new CellFunction(
                            kind,
                            alphas.next(kind, kind.alpha),
                            betas.next(kind, kind.beta),
                            clip));
        }
        return functions;
    }

    /// A list of numbers that functions take from in turn.
    private static final class Numbers {
        private final @Nullable Floats given;
        private int taken;

        Numbers(@Nullable Floats given) {
            this.given = given;
        }

        double next(Kind kind, @Nullable Double usual) {
            if (usual == null) {
                return 0;
            }
            if (given != null && taken < given.size()) {
                return given.get(taken++);
            }
            if (usual.isNaN()) {
                throw new GraphException(
                        Problem.of("an activation lacks a number")
                                .expected("alpha and beta")
                                .got(kind));
            }
            return usual;
        }
    }

    public double apply(double input) {
        double x = Math.clamp(input, -clip, clip);
        return switch (kind) {
            case RELU -> Math.max(0, x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case AFFINE -> alpha * x + beta;
            case LEAKY_RELU -> x >= 0 ? x : alpha * x;
            case THRESHOLDED_RELU -> x >= alpha ? x : 0;
            case SCALED_TANH -> alpha * Math.tanh(beta * x);
            case HARD_SIGMOID -> Math.clamp(alpha * x + beta, 0.0, 1.0);
            case ELU -> x >= 0 ? x : alpha * Math.expm1(x);
            case SOFTSIGN -> x / (1 + Math.abs(x));
            case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        };
    }

    /// The same as an expression of [Scalar.Arg] 0.
    public Scalar expression() {
        var zero = Scalar.constant(0);
        var one = Scalar.constant(1);
        var x = Scalar.arg(0);
        if (!Double.isInfinite(clip)) {
            x = x.max(Scalar.constant(-clip)).min(Scalar.constant(clip));
        }
        return switch (kind) {
            case RELU -> x.max(zero);
            case TANH -> x.tanh();
            case SIGMOID -> one.over(x.negate().exp().plus(1));
            case AFFINE -> x.times(alpha).plus(beta);
            case LEAKY_RELU -> Scalar.select(zero.lessOrEqual(x), x, x.times(alpha));
            case THRESHOLDED_RELU -> Scalar.select(Scalar.constant(alpha).lessOrEqual(x), x, zero);
            case SCALED_TANH -> x.times(beta).tanh().times(alpha);
            case HARD_SIGMOID -> x.times(alpha).plus(beta).max(zero).min(one);
            case ELU -> Scalar.select(zero.lessOrEqual(x), x, x.expm1().times(alpha));
            case SOFTSIGN -> x.over(x.abs().plus(1));
            case SOFTPLUS -> x.max(zero).plus(x.abs().negate().exp().log1p());
        };
    }
}
