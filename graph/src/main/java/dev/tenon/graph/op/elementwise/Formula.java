package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.graph.Node;
import dev.tenon.graph.OpDef;
import java.util.Arrays;

/// An element-wise operator whose scalar expression is its definition.
///
/// The expression is evaluated in `double` when an operand is a float or a constant of the
/// expression is no integer, in `long` otherwise, and the result is converted once to the output's
/// dtype.
public sealed interface Formula extends Elementwise
        permits Unary,
                Binary,
                Variadic,
                BitShift,
                Celu,
                Clip,
                Elu,
                Gelu,
                HardSigmoid,
                IsInf,
                LeakyRelu,
                Mod,
                Selu,
                Shrink,
                Swish,
                ThresholdedRelu,
                Where {
    /// What one element of the output is. [Scalar.Arg] counts the inputs, those left out included.
    ///
    /// @param present for each input whether it is there
    Scalar expression(boolean... present);

    /// The expression of a node of this operator.
    default Scalar expression(Node node) {
        var present = new boolean[node.inputs().size()];
        for (int i = 0; i < present.length; i++) {
            present[i] = node.inputs().get(i).isPresent();
        }
        return expression(present);
    }

    /// The expression of a number of inputs, all of them there.
    default Scalar expression(int inputs) {
        var present = new boolean[inputs];
        Arrays.fill(present, true);
        return expression(present);
    }

    /// The dtypes that the operands may have.
    Domain domain();

    /// The first input that is an operand; those before it are conditions.
    default int firstOperand() {
        return 0;
    }

    /// Whether the operands may differ in dtype.
    default boolean mixesTypes() {
        return false;
    }

    /// Whether the result is true or false, rather than of the first operand's dtype.
    default boolean isPredicate() {
        return false;
    }

    /// The dtype of the result.
    ///
    /// @param operand the dtype of the [first operand][#firstOperand]
    default DType resultType(DType operand) {
        return isPredicate() ? DType.BOOL : operand;
    }

    @Override
    OpDef<? extends Formula> def();
}
