package dev.tenon.base;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// An immutable list of integers, such as the strides of a convolution.
public final class Longs {
    private static final Longs EMPTY = new Longs();

    private final long[] elements;

    private Longs(long... elements) {
        this.elements = elements;
    }

    public static Longs of(long... elements) {
        return elements.length == 0 ? EMPTY : new Longs(elements.clone());
    }

    public static Longs of(int... elements) {
        return new Longs(Arrays.stream(elements).asLongStream().toArray());
    }

    /// `count` times the same element.
    public static Longs filled(int count, long element) {
        var elements = new long[count];
        Arrays.fill(elements, element);
        return new Longs(elements);
    }

    /// `start, start + 1, …, end - 1`.
    public static Longs range(long start, long end) {
        return new Longs(LongStream.range(start, end).toArray());
    }

    public int size() {
        return elements.length;
    }

    public boolean isEmpty() {
        return elements.length == 0;
    }

    public long get(int index) {
        return elements[index];
    }

    /// The element as an `int`.
    ///
    /// @throws GraphException when it does not fit
    public int getInt(int index) {
        long element = elements[index];
        if (element != (int) element) {
            throw new GraphException(
                    Problem.of("a number is too large").expected("32 bits").got(element));
        }
        return (int) element;
    }

    public boolean contains(long element) {
        return stream().anyMatch(e -> e == element);
    }

    public Longs map(LongUnaryOperator function) {
        return new Longs(stream().map(function).toArray());
    }

    public LongStream stream() {
        return Arrays.stream(elements);
    }

    /// A copy.
    public long[] toArray() {
        return elements.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Longs that && Arrays.equals(elements, that.elements);
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
