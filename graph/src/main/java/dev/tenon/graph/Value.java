package dev.tenon.graph;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value in static single assignment: made once, by a node or as a graph's input, and compared by
/// identity.
public final class Value {
    /// Stands where an optional input or output is left out.
    public static final Value NONE =
            new Value("", new Type.OfOptional(Type.scalar(DType.BOOL)), null, null);

    private final String name;
    private final Type type;
    private final @Nullable Tensor constant;
    private final @Nullable List<Dim> content;

    Value(String name, Type type, @Nullable Tensor constant, @Nullable List<Dim> content) {
        this.name = name;
        this.type = type;
        this.constant = constant;
        this.content = content;
    }

    /// The name, unique in its graph.
    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    /// The tensor type.
    ///
    /// @throws dev.tenon.base.GraphException when this is a sequence, an optional or a map
    public Type.OfTensor tensorType() {
        if (type instanceof Type.OfTensor tensor) {
            return tensor;
        }
        throw new dev.tenon.base.GraphException(
                dev.tenon.base.Problem.of("not a tensor")
                        .node(name)
                        .expected("a tensor")
                        .got(type));
    }

    /// The tensor itself, where it is known before any run.
    public @Nullable Tensor constant() {
        return constant;
    }

    /// The elements of an integer tensor of rank 0 or 1 as dims, where they are known as numbers or
    /// as expressions over the symbols of the graph's inputs: how shape arithmetic is followed.
    public @Nullable List<Dim> content() {
        return content;
    }

    /// The tensor that the content comes to, where all of it is known as numbers.
    public Optional<Tensor> known() {
        if (content == null
                || !content.stream().allMatch(Dim::isKnown)
                || !(type instanceof Type.OfTensor(var dtype, var shape))
                || !(dtype.isInteger() || dtype == DType.BOOL)
                || !shape.isRanked()) {
            return Optional.empty();
        }
        var tensor = shape.rank() == 0 ? Tensor.zeros(dtype) : Tensor.zeros(dtype, content.size());
        if (tensor.size() != content.size()) {
            return Optional.empty();
        }
        for (int i = 0; i < content.size(); i++) {
            tensor.setLong(i, content.get(i).known().orElseThrow());
        }
        return Optional.of(tensor);
    }

    public boolean isPresent() {
        return this != NONE;
    }

    @Override
    public String toString() {
        return isPresent() ? "%" + name + ": " + type : "_";
    }
}
