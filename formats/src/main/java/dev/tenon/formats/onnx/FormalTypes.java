package dev.tenon.formats.onnx;

import dev.tenon.base.DType;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import java.util.ArrayList;
import java.util.List;

/// The types of a subgraph's parameters as they follow from the call, for files that do not declare
/// them.
///
/// Extents are left open: what a loop carries may change its shape.
final class FormalTypes {
    private FormalTypes() {}

    /// @param count how many parameters the subgraph has
    static List<Type> of(Call call, int count) {
        var types = new ArrayList<Type>();
        for (int i = 0; i < count; i++) {
            if (call.op().equals("Loop") && i < 2) {
                types.add(Type.scalar(i == 0 ? DType.INT64 : DType.BOOL));
                continue;
            }
            if (call.hasInput(i)) {
                types.add(open(call.input(i).type(), call.op()));
            }
        }
        return types;
    }

    private static Type open(Type type, String op) {
        return switch (type) {
            case Type.OfTensor(var dtype, var _) -> Type.tensor(dtype, Shape.unranked());
            case Type.OfSequence(var element) when op.equals("SequenceMap") -> element;
            default -> type;
        };
    }
}
