package dev.tenon.graph;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/// The generator of one run, for operators without a seed of their own. It is made when it is first
/// asked for, since most models draw nothing.
public final class RandomSource implements Supplier<RandomGenerator> {
    private final long seed;
    private @Nullable RandomGenerator generator;

    public RandomSource(long seed) {
        this.seed = seed;
    }

    /// The same generator each time.
    @Override
    public RandomGenerator get() {
        var made = generator;
        if (made == null) {
            made = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            generator = made;
        }
        return made;
    }
}
