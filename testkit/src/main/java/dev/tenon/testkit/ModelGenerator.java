package dev.tenon.testkit;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphBuilder;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Clip;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.elementwise.Variadic;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Pad;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.move.Unsqueeze;
import dev.tenon.graph.op.norm.BatchNormalization;
import dev.tenon.graph.op.reduce.Fold;
import java.util.ArrayList;
import java.util.List;

/// Draws graphs like those that exporters leave: convolutions and products with constants around
/// them, activations and normalisations written out, transpositions and reshapes that cancel or do
/// not.
///
/// The one input `x` is `f32[N,C,H,W]`; every value keeps the symbolic batch `N` as its first axis.
public final class ModelGenerator {
    private static final int MOST_BRANCHES = 4;

    private final Generator random;
    private final GraphBuilder builder = Graph.builder("drawn");
    private final List<Value> values = new ArrayList<>();

    private ModelGenerator(Generator random) {
        this.random = random;
    }

    /// A graph of about so many operators.
    public static Graph draw(Generator random, int operators) {
        return new ModelGenerator(random).draw(operators);
    }

    private Graph draw(int operators) {
        var shape =
                Shape.of(
                        Dim.symbol("N"),
                        Dim.of(random.between(1, 4)),
                        Dim.of(random.between(3, 6)),
                        Dim.of(random.between(3, 6)));
        values.add(builder.input("x", Type.tensor(DType.FLOAT32, shape)));
        for (int i = 0; i < operators; i++) {
            var from = random.oneIn(5) ? random.pick(values) : values.getLast();
            values.add(step(from));
            if (values.size() > MOST_BRANCHES) {
                values.removeFirst();
            }
        }
        builder.output("y", values.getLast());
        if (random.oneIn(3)) {
            builder.output("z", values.getFirst());
        }
        return builder.build();
    }

    private Value step(Value x) {
        return switch (random.between(0, 15)) {
            case 0, 1 -> shape(x).rank() == 4 ? conv(x) : product(x);
            case 2 -> shape(x).rank() == 4 && isKnown(x, 1) ? batchNorm(x) : scaled(x);
            case 3, 4 -> scaled(x);
            case 5 -> builder.add(random.pick(Unary.RELU, Unary.NEG, Unary.SIGMOID, Unary.TANH), x);
            case 6 -> hardSwish(x);
            case 7 -> gelu(x);
            case 8 -> isKnown(x, -1) ? layerNorm(x) : scaled(x);
            case 9 -> softmax(x);
            case 10 -> builder.add(new Transpose(permutation(shape(x).rank())), x);
            case 11 -> reshape(x);
            case 12 -> slice(x);
            case 13 -> both(x);
            case 14 ->
                    builder.add(new Cast(DType.FLOAT32), builder.add(new Cast(DType.FLOAT64), x));
            default ->
                    shape(x).rank() == 4
                            ? pooled(x)
                            : builder.add(Binary.MUL, x, x(Unary.SIGMOID, x));
        };
    }

    private static Shape shape(Value value) {
        return value.tensorType().shape();
    }

    private static boolean isKnown(Value value, int axis) {
        return shape(value).dim(axis) instanceof Dim.Known(var extent) && extent > 0;
    }

    private static long extent(Value value, int axis) {
        return shape(value).dim(axis).known().orElseThrow();
    }

    private Value x(Op op, Value... inputs) {
        return builder.add(op, inputs);
    }

    private Value number(double number) {
        return builder.constant(Tensor.scalar(DType.FLOAT32, number));
    }

    private Value integers(long... integers) {
        return builder.constant(Tensor.ofLongs(integers));
    }

    private Value weights(long... dims) {
        return builder.constant(random.tame(DType.FLOAT32, dims));
    }

