package dev.tenon.kernels.vector;

import java.util.ArrayList;
import java.util.List;

/// Vectors that are combined two by two, each two to two others. One spare register is enough: the
/// first result goes there, the second over one operand, and the other operand is spare after it.
final class Butterflies {
    /// Emits one result of two vectors.
    @FunctionalInterface
    interface Mix {
        void emit(Vector to, Vector x, Vector y);
    }

    private List<Vector> vectors;
    private Vector spare;

    Butterflies(List<Vector> vectors, Vector spare) {
        this.vectors = List.copyOf(vectors);
        this.spare = spare;
    }

    /// Combines each vector with the one so many places further, in groups of twice as many.
    ///
    /// @param first gives the earlier of two results
    /// @param interleaved whether the results of two vectors lie side by side afterwards, rather
    ///   than where the vectors were
    void step(int distance, boolean interleaved, Mix first, Mix second) {
        var next = new ArrayList<>(vectors);
        for (int group = 0; group < vectors.size(); group += 2 * distance) {
            for (int i = 0; i < distance; i++) {
                var x = vectors.get(group + i);
                var y = vectors.get(group + i + distance);
                first.emit(spare, x, y);
                second.emit(x, x, y);
                int at = group + (interleaved ? 2 * i : i);
                next.set(at, spare);
                next.set(at + (interleaved ? 1 : distance), x);
                spare = y;
            }
        }
        vectors = List.copyOf(next);
    }

    List<Vector> vectors() {
        return vectors;
    }
}
