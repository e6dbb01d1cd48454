package dev.tenon.graph.op;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.graph.Attributes;
import java.util.Arrays;

/// How a window's padding is found (ONNX attribute `auto_pad`).
public enum AutoPad {
    /// The padding is given.
    NOTSET,
    /// No padding.
    VALID,
    /// As much as makes the output `ceil(input / stride)` long; where it is odd, one more at the end.
    SAME_UPPER,
    /// As [#SAME_UPPER], but where it is odd, one more at the beginning.
    SAME_LOWER;

    /// Reads the attribute `auto_pad`; left out, it is [#NOTSET].
    ///
    /// @throws FormatException when it is none of these
    public static AutoPad read(Attributes attributes) {
        var text = attributes.text("auto_pad", NOTSET.name());
        return Arrays.stream(values())
                .filter(p -> p.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new FormatException(Problem.of("unknown auto_pad")
                        .expected(Arrays.toString(values()))
                        .got(text)));
    }

    public boolean isSame() {
        return this == SAME_UPPER || this == SAME_LOWER;
    }
}
