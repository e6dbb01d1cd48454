package dev.tenon.graph.op.random;

import java.util.random.RandomGenerator;

/// The generator MT19937, and the uniform and normal numbers that NumPy's `RandomState` draws with
/// it, so that operators with a seed give the numbers of the ONNX reference implementation.
///
/// Source: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); the seeding of
/// their 2002 revision; normal numbers by Marsaglia's polar method.
final class MersenneTwister implements RandomGenerator {
    private static final int SIZE = 624;
    private static final int MIDDLE = 397;

    private final int[] state = new int[SIZE];
    private int next = SIZE;
    private double spare;
    private boolean hasSpare;

    MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < SIZE; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    @Override
    public int nextInt() {
        if (next == SIZE) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    private void twist() {
        for (int i = 0; i < SIZE; i++) {
            int y = state[i] & 0x80000000 | state[(i + 1) % SIZE] & 0x7fffffff;
            state[i] = state[(i + MIDDLE) % SIZE] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        next = 0;
    }

    @Override
    public long nextLong() {
        return (long) nextInt() << 32 | nextInt() & 0xffff_ffffL;
    }

    /// At least 0 and less than 1, of 53 bits.
    @Override
    public double nextDouble() {
        int high = nextInt() >>> 5;
        int low = nextInt() >>> 6;
        return (high * 0x1p26 + low) * 0x1p-53;
    }

    @Override
    public double nextGaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        double x;
        double y;
        double square;
        do {
            x = 2 * nextDouble() - 1;
            y = 2 * nextDouble() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        double factor = Math.sqrt(-2 * Math.log(square) / square);
        spare = factor * x;
        hasSpare = true;
        return factor * y;
    }
}
