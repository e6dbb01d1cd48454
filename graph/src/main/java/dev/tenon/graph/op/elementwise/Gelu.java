package dev.tenon.graph.op.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;
import java.util.Locale;

/// The Gaussian error linear unit (ONNX `Gelu`).
public record Gelu(Approximation approximate) implements Formula {
    public static final OpDef<Gelu> DEF =
            Formulas.define(OpDef.of(Gelu.class))
                    .onnx("Gelu", 20, a -> new Gelu(a.choice("approximate", Approximation.NONE)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        var share =
                switch (approximate) {
                    case NONE -> x.times(Math.sqrt(0.5)).erf();
                    case TANH ->
                            x.times(x)
                                    .times(x)
                                    .times(0.044715)
                                    .plus(x)
                                    .times(Math.sqrt(2 / Math.PI))
                                    .tanh();
                };
        return x.times(0.5).times(share.plus(1));
    }

    /// How the cumulative normal distribution is computed.
    public enum Approximation {
        /// By the error function.
        NONE,
        /// By the hyperbolic tangent of a polynomial.
        TANH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<Gelu> def() {
        return DEF;
    }
}
