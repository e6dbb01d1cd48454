package dev.tenon.testkit;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Op;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.Ops;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Draws operators and inputs that may or may not fit each other, knowing nothing of the operators
/// but the kinds of their attributes and how many inputs they take.
///
/// Attributes and inputs are drawn around one shape, so that a fair share of them fits.
public final class OpGenerator {
    private static final DType[] COMMON = {
        DType.FLOAT32,
        DType.FLOAT32,
        DType.FLOAT32,
        DType.FLOAT64,
        DType.FLOAT16,
        DType.INT64,
        DType.INT32,
        DType.UINT8,
        DType.INT8,
        DType.BOOL,
        DType.STRING
    };
    private static final String[] TEXTS = {"ij,jk->ik", "ij,ij->i", "i,i", "a", ""};
    private static final UnaryFunction[] FUNCTIONS = {
        UnaryFunction.ABS, UnaryFunction.NEGATE, UnaryFunction.TANH
    };
    private static final BinaryFunction[] OPERATIONS = {
        BinaryFunction.ADD, BinaryFunction.MULTIPLY, BinaryFunction.MIN, BinaryFunction.MAX
    };
    private static final int MAX_EXTRA = 3;

    private final Generator random;
    private final long[] dims;
    private final DType dtype;

    private OpGenerator(Generator random) {
        this.random = random;
        this.dims = random.dims(0, 4);
        this.dtype = random.oneIn(4) ? random.dtype() : random.pick(COMMON);
    }

    /// An operator of a definition on some inputs; empty when its constructor refuses the
    /// attributes, or it needs a subgraph.
    public static Optional<OpCase> draw(Generator random, OpDef<?> def) {
        if (Ops.components(def).stream().anyMatch(c -> c.getType() == Graph.class)) {
            return Optional.empty();
        }
        return new OpGenerator(random).draw(def);
    }

    private Optional<OpCase> draw(OpDef<?> def) {
        Op op;
        try {
            op = Ops.make(def, this::attribute);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
        var inputs = new ArrayList<@Nullable Tensor>();
        int most = Math.min(def.maxInputs(), def.minInputs() + MAX_EXTRA);
        int count = random.between(def.minInputs(), most);
        for (int i = 0; i < count; i++) {
            inputs.add(i >= def.minInputs() && random.oneIn(5) ? null : input());
        }
        int outputs =
                random.between(
                        Math.max(1, def.minOutputs()), Math.max(1, Math.min(3, def.maxOutputs())));
        return Optional.of(new OpCase(op, inputs, outputs));
    }

    private Tensor input() {
        var type = random.oneIn(6) ? DType.INT64 : random.oneIn(12) ? random.dtype() : dtype;
        return switch (random.between(0, 9)) {
            case 8, 9 -> tensor(type, kernel());
            case 0 -> tensor(type, broadcasting());
            case 1 -> tensor(DType.INT64, random.pick(1, dims.length, 2 * dims.length));
            case 2 -> tensor(type);
            case 3 -> tensor(type, dims.length > 1 ? dims[1] : random.extent());
            case 4 -> tensor(type, random.dims(dims.length, dims.length));
            default -> tensor(type, dims);
        };
    }

    private Tensor tensor(DType type, long... shape) {
        return random.oneIn(4) ? random.tensor(type, shape) : random.tame(type, shape);
    }

    /// A shape that broadcasts to the common one.
    private long[] broadcasting() {
        var shape = Arrays.copyOfRange(dims, random.between(0, dims.length), dims.length);
        for (int i = 0; i < shape.length; i++) {
            shape[i] = random.oneIn(2) ? 1 : shape[i];
        }
        return shape;
    }

    /// A shape as a convolution's kernel has it, where the common one is that of its data.
    private long[] kernel() {
        var shape = dims.clone();
        for (int i = 0; i < shape.length; i++) {
            shape[i] = i == 1 ? shape[1] : random.between(1, 2);
        }
        return shape;
    }

    private @Nullable Object attribute(RecordComponent component) {
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        return nullable && random.oneIn(2) ? null : value(component.getType());
    }

    private Object value(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return random.oneIn(10) ? random.between(-5, 10) : random.between(-1, 2);
        } else if (type == long.class || type == Long.class) {
            return (long) random.between(-1, 4);
        } else if (type == boolean.class || type == Boolean.class) {
            return random.oneIn(2);
        } else if (type == float.class || type == Float.class) {
            return (float) random.uniform(-1, 2);
        } else if (type == double.class || type == Double.class) {
            return random.uniform(-1, 2);
        } else if (type == String.class) {
            return random.pick(TEXTS);
        } else if (type == DType.class) {
            return random.oneIn(3) ? random.dtype() : random.pick(COMMON);
        } else if (type == Longs.class) {
            return longs();
        } else if (type == Floats.class) {
            var elements = new float[random.between(0, 3)];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = (float) random.uniform(-1, 2);
            }
            return Floats.of(elements);
        } else if (type == Tensor.class) {
            return random.tensor(random.dtype(), random.dims(0, 2));
        } else if (type == List.class) {
            return List.of(random.pick(TEXTS));
        } else if (type == Type.class || type == Type.OfTensor.class) {
            return Type.tensor(dtype, dims);
        } else if (type.isEnum()) {
            return random.pick(type.getEnumConstants());
        } else if (type == Scalar.class) {
            return expression(2);
        } else if (type == Op.class) {
            return body();
        }
        throw new IllegalStateException("no attributes of " + type + " can be drawn");
    }

    /// An expression of continuous functions, over up to three arguments.
    private Scalar expression(int depth) {
        if (depth == 0 || random.oneIn(6)) {
            return random.oneIn(4)
                    ? Scalar.constant(random.uniform(-1, 2))
                    : Scalar.arg(random.between(0, 2));
        }
        return random.oneIn(3)
                ? Scalar.apply(random.pick(FUNCTIONS), expression(depth - 1))
                : Scalar.apply(
                        random.pick(OPERATIONS), expression(depth - 1), expression(depth - 1));
    }

    /// An operator to be computed within another.
    private Op body() {
        var def = random.pick(Ops.all());
        if (Ops.components(def).stream().anyMatch(c -> c.getType() == Graph.class)) {
            throw new IllegalArgumentException("no subgraphs are drawn");
        }
        return Ops.make(def, this::attribute);
    }

    /// Extents, axes, a permutation, or zeros, as many as there are axes in all, spatial ones, or
    /// twice as many.
    private Longs longs() {
        int rank = dims.length;
        int count = random.pick(rank, Math.max(0, rank - 2), 2 * Math.max(0, rank - 2), 1, 2);
        return switch (random.between(0, 3)) {
            case 0 -> Longs.filled(count, random.between(0, 2));
            case 1 -> {
                var order = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
                for (int i = rank - 1; i > 0; i--) {
                    Collections.swap(order, i, random.between(0, i));
                }
                yield Longs.of(order.stream().mapToLong(Long::longValue).toArray());
            }
            default ->
                    Longs.of(
                            LongStream.generate(() -> random.between(0, 3)).limit(count).toArray());
        };
    }
}
