package dev.tenon.kernels.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Shapes;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Local response normalisation against its definition, its operands between guard pages.
class LocalResponseTest {
    @Test
    void randomShapes() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var lines =
                    new Lines(
                            1 + random.nextInt(4),
                            1 + random.nextInt(40),
                            random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(60));
            var op =
                    new LocalResponse(
                            random.nextFloat(),
                            random.nextInt(3) == 0 ? 0.5f : 0.75f,
                            0.5f + random.nextFloat(),
                            1 + random.nextInt(7));
            try (var guarded = new GuardedMemory()) {
                long size = lines.count() * lines.length();
                var x = Shapes.fill(guarded.floats(size, random.nextBoolean()), random);
                Memory.set(x, random.nextLong(size), random.nextBoolean() ? Float.NaN : -0f);
                var y = guarded.floats(size, random.nextBoolean());
                op.run(
                        x,
                        y,
                        lines,
                        (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run));
                compare(op, lines, x, y);
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + lines + " " + op, e);
            }
        }
    }

    @Test
    void longLinesAreCutIntoPieces() {
        try (var guarded = new GuardedMemory()) {
            var random = new Random(1);
            var lines = new Lines(1, 3, 20_001);
            var op = new LocalResponse(0.1f, 0.75f, 1, 5);
            var x = Shapes.fill(guarded.floats(60_003, true), random);
            var y = guarded.floats(60_003, false);
            op.run(
                    x,
                    y,
                    lines,
                    (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run));
            compare(op, lines, x, y);
        }
    }

    private static void compare(LocalResponse op, Lines lines, MemorySegment x, MemorySegment y) {
        for (long i = 0; i < lines.count() * lines.length(); i++) {
            int channel = (int) (i / lines.inner() % lines.length());
            double sum = 0;
            for (int c = Math.max(0, channel - (op.size() - 1) / 2);
                    c <= Math.min(lines.length() - 1, channel + op.size() / 2);
                    c++) {
                double tap = Memory.getFloat(x, i + (long) (c - channel) * lines.inner());
                sum += tap * tap;
            }
            double scale = Math.pow(op.bias() + op.alpha() / op.size() * sum, op.beta());
            assertEquals(Memory.getFloat(x, i) / scale, Memory.getFloat(y, i), 1e-5, "at " + i);
        }
    }
}
