package dev.tenon.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.asm.exec.Emission;
import dev.tenon.base.InputException;
import dev.tenon.base.Tensor;
import dev.tenon.bench.Turns.Player;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuringTest {
    @Test
    void timingsAreQuantiles() {
        var timings = Timings.of(new long[] {40, 10, 30, 20, 100});
        assertEquals(5, timings.runs());
        assertEquals(10, timings.min());
        assertEquals(30, timings.median());
        assertEquals((40 - 20) / 30.0, timings.spread(), 1e-12);
        assertEquals(15, Timings.of(new long[] {10, 20}).median());
        assertThrows(IllegalArgumentException.class, () -> Timings.of(new long[0]));
    }

    @Test
    void playersTakeTurnsAndTheirWarmUpDoesNotCount() {
        var order = new ArrayList<String>();
        var timings = Turns.play(List.of(player("a", 60, order), player("b", 20, order)), 30, 100);
        assertEquals(List.of("a", "b"), order.subList(0, 2));
        assertEquals(
                List.of("a", "b", "a", "b", "a", "b", "a", "b", "a", "b"), order.subList(2, 12));
        assertEquals(12, order.size());
        assertEquals(60, timings.getFirst().median());
        assertEquals(5, timings.getLast().runs());
    }

    private static Player player(String name, long nanos, List<String> order) {
        return _ -> {
            order.add(name);
            var samples = new Samples();
            samples.add(nanos);
            return samples;
        };
    }

    @Test
    void differencesAreAbsoluteAndOfTheRange() {
        var expected = Map.of("y", Tensor.of(new float[] {0, 10, Float.NaN, -10}, 4));
        var got = Map.of("y", Tensor.of(new float[] {0, 11, Float.NaN, -10}, 4));
        assertEquals(new Difference(1, 0.05), Difference.between(expected, got));
        assertEquals(Difference.NONE, Difference.between(expected, expected));
        var infinite = Map.of("y", Tensor.of(new float[] {Float.NaN, 10, 0, -10}, 4));
        assertEquals(Double.POSITIVE_INFINITY, Difference.between(expected, infinite).absolute());
        var other = Map.of("z", Tensor.of(new float[] {0}, 1));
        assertThrows(InputException.class, () -> Difference.between(expected, other));
        var shorter = Map.of("y", Tensor.of(new float[] {0}, 1));
        assertThrows(InputException.class, () -> Difference.between(expected, shorter));
    }

    @Test
    void peaksAreThoseOfAComputer() {
        var peaks = Peaks.measure();
        assertTrue(peaks.bytes() > 1e8, peaks.toString());
        assertEquals(
                Emission.here() instanceof Emission.Possible,
                peaks.flops() > 1e8,
                peaks.toString());
    }
}
