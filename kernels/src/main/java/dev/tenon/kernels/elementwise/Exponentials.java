package dev.tenon.kernels.elementwise;

import dev.tenon.kernels.vector.VectorBlock.Value;

/// The exponential function and its kin, with the limits that [VectorMath] states.
sealed interface Exponentials permits ReducedExponentials, TabulatedExponentials {
    Value exp(Value x);

    /// The exponential of numbers that are not positive, with 0 for those below -87.7: the relative
    /// error is at most `1.3·10⁻⁷ + 3·10⁻⁹·|x|`.
    Value expOfNegative(Value x);

    Value expm1(Value x);

    Value tanh(Value x);

    Value erf(Value x);

    /// `1 / (1 + eˣ)`, without overflow.
    Value logistic(Value x);
}
