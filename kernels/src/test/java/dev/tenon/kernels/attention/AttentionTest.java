package dev.tenon.kernels.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.attention.Attention.Call;
import dev.tenon.kernels.attention.Attention.Heads;
import dev.tenon.kernels.attention.Attention.Query;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Attention kernels against sums in `double`, every native operand between guard pages.
class AttentionTest {
    private static final int[] LENGTHS = {1, 2, 5, 7, 8, 16, 17, 31, 48, 49, 65, 100};
    private static final int[] SIZES = {1, 3, 8, 16, 20, 32, 64};
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    static Iterable<Kernel<Query, Attention>> kernels() {
        return Attention.FAMILY.kernels();
    }

    private enum MaskKind {
        NONE,
        NUMBERS,
        ONE_ROW,
        BOOLEANS,
        SHORT
    }

    /// One call and how its operands lie in memory.
    private record Example(
            int batch,
            int heads,
            int group,
            int queries,
            int keys,
            int size,
            int valueSize,
            boolean packed,
            boolean heap,
            MaskKind mask,
            boolean causal,
            boolean window,
            boolean padded,
            float softcap) {
        static Example random(Random random) {
            boolean isLong = random.nextInt(6) == 0;
            boolean hasPadding = random.nextInt(5) == 0;
            return new Example(
                    1 + random.nextInt(3),
                    1 + random.nextInt(3),
                    1 + random.nextInt(2),
                    pick(LENGTHS, random),
                    isLong ? 300 + random.nextInt(600) : pick(LENGTHS, random),
                    pick(SIZES, random),
                    pick(SIZES, random),
                    random.nextBoolean(),
                    random.nextInt(5) == 0,
                    MaskKind.values()[random.nextInt(MaskKind.values().length)],
                    random.nextInt(4) == 0,
                    random.nextInt(5) == 0,
                    hasPadding,
                    random.nextInt(6) == 0 ? 1.5f : 0);
        }

        private static int pick(int[] from, Random random) {
            return from[random.nextInt(from.length)];
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void randomExamples(Kernel<Query, Attention> kernel) {
        accepts(kernel);
        long seed = Long.getLong("seed", 5);
        for (int i = 0; i < 250; i++) {
            var random = new Random(seed + i);
            var example = Example.random(random);
            try (var guarded = new GuardedMemory()) {
                check(kernel, example, random, guarded);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + example, e);
            }
        }
    }

    private static void accepts(Kernel<Query, Attention> kernel) {
        var refusal = kernel.refuses(new Query(0));
        assumeTrue(refusal.isEmpty(), () -> refusal.get().toString());
    }

    private void check(
            Kernel<Query, Attention> kernel, Example e, Random random, GuardedMemory guarded) {
        var q = heads(e, e.heads * e.group, e.queries, e.size, random, guarded);
        var k = heads(e, e.heads, e.keys, e.size, random, guarded);
        var v = heads(e, e.heads, e.keys, e.valueSize, random, guarded);
        var visibility = visibility(e, random, guarded);
        MemorySegment first = null;
        for (var workers : new Workers[] {Workers.CALLER, PARALLEL}) {
            var out = heads(e, e.heads * e.group, e.queries, e.valueSize, random, guarded);
            var call = new Call(e.batch, q, k, v, out, 0.6f, visibility);
            kernel.bind(new Query(e.softcap)).run(call, workers);
            if (first == null) {
                first = out.memory();
                compare(e, call);
            } else {
                assertEquals(-1, first.mismatch(out.memory()), "the workers make a difference");
            }
        }
    }

    private static Heads heads(
            Example e, int heads, int length, int size, Random random, GuardedMemory guarded) {
        int count = e.batch * heads * length * size;
        var memory =
                e.heap
                        ? MemorySegment.ofArray(new float[count])
                        : guarded.floats(count, random.nextBoolean());
        for (int i = 0; i < count; i++) {
            Memory.set(memory, i, 2 * random.nextFloat() - 1);
        }
        return e.packed
                ? Heads.packed(memory, 0, heads, length, size, (long) heads * size)
                : Heads.apart(memory, 0, heads, length, size);
    }

    private static Visibility visibility(Example e, Random random, GuardedMemory guarded) {
        int heads = e.heads * e.group;
        Visibility.Mask mask = null;
        if (e.mask == MaskKind.BOOLEANS) {
            var bits = new byte[heads * e.queries * e.keys];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = (byte) (random.nextInt(3) == 0 ? 0 : 1);
            }
            mask =
                    new Visibility.Mask(
                            MemorySegment.ofArray(bits),
                            true,
                            0,
                            (long) e.queries * e.keys,
                            e.keys,
                            e.keys);
        } else if (e.mask != MaskKind.NONE) {
            int keys = e.mask == MaskKind.SHORT ? Math.max(1, e.keys - 3) : e.keys;
            int rows = e.mask == MaskKind.ONE_ROW ? 1 : e.queries;
            var memory = guarded.floats((long) e.batch * rows * keys, random.nextBoolean());
            for (long i = 0; i < (long) e.batch * rows * keys; i++) {
                boolean hidden = random.nextInt(6) == 0;
                Memory.set(memory, i, hidden ? -INFINITY : random.nextFloat());
            }
            long stride = e.mask == MaskKind.ONE_ROW ? 0 : keys;
            mask = new Visibility.Mask(memory, false, (long) rows * keys, 0, stride, keys);
        }
        var diagonals = new long[e.batch];
        var valid = e.padded ? new long[e.batch] : null;
        for (int i = 0; i < e.batch; i++) {
            diagonals[i] = random.nextInt(5) - 1;
            if (valid != null) {
                valid[i] = random.nextInt(e.keys + 1);
            }
        }
        return new Visibility(
                mask,
                e.keys,
                diagonals,
                e.window ? 4 : Visibility.UNBOUNDED,
                e.causal ? 0 : e.window ? 9 : Visibility.UNBOUNDED,
                valid);
    }

