package dev.tenon.graph.op;

import dev.tenon.base.Budget;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;

/// A [Window] over an input of known extents: which elements each of its taps reads at each
/// position.
///
/// Positions, taps and elements of the input are counted in row-major order over the spatial axes.
public final class WindowPositions {
    private static final long MOST_TAPS = 1 << 24;

    private final Window window;
    private final long[] input;
    private final long[] kernel;
    private final long[] output;
    private final long[] before;
    private final long[] after;

    WindowPositions(Window window, long[] input, long[] kernel, boolean ceil) {
        if (input.length != window.axes() || kernel.length != window.axes()) {
            throw new GraphException(
                    Problem.of("the window does not fit the number of spatial axes")
                            .expected(window.axes())
                            .got(
                                    input.length
                                            + " of the input and "
                                            + kernel.length
                                            + " of the kernel"));
        }
        this.window = window;
        this.input = input.clone();
        this.kernel = kernel.clone();
        output = new long[input.length];
        before = new long[input.length];
        after = new long[input.length];
        for (int i = 0; i < input.length; i++) {
            var extent = Dim.of(input[i]);
            var taps = Dim.of(kernel[i]);
            output[i] = window.output(i, extent, taps, ceil).known().orElseThrow();
            before[i] = window.before(i, extent, taps).known().orElseThrow();
            after[i] = window.after(i, extent, taps).known().orElseThrow();
        }
    }

    /// The extents of the output's spatial axes.
    public long[] output() {
        return output.clone();
    }

    /// The padding before each axis.
    public long[] before() {
        return before.clone();
    }

    /// The padding after each axis.
    public long[] after() {
        return after.clone();
    }

    /// How many positions there are.
    public long count() {
        return Tensor.size(output);
    }

    /// How many taps the window has.
    ///
    /// @throws LimitException when they are too many
    public int taps() {
        long taps = Tensor.size(kernel);
        if (taps > MOST_TAPS) {
            throw new LimitException(
                    Problem.of("a window has too many taps")
                            .expected("at most " + MOST_TAPS)
                            .got(taps));
        }
        return (int) taps;
    }

    /// How many elements the input has.
    public long inputSize() {
        return Tensor.size(input);
    }

    /// Finds what each tap reads at a position: the index of an element, or -1 where it is outside
    /// of the input.
    ///
    /// @param sources takes an index a tap
    public void sources(long position, long[] sources) {
        sources(Nd.coordinates(position, output), sources);
    }

    /// The same for a position given by its coordinates, which may lie beyond the last one.
    public void sources(long[] at, long[] sources) {
        Budget.work(sources.length);
        for (int tap = 0; tap < sources.length; tap++) {
            sources[tap] = source(at, Nd.coordinates(tap, kernel));
        }
    }

    private long source(long[] at, long[] tap) {
        long index = 0;
        for (int i = 0; i < at.length; i++) {
            long x =
                    at[i] * window.strides().get(i)
                            - before[i]
                            + tap[i] * window.dilations().get(i);
            if (x < 0 || x >= input[i]) {
                return -1;
            }
            index = index * input[i] + x;
        }
        return index;
    }

    /// How many taps read the input or its padding at a position: all of them, but for the last
    /// windows of `ceil_mode`.
    public long tapsInPaddedInput(long position) {
        var at = Nd.coordinates(position, output);
        long count = 1;
        for (int i = 0; i < at.length; i++) {
            long room = input[i] + before[i] + after[i] - at[i] * window.strides().get(i);
            count *= Math.clamp(Math.ceilDiv(room, window.dilations().get(i)), 0L, kernel[i]);
        }
        return count;
    }
}
