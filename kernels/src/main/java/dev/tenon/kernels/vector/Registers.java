package dev.tenon.kernels.vector;

import java.util.List;
import java.util.stream.IntStream;

/// Deals out the vector registers of an assembler.
public final class Registers {
    private final int count;
    private int used;

    public Registers(VectorAssembler a) {
        this.count = a.vectors();
    }

    public Vector one() {
        return take(1).getFirst();
    }

    public List<Vector> take(int vectors) {
        if (used + vectors > count) {
            throw new IllegalStateException("too few registers");
        }
        used += vectors;
        return IntStream.range(used - vectors, used).mapToObj(Vector::new).toList();
    }

    /// All that are left.
    public List<Vector> rest() {
        return take(count - used);
    }
}