    /// Numbers from 0.5 to 1.5.
    private Value positive(long... dims) {
        var tensor = Tensor.zeros(DType.FLOAT32, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, random.uniform(0.5, 1.5));
        }
        return builder.constant(tensor);
    }

    private Value conv(Value x) {
        if (!isKnown(x, 1) || !isKnown(x, 2) || !isKnown(x, 3)) {
            return scaled(x);
        }
        boolean wide = extent(x, 2) > 2 && extent(x, 3) > 2;
        long taps = wide && random.oneIn(2) ? 3 : 1;
        boolean depthwise = random.oneIn(3);
        long channels = extent(x, 1);
        long features = depthwise ? channels : random.between(1, 4);
        var data = x;
        if (taps == 3 && random.oneIn(3)) {
            data = x(new Pad(Pad.Mode.CONSTANT), x, integers(0, 0, 1, 1, 0, 0, 1, 0));
        }
        var pads = taps == 3 && random.oneIn(2) ? Longs.of(1, 0, 1, 1) : null;
        var conv = new Conv(AutoPad.NOTSET, null, depthwise ? (int) channels : 1, null, pads, null);
        var kernel = weights(features, depthwise ? 1 : channels, taps, taps);
        return random.oneIn(2) ? x(conv, data, kernel) : x(conv, data, kernel, weights(features));
    }

    private Value batchNorm(Value x) {
        long c = extent(x, 1);
        return x(
                new BatchNormalization(1e-5f, 0.9f, false),
                x,
                positive(c),
                weights(c),
                weights(c),
                positive(c));
    }

    private Value product(Value x) {
        if (!isKnown(x, -1) || shape(x).rank() < 2) {
            return scaled(x);
        }
        int columns = random.between(1, 5);
        var product = x(new MatMul(), x, weights(extent(x, -1), columns));
        return random.oneIn(2) ? product : x(Binary.ADD, product, weights(columns));
    }

    /// Combined with a constant: one number, or one a channel.
    private Value scaled(Value x) {
        int rank = shape(x).rank();
        var op = random.pick(Binary.ADD, Binary.MUL, Binary.SUB, Binary.DIV);
        var constant = random.pick(number(1), number(random.uniform(0.5, 2)), number(2), number(0));
        if (op == Binary.DIV) {
            constant = number(random.pick(2.0, 3.0, 0.25));
        } else if (rank == 4 && isKnown(x, 1) && random.oneIn(2)) {
            constant = positive(extent(x, 1), 1, 1);
        } else if (isKnown(x, -1) && random.oneIn(3)) {
            constant = positive(extent(x, -1));
        }
        return op != Binary.DIV && random.oneIn(2) ? x(op, constant, x) : x(op, x, constant);
    }

    private Value hardSwish(Value x) {
        var ramp = x(new Clip(), x(Binary.ADD, x, number(3)), number(0), number(6));
        return switch (random.between(0, 2)) {
            case 0 -> x(Binary.DIV, x(Binary.MUL, x, ramp), number(6));
            case 1 -> x(Binary.MUL, x, x(Binary.DIV, ramp, number(6)));
            default -> x(Binary.MUL, x(Binary.MUL, ramp, x), number(1.0 / 6));
        };
    }

    private Value gelu(Value x) {
        var gate = x(Binary.ADD, x(Unary.ERF, x(Binary.DIV, x, number(Math.sqrt(2)))), number(1));
        return random.oneIn(2)
                ? x(Binary.MUL, x(Binary.MUL, x, gate), number(0.5))
                : x(Binary.MUL, x(Binary.MUL, x, number(0.5)), gate);
    }

    private Value layerNorm(Value x) {
        var last = integers(-1);
        var centred = x(Binary.SUB, x, x(new Fold.ReduceMean(true, false), x, last));
        var square =
                random.oneIn(2)
                        ? x(Binary.POW, centred, number(2))
                        : x(Binary.MUL, centred, centred);
        var variance = x(new Fold.ReduceMean(true, false), square, last);
        var normal = x(Binary.DIV, centred, x(Unary.SQRT, x(Binary.ADD, variance, number(1e-2))));
        return x(Binary.ADD, x(Binary.MUL, normal, weights(extent(x, -1))), weights(extent(x, -1)));
    }

    private Value softmax(Value x) {
        var last = integers(-1);
        var shifted = x(Binary.SUB, x, x(new Fold.ReduceMax(true, false), x, last));
        var exp = x(Unary.EXP, shifted);
        return x(Binary.DIV, exp, x(new Fold.ReduceSum(true, false), exp, last));
    }

    private Value pooled(Value x) {
        var mean = x(new Fold.ReduceMean(true, false), x, integers(2, 3));
        return random.oneIn(2) ? mean : x(Binary.MUL, x, x(Unary.SIGMOID, mean));
    }

    /// The batch stays the first axis.
    private Longs permutation(int rank) {
        var order = Longs.range(0, rank).toArray();
        for (int i = rank - 1; i > 1; i--) {
            int j = random.between(1, i);
            long moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return Longs.of(order);
    }

    private Value reshape(Value x) {
        int rank = shape(x).rank();
        return switch (random.between(0, 3)) {
            case 0 ->
                    rank < 5
                            ? x(new Unsqueeze(), x, integers(rank))
                            : x(new Reshape(false), x, integers(-1, 1));
            case 1 ->
                    rank > 2 && shape(x).dim(-1).is(1)
                            ? x(new Squeeze(), x, integers(-1))
                            : flat(x);
            case 2 -> flat(x);
            default -> x(new Reshape(false), flat(x), target(x));
        };
    }

    private Value flat(Value x) {
        long size = 1;
        for (int i = 1; i < shape(x).rank(); i++) {
            size *= isKnown(x, i) ? extent(x, i) : 1;
        }
        return x(new Reshape(false), x, integers(-1, size));
    }

    /// The shape of a value as a target of a reshape.
    private Value target(Value x) {
        var target = new long[shape(x).rank()];
        for (int i = 1; i < target.length; i++) {
            target[i] = extent(x, i);
        }
        target[0] = -1;
        return integers(target);
    }

    private Value slice(Value x) {
        int axis = random.between(1, shape(x).rank() - 1);
        return extent(x, axis) < 2
                ? scaled(x)
                : x(new Slice(), x, integers(0), integers(-1), integers(axis));
    }

    private Value both(Value x) {
        var other = random.pick(values);
        if (!shape(x).equals(shape(other))) {
            return x(new Concat(shape(x).rank() - 1), x, x);
        }
        return random.oneIn(4)
                ? x(Variadic.MAX, x, other)
                : x(random.pick(Binary.ADD, Binary.MUL), x, other);
    }
}
