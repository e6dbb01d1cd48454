package dev.tenon.kernels.vector;

import java.util.List;
import java.util.stream.IntStream;

/// A constant whose 32 bits differ from lane to lane: as many as a vector has lanes.
public record ByLane(List<Integer> bits) implements Literal {
    public ByLane {
        bits = List.copyOf(bits);
    }

    /// Some of the numbers of a table, one a lane.
    ///
    /// @param from the index of the first lane's
    static ByLane of(float[] table, int from, int lanes) {
        return new ByLane(
                IntStream.range(from, from + lanes)
                        .mapToObj(i -> Float.floatToRawIntBits(table[i]))
                        .toList());
    }
}
