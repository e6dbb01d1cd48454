package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Inputs of one integer or boolean whose element a plan is made for, such as a sample rate that
/// decides which branch is taken.
///
/// @param bits the elements' bits by the inputs' positions
record Pins(Map<Integer, Long> bits) {
    static final Pins NONE = new Pins(Map.of());

    Pins {
        bits = Map.copyOf(bits);
    }

    /// All there are among the arguments of a run.
    static Pins of(Datum[] arguments) {
        var bits = new LinkedHashMap<Integer, Long>();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof Tensor tensor && isPinned(tensor)) {
                bits.put(i, tensor.getBits(0));
            }
        }
        return new Pins(bits);
    }

    private static boolean isPinned(Tensor tensor) {
        return tensor.size() == 1 && (tensor.dtype().isInteger() || tensor.dtype() == DType.BOOL);
    }

    /// The elements as tensors of the inputs' types.
    Map<Integer, Tensor> elements(List<? extends Type> types) {
        var elements = new LinkedHashMap<Integer, Tensor>();
        bits.forEach(
                (position, element) -> {
                    var type = (Type.OfTensor) types.get(position);
                    var tensor = Tensor.zeros(type.dtype(), type.shape().toLongs());
                    tensor.setBits(0, element);
                    elements.put(position, tensor);
                });
        return elements;
    }

    /// Whether arguments, which have the types of those that these were taken from, have the same
    /// elements.
    boolean fit(Datum[] arguments) {
        if (bits.isEmpty()) {
            return true;
        }
        for (int i = 0; i < arguments.length; i++) {
            var expected = bits.get(i);
            if (expected != null && ((Tensor) arguments[i]).getBits(0) != expected) {
                return false;
            }
        }
        return true;
    }
}
