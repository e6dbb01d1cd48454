package dev.tenon.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The extents of a tensor's axes, or nothing where not even their number is known.
public final class Shape {
    private static final Shape UNRANKED = new Shape(null);
    public static final Shape SCALAR = new Shape(List.of());

    private final @Nullable List<Dim> dims;

    private Shape(@Nullable List<Dim> dims) {
        this.dims = dims;
    }

    public static Shape of(List<Dim> dims) {
        return dims.isEmpty() ? SCALAR : new Shape(List.copyOf(dims));
    }

    public static Shape of(Dim... dims) {
        return of(List.of(dims));
    }

    public static Shape of(long... dims) {
        var list = new ArrayList<Dim>(dims.length);
        for (long dim : dims) {
            list.add(Dim.of(dim));
        }
        return of(list);
    }

    public static Shape unranked() {
        return UNRANKED;
    }

    public boolean isRanked() {
        return dims != null;
    }

    /// @throws GraphException when the rank is unknown
    public int rank() {
        return dims().size();
    }

    /// @throws GraphException when the rank is unknown
    public List<Dim> dims() {
        if (dims == null) {
            throw new GraphException(
                    Problem.of("the rank is not known here").expected("a ranked shape"));
        }
        return dims;
    }

    /// The extent of an axis; negative axes count from the end.
    public Dim dim(int axis) {
        return dims().get(axis < 0 ? axis + rank() : axis);
    }

    /// Whether every extent is a number.
    public boolean isKnown() {
        return dims != null && dims.stream().allMatch(Dim::isKnown);
    }

    /// The extents, all known.
    ///
    /// @throws GraphException when one is not
    public long[] toLongs() {
        return dims().stream()
                .mapToLong(
                        d ->
                                d.known()
                                        .orElseThrow(
                                                () ->
                                                        new GraphException(
                                                                Problem.of(
                                                                                "an extent is not"
                                                                                    + " known here")
                                                                        .expected("a known shape")
                                                                        .got(this))))
                .toArray();
    }

    /// The number of elements, as a dim; the rank must be known.
    public Dim size() {
        Dim size = Dim.ONE;
        for (var dim : dims()) {
            size = size.times(dim);
        }
        return size;
    }

    /// The number of elements where all extents are known.
    public OptionalLong knownSize() {
        return isKnown() ? size().known() : OptionalLong.empty();
    }

    /// This shape with one axis replaced; negative axes count from the end.
    public Shape with(int axis, Dim dim) {
        var list = new ArrayList<>(dims());
        list.set(axis < 0 ? axis + rank() : axis, dim);
        return of(list);
    }

    /// The shape that both broadcast to; unranked when either is.
    ///
    /// @throws GraphException when they do not broadcast
    public Shape broadcast(Shape other) {
        if (dims == null || other.dims == null) {
            return UNRANKED;
        }
        int rank = Math.max(dims.size(), other.dims.size());
        var result = new ArrayList<Dim>(rank);
        for (int i = 0; i < rank; i++) {
            int a = i - rank + dims.size();
            int b = i - rank + other.dims.size();
            try {
                result.add(
                        a < 0
                                ? other.dims.get(b)
                                : b < 0 ? dims.get(a) : dims.get(a).broadcast(other.dims.get(b)));
            } catch (GraphException e) {
                throw new GraphException(
                        Problem.of("shapes do not broadcast")
                                .expected(
                                        "equal extents, or one of them 1, on each axis from the"
                                                + " last")
                                .got(this + " and " + other),
                        e);
            }
        }
        return of(result);
    }

    public Shape substitute(Map<String, Dim> symbols) {
        return dims == null ? this : of(dims.stream().map(d -> d.substitute(symbols)).toList());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shape that && Objects.equals(dims, that.dims);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(dims);
    }

    /// Such as `[N,3,2*h]`; `[...]` when the rank is unknown.
    @Override
    public String toString() {
        return dims == null
                ? "[...]"
                : dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
    }

    /// Parses what [#toString] prints.
    ///
    /// @throws FormatException when the text is not a shape
    public static Shape parse(String text) {
        if (!text.startsWith("[") || !text.endsWith("]")) {
            throw new FormatException(Problem.of("malformed shape").expected("[dim,…]").got(text));
        }
        var inner = text.substring(1, text.length() - 1);
        if (inner.equals("...")) {
            return UNRANKED;
        }
        var dims = new ArrayList<Dim>();
        for (var part : DimText.split(inner)) {
            dims.add(Dim.parse(part));
        }
        return of(dims);
    }
}
