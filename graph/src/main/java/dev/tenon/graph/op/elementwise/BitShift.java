package dev.tenon.graph.op.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.graph.OpDef;

/// Shifts the bits of unsigned integers; zeros come in (ONNX `BitShift`).
public record BitShift(Direction direction) implements Formula {
    public static final OpDef<BitShift> DEF =
            Formulas.define(OpDef.of(BitShift.class))
                    .inputs(2)
                    .onnx("BitShift", 11, a -> new BitShift(Direction.valueOf(a.text("direction"))))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var function =
                direction == Direction.LEFT
                        ? BinaryFunction.SHIFT_LEFT
                        : BinaryFunction.SHIFT_RIGHT;
        return Scalar.apply(function, Scalar.arg(0), Scalar.arg(1));
    }

    /// Where to.
    public enum Direction {
        LEFT,
        RIGHT
    }

    @Override
    public Domain domain() {
        return Domain.UNSIGNED;
    }

    @Override
    public OpDef<BitShift> def() {
        return DEF;
    }
}
