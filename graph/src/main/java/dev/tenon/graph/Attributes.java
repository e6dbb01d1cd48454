package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.FormatException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The attributes of a node of a file, as an [OpDef] reads them.
///
/// Methods without a default throw [dev.tenon.base.FormatException] when the attribute is missing;
/// all of them do when it has another kind.
public interface Attributes {
    boolean has(String name);

    long integer(String name);

    float number(String name);

    String text(String name);

    Longs integers(String name);

    Floats numbers(String name);

    List<String> texts(String name);

    Tensor tensor(String name);

    Type type(String name);

    /// A subgraph, closed: its captures are its last inputs, the same ones for each subgraph of a
    /// node.
    Graph graph(String name);

    /// How many captures the node's subgraphs have; they are its last inputs.
    int captures();

    /// How many inputs the node has in the file, trailing ones left out included.
    int inputs();

    /// How many outputs the node has in the file.
    int outputs();

    /// The value of an ONNX `Constant`, whichever attribute holds it.
    Tensor constantValue();

    /// The attribute, or null when it is left out.
    default @Nullable Long optionalInteger(String name) {
        return has(name) ? (Long) integer(name) : null;
    }

    default @Nullable Float optionalNumber(String name) {
        return has(name) ? (Float) number(name) : null;
    }

    default @Nullable Longs optionalIntegers(String name) {
        return has(name) ? integers(name) : null;
    }

    default @Nullable List<String> optionalTexts(String name) {
        return has(name) ? texts(name) : null;
    }

    default @Nullable DType optionalDtype(String name) {
        return has(name) ? dtype(name) : null;
    }

    default long integer(String name, long otherwise) {
        return has(name) ? integer(name) : otherwise;
    }

    default float number(String name, float otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    default String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    default Longs integers(String name, Longs otherwise) {
        return has(name) ? integers(name) : otherwise;
    }

    default Floats numbers(String name, Floats otherwise) {
        return has(name) ? numbers(name) : otherwise;
    }

    default List<String> texts(String name, List<String> otherwise) {
        return has(name) ? texts(name) : otherwise;
    }

    /// An integer read as a truth value.
    default boolean flag(String name, boolean otherwise) {
        return integer(name, otherwise ? 1 : 0) != 0;
    }

    default int axis(String name, int otherwise) {
        return Math.toIntExact(integer(name, otherwise));
    }

    /// A text that names a constant of an enum, as its `toString` gives it.
    ///
    /// @throws FormatException when it names none
    default <E extends Enum<E>> E choice(String name, E otherwise) {
        var text = text(name, otherwise.toString());
        for (var constant : otherwise.getDeclaringClass().getEnumConstants()) {
            if (constant.toString().equals(text)) {
                return constant;
            }
        }
        throw new FormatException(
                Problem.of("unknown value of attribute " + name)
                        .expected(Arrays.toString(otherwise.getDeclaringClass().getEnumConstants()))
                        .got(text));
    }

    /// A `TensorProto.DataType` number as a dtype.
    DType dtype(String name);

    default DType dtype(String name, DType otherwise) {
        return has(name) ? dtype(name) : otherwise;
    }
}
