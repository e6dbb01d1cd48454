package dev.tenon.graph.op.move;

import dev.tenon.graph.OpDef;
import java.util.List;

/// The input as it is, of any type (ONNX `Identity`).
public record Identity() implements Move {
    public static final OpDef<Identity> DEF =
            OpDef.of(Identity.class)
                    .infer((op, in) -> List.of(in.type(0)))
                    .content((op, in) -> in.content(0))
                    .reference((op, in) -> List.of(in.datum(0)))
                    .flops((op, types) -> 0)
                    .onnx("Identity", 1, a -> new Identity())
                    .build();

    @Override
    public OpDef<Identity> def() {
        return DEF;
    }
}
