package dev.tenon.graph.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import org.junit.jupiter.api.Test;

final class WindowTest {
    @Test
    void outputOfSymbolicInput() {
        var window = Window.of(1, AutoPad.NOTSET, Longs.of(2L), null, Longs.of(1L, 1L));
        var output = window.output(0, Dim.symbol("h"), Dim.of(3));
        assertEquals(Dim.symbol("h").minus(1).floorDiv(2).plus(1), output);
    }

    @Test
    void oddSamePaddingGoesToTheEndThatIsNamed() {
        var upper =
                Window.of(1, AutoPad.SAME_UPPER, Longs.of(2L), null, null)
                        .over(new long[] {4}, new long[] {3});
        var lower =
                Window.of(1, AutoPad.SAME_LOWER, Longs.of(2L), null, null)
                        .over(new long[] {4}, new long[] {3});
        assertArrayEquals(new long[] {2}, upper.output());
        assertArrayEquals(new long[] {0}, upper.before());
        assertArrayEquals(new long[] {1}, upper.after());
        assertArrayEquals(new long[] {1}, lower.before());
        assertArrayEquals(new long[] {0}, lower.after());
    }

    @Test
    void lastWindowOfCeilModeStartsInsideOfInput() {
        var window = Window.of(1, AutoPad.NOTSET, Longs.of(3L), null, Longs.of(0L, 1L));
        assertEquals(Dim.of(2), window.output(0, Dim.of(6), Dim.of(2), true));
        assertEquals(Dim.of(3), window.output(0, Dim.of(7), Dim.of(2), true));
        assertEquals(2, window.over(new long[] {7}, new long[] {2}, true).tapsInPaddedInput(2));
        var wide =
                Window.of(1, AutoPad.NOTSET, Longs.of(3L), null, null)
                        .over(new long[] {7}, new long[] {2}, true);
        assertEquals(1, wide.tapsInPaddedInput(2));
    }

    @Test
    void sourcesSkipPaddingAndFollowDilations() {
        var positions =
                Window.of(2, AutoPad.NOTSET, null, Longs.of(1L, 2L), Longs.of(1L, 1L, 0L, 1L))
                        .over(new long[] {2, 4}, new long[] {2, 2});
        assertArrayEquals(new long[] {2, 4}, positions.output());
        var sources = new long[4];
        positions.sources(0, sources);
        assertArrayEquals(new long[] {-1, -1, -1, 1}, sources);
        positions.sources(5, sources);
        assertArrayEquals(new long[] {0, 2, 4, 6}, sources);
    }

    @Test
    void refusesWindowLargerThanInput() {
        var window = Window.of(1, AutoPad.NOTSET, null, null, null);
        assertThrows(GraphException.class, () -> window.output(0, Dim.of(2), Dim.of(5)));
    }

    @Test
    void refusesZeroStride() {
        assertThrows(
                GraphException.class, () -> Window.of(1, AutoPad.VALID, Longs.of(0L), null, null));
    }
}
