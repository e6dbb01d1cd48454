package dev.tenon.cli.model;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.base.UnsupportedException;
import dev.tenon.graph.Value;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Made-up inputs, the same ones for the same seed and input name.
///
/// Floats are uniform in -1 to 1 and integers in 0 to 99, but for inputs whose names tell more: a
/// mask is all ones, and types of segments are all zeros.
public final class RandomValues {
    private final long seed;

    public RandomValues(long seed) {
        this.seed = seed;
    }

    /// @throws InputException when an extent is not known
    /// @throws UnsupportedException when the input is no tensor of numbers
    public Tensor of(Value input) {
        if (!(input.type() instanceof Type.OfTensor(var dtype, var shape))
                || dtype == DType.STRING) {
            throw new UnsupportedException(
                    Problem.of("values are only made up for tensors of numbers")
                            .node(input.name())
                            .got(input.type())
                            .advice("Give a file with --in " + input.name() + "=FILE"));
        }
        if (!shape.isKnown()) {
            var symbols =
                    shape.isRanked()
                            ? shape.dims().stream()
                                    .flatMap(d -> d.symbols().stream())
                                    .distinct()
                                    .map(s -> "--symbol '" + s + "=1'")
                                    .toList()
                            : List.<String>of();
            throw new InputException(
                    Problem.of("the shape of an input is not known")
                            .node(input.name())
                            .got(input.type())
                            .advice(
                                    "Give it with --shape "
                                            + input.name()
                                            + "=…"
                                            + (symbols.isEmpty()
                                                    ? ""
                                                    : " or " + String.join(" ", symbols))));
        }
        var tensor = Tensor.zeros(dtype, shape.toLongs());
        var random =
                RandomGeneratorFactory.of("L64X128MixRandom")
                        .create(seed * 31 + input.name().hashCode());
        for (long i = 0; i < tensor.size(); i++) {
            fill(tensor, i, input.name().toLowerCase(Locale.ROOT), random);
        }
        return tensor;
    }

    private static void fill(Tensor tensor, long index, String name, RandomGenerator random) {
        switch (tensor.dtype().kind()) {
            case FLOAT -> tensor.setDouble(index, random.nextDouble(-1, 1));
            case COMPLEX ->
                    tensor.setComplex(index, random.nextDouble(-1, 1), random.nextDouble(-1, 1));
            case BOOL -> tensor.setLong(index, name.contains("mask") ? 1 : random.nextInt(2));
            default ->
                    tensor.setLong(
                            index,
                            name.contains("mask")
                                    ? 1
                                    : name.contains("type") || name.contains("segment")
                                            ? 0
                                            : random.nextInt(0, bound(tensor.dtype())));
        }
    }

    private static int bound(DType dtype) {
        return (int) Math.min(100, dtype.bits() >= 8 ? 100 : dtype.maxInteger() + 1);
    }
}
