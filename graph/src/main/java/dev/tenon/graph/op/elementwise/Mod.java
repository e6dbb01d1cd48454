package dev.tenon.graph.op.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.graph.OpDef;

/// The remainder of a division (ONNX `Mod`).
///
/// @param fmod whether its sign is the dividend's, as of C's `fmod`; else it is the divisor's
public record Mod(boolean fmod) implements Formula {
    public static final OpDef<Mod> DEF =
            Formulas.define(OpDef.of(Mod.class))
                    .inputs(2)
                    .onnx("Mod", 10, a -> new Mod(a.flag("fmod", false)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var function = fmod ? BinaryFunction.TRUNCATE_MOD : BinaryFunction.FLOOR_MOD;
        return Scalar.apply(function, Scalar.arg(0), Scalar.arg(1));
    }

    @Override
    public Domain domain() {
        return Domain.NUMBER;
    }

    @Override
    public OpDef<Mod> def() {
        return DEF;
    }
}
