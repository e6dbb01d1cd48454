package dev.tenon.kernels.conv.winograd;

import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;

/// The elements of a tile between its two transforms: in those registers that no transform uses,
/// the others saved.
///
/// @param size how many
record Grid(VectorAssembler a, int size) {
    private static int room(VectorAssembler a) {
        return a.vectors() - Transform.REGISTERS;
    }

    /// How many have to be saved.
    static int slots(VectorAssembler a, int size) {
        return Math.max(0, size - room(a));
    }

    private static Vector register(int index) {
        return new Vector(Transform.REGISTERS + index);
    }

    void put(int index, Vector from) {
        if (index < room(a)) {
            a.set(register(index), from);
        } else {
            a.save(from, index - room(a));
        }
    }

    void get(int index, Vector to) {
        if (index < room(a)) {
            a.set(to, register(index));
        } else {
            a.restore(to, index - room(a));
        }
    }
}
