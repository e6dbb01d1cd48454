package dev.tenon.testkit;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Draws what tests are made of, the awkward more often than chance would.
public final class Generator {
    private static final double[] FLOATS = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        1e-40,
        65504,
        448,
        1e10,
        -1e-10
    };
    private static final long[] INTEGERS = {
        Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 255, -128
    };
    private static final String[] STRINGS = {
        "", "a", "b", "A b", "é", "\u0001", "日本", "\ud83d\ude00", "1.5"
    };
    private static final int[] EXTENTS = {1, 2, 3, 2, 3, 4, 5, 7};

    private final RandomGenerator random;
    private final long seed;

    public Generator(long seed) {
        this.seed = seed;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    public long seed() {
        return seed;
    }

    /// From `least` to `most`, both included.
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /// True once in so many times.
    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    public double uniform(double from, double to) {
        return random.nextDouble(from, to);
    }

    @SafeVarargs
    public final <T> T pick(T... from) {
        return from[random.nextInt(from.length)];
    }

    public <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /// Any dtype.
    public DType dtype() {
        return pick(DType.values());
    }

    /// Mostly 1 to 7, at times 0.
    public int extent() {
        return oneIn(20) ? 0 : EXTENTS[random.nextInt(EXTENTS.length)];
    }

    /// A shape of a rank within bounds and few elements.
    public long[] dims(int leastRank, int mostRank) {
        var dims = new long[between(leastRank, mostRank)];
        long size = 1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = size > 100 ? 1 : extent();
            size *= Math.max(1, dims[i]);
        }
        return dims;
    }

    /// A tensor of ordinary and some awkward elements.
    public Tensor tensor(DType dtype, long... dims) {
        return tensor(dtype, 8, dims);
    }

    /// A tensor of ordinary elements.
    public Tensor tame(DType dtype, long... dims) {
        return tensor(dtype, 0, dims);
    }

    /// @param awkward how rare awkward elements are, one in so many; 0 for none
    private Tensor tensor(DType dtype, int awkward, long... dims) {
        var tensor = Tensor.zeros(dtype, dims);
        for (long i = 0; i < tensor.size(); i++) {
            boolean strange = awkward > 0 && oneIn(awkward);
            switch (dtype.kind()) {
                case STRING -> tensor.setString(i, pick(STRINGS));
                case COMPLEX -> tensor.setComplex(i, number(strange), number(strange));
                case FLOAT -> tensor.setDouble(i, number(strange));
                case BOOL -> tensor.setLong(i, between(0, 1));
                case SIGNED ->
                        tensor.setLong(
                                i,
                                strange
                                        ? INTEGERS[between(0, INTEGERS.length - 1)]
                                        : between(-4, 8));
                case UNSIGNED ->
                        tensor.setLong(
                                i,
                                strange
                                        ? INTEGERS[between(0, INTEGERS.length - 1)]
                                        : between(0, 8));
            }
        }
        return tensor;
    }

    private double number(boolean strange) {
        return strange ? FLOATS[between(0, FLOATS.length - 1)] : random.nextGaussian();
    }
}
