package dev.tenon.base;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An immutable list of `float`s, compared bit by bit.
public final class Floats {
    private final float[] elements;

    private Floats(float[] elements) {
        this.elements = elements;
    }

    public static Floats of(float... elements) {
        return new Floats(elements.clone());
    }

    public int size() {
        return elements.length;
    }

    public boolean isEmpty() {
        return elements.length == 0;
    }

    public float get(int index) {
        return elements[index];
    }

    /// A copy.
    public float[] toArray() {
        return elements.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Floats that && Arrays.equals(elements, that.elements);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(elements);
    }

    @Override
    public String toString() {
        return Arrays.toString(elements);
    }
}