    private static void compare(Example e, Call call) {
        for (int sample = 0; sample < e.batch; sample++) {
            for (int head = 0; head < call.q().heads(); head++) {
                for (int query = 0; query < e.queries; query++) {
                    var expected = expected(e, call, sample, head, query);
                    for (int i = 0; i < e.valueSize; i++) {
                        long at = call.out().at(sample, head, query) + i;
                        assertEquals(
                                expected[i],
                                Memory.getFloat(call.out().memory(), at),
                                2e-5,
                                "sample %d head %d query %d".formatted(sample, head, query));
                    }
                }
            }
        }
    }

    private static double[] expected(Example e, Call call, int sample, int head, int query) {
        var scores = new double[e.keys];
        int shared = head / e.group;
        double max = Double.NEGATIVE_INFINITY;
        for (int key = 0; key < e.keys; key++) {
            double product = 0;
            for (int i = 0; i < e.size; i++) {
                product +=
                        (double) at(call.q(), sample, head, query, i)
                                * at(call.k(), sample, shared, key, i);
            }
            double score = product * call.scale();
            score = e.softcap == 0 ? score : e.softcap * Math.tanh(score / e.softcap);
            scores[key] = score + bias(call.visibility(), sample, head, query, key);
            max = Math.max(max, scores[key]);
        }
        double sum = 0;
        var result = new double[e.valueSize];
        for (int key = 0; key < e.keys; key++) {
            double weight = max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(scores[key] - max);
            sum += weight;
            for (int i = 0; i < e.valueSize; i++) {
                result[i] += weight * at(call.v(), sample, shared, key, i);
            }
        }
        for (int i = 0; i < e.valueSize && sum > 0; i++) {
            result[i] /= sum;
        }
        return result;
    }

    private static double bias(Visibility v, int sample, int head, int query, int key) {
        long distance = key - query - v.diagonals()[sample];
        if (v.before() != Visibility.UNBOUNDED && -distance > v.before()
                || v.after() != Visibility.UNBOUNDED && distance > v.after()
                || v.valid() != null && key >= v.valid()[sample]
                || v.mask() != null && key >= v.mask().keys()) {
            return Double.NEGATIVE_INFINITY;
        }
        if (v.mask() == null) {
            return 0;
        }
        long at = v.mask().at(sample, head, query) + key;
        if (v.mask().isBoolean()) {
            boolean seen = v.mask().memory().get(ValueLayout.JAVA_BYTE, at) != 0;
            return seen ? 0 : Double.NEGATIVE_INFINITY;
        }
        return Memory.getFloat(v.mask().memory(), at);
    }

    private static float at(Heads heads, int sample, int head, int position, int feature) {
        return Memory.getFloat(heads.memory(), heads.at(sample, head, position) + feature);
    }

    /// Keys whose scores are not finite, in rows of their own.
    @ParameterizedTest
    @MethodSource("kernels")
    void specialScores(Kernel<Query, Attention> kernel) {
        accepts(kernel);
        float[] scores = {Float.NaN, INFINITY, -INFINITY, 3e38f, -3e38f, -0f, 100, -100};
        try (var guarded = new GuardedMemory()) {
            var q = Heads.apart(guarded.floats(1, true), 0, 1, 1, 1);
            Memory.set(q.memory(), 0, 1f);
            for (float special : scores) {
                var k = Heads.apart(guarded.floats(3, true), 0, 1, 3, 1);
                var v = Heads.apart(guarded.floats(3, false), 0, 1, 3, 1);
                for (int i = 0; i < 3; i++) {
                    Memory.set(k.memory(), i, i == 1 ? special : 0.5f);
                    Memory.set(v.memory(), i, (float) i * i);
                }
                var out = Heads.apart(guarded.floats(1, true), 0, 1, 1, 1);
                var all =
                        new Visibility(
                                null,
                                3,
                                new long[1],
                                Visibility.UNBOUNDED,
                                Visibility.UNBOUNDED,
                                null);
                kernel.bind(new Query(0)).run(new Call(1, q, k, v, out, 1, all), Workers.CALLER);
                double high = Math.max(special, 0.5);
                double weight = Math.exp(special - high);
                double other = Math.exp(0.5 - high);
                double expected = (weight + 4 * other) / (weight + 2 * other);
                float got = Memory.getFloat(out.memory(), 0);
                assertEquals((float) expected, got, 1e-6f, "score " + special);
            }
        }
    }

    @Test
    void positionsOutsideTheirMemoryAreRefused() {
        for (var kernel : kernels()) {
            if (kernel.refuses(new Query(0)).isPresent()) {
                continue;
            }
            try (var guarded = new GuardedMemory()) {
                var memory = guarded.floats(12, true);
                var fits = Heads.apart(memory, 0, 1, 3, 4);
                var beyond = Heads.apart(memory, 0, 1, 4, 4);
                var whole =
                        new Visibility(
                                null,
                                4,
                                new long[1],
                                Visibility.UNBOUNDED,
                                Visibility.UNBOUNDED,
                                null);
                boolean refused = false;
                try {
                    var call = new Call(1, fits, beyond, beyond, fits, 1, whole);
                    kernel.bind(new Query(0)).run(call, Workers.CALLER);
                } catch (IndexOutOfBoundsException e) {
                    refused = true;
                }
                assertTrue(refused, kernel.name());
            }
        }
    }
}
