package dev.tenon.graph;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/// Compares and joins types of which each may know what the other does not.
public final class Types {
    private Types() {}

    /// Whether no value can have both types.
    public static boolean contradict(Type a, Type b) {
        return contradict(a, b, Types::differ);
    }

    /// Whether no value can have both types, going by extents that are numbers: the names of
    /// symbols mean nothing from one type to the other.
    public static boolean contradictInNumbers(Type a, Type b) {
        return contradict(a, b, (x, y) -> x.isKnown() && y.isKnown() && !x.equals(y));
    }

    private static boolean contradict(Type a, Type b, BiPredicate<Dim, Dim> differ) {
        return switch (a) {
            case Type.OfTensor(var dtype, var shape) ->
                    !(b instanceof Type.OfTensor(var other, var otherShape))
                            || dtype != other
                            || contradict(shape, otherShape, differ);
            case Type.OfSequence(var element) ->
                    !(b instanceof Type.OfSequence(var other))
                            || contradict(element, other, differ);
            case Type.OfOptional(var element) ->
                    !(b instanceof Type.OfOptional(var other))
                            || contradict(element, other, differ);
            case Type.OfMap(var key, var value) ->
                    !(b instanceof Type.OfMap(var otherKey, var otherValue))
                            || key != otherKey
                            || contradict(value, otherValue, differ);
        };
    }

    /// Whether no tensor can have both shapes.
    public static boolean contradict(Shape a, Shape b) {
        return contradict(a, b, Types::differ);
    }

    private static boolean contradict(Shape a, Shape b, BiPredicate<Dim, Dim> differ) {
        return a.isRanked() && b.isRanked() && contradict(a.dims(), b.dims(), differ);
    }

    /// Whether no list of numbers can be both.
    static boolean contradict(List<Dim> a, List<Dim> b) {
        return contradict(a, b, Types::differ);
    }

    private static boolean contradict(List<Dim> a, List<Dim> b, BiPredicate<Dim, Dim> differ) {
        if (a.size() != b.size()) {
            return true;
        }
        for (int i = 0; i < a.size(); i++) {
            if (differ.test(a.get(i), b.get(i))) {
                return true;
            }
        }
        return false;
    }

    /// Whether two dims are known to differ; false where the difference does not fit 64 bits.
    private static boolean differ(Dim a, Dim b) {
        var difference = a.difference(b);
        return difference.isPresent() && difference.getAsLong() != 0;
    }

    /// A type that knows what either knows; where both know something different but compatible,
    /// what the first says. The types must not contradict each other.
    public static Type merge(Type a, Type b) {
        if (a.equals(b)) {
            return a;
        }
        if (a instanceof Type.OfTensor(var dtype, var shape)
                && b instanceof Type.OfTensor(_, var other)) {
            return Type.tensor(dtype, merge(shape, other));
        }
        if (a instanceof Type.OfSequence(var x) && b instanceof Type.OfSequence(var y)) {
            return new Type.OfSequence(merge(x, y));
        }
        if (a instanceof Type.OfOptional(var x) && b instanceof Type.OfOptional(var y)) {
            return new Type.OfOptional(merge(x, y));
        }
        if (a instanceof Type.OfMap(var key, var x) && b instanceof Type.OfMap(_, var y)) {
            return new Type.OfMap(key, merge(x, y));
        }
        return a;
    }

    private static Shape merge(Shape a, Shape b) {
        if (!a.isRanked() || !b.isRanked()) {
            return a.isRanked() ? a : b;
        }
        var dims = new ArrayList<Dim>();
        for (int i = 0; i < a.rank(); i++) {
            dims.add(knows(b.dim(i)) > knows(a.dim(i)) ? b.dim(i) : a.dim(i));
        }
        return Shape.of(dims);
    }

    /// How much a dim says: nothing where it depends on a symbol that inference made up, something
    /// where it depends on symbols of the graph, everything where it is a number.
    private static int knows(Dim dim) {
        return dim.isKnown() ? 2 : dim.symbols().stream().anyMatch(Types::isMadeUp) ? 0 : 1;
    }

    /// The symbols in a type that inference made up.
    public static Set<String> madeUp(Type type) {
        return switch (type) {
            case Type.OfTensor(_, var shape) -> shape.isRanked() ? madeUp(shape.dims()) : Set.of();
            case Type.OfSequence(var element) -> madeUp(element);
            case Type.OfOptional(var element) -> madeUp(element);
            case Type.OfMap(_, var value) -> madeUp(value);
        };
    }

    static Set<String> madeUp(List<Dim> dims) {
        var symbols = new TreeSet<String>();
        for (var dim : dims) {
            for (var symbol : dim.symbols()) {
                if (isMadeUp(symbol)) {
                    symbols.add(symbol);
                }
            }
        }
        return symbols;
    }

    /// Whether a symbol stands for an extent that inference could not tell; see
    /// [InferContext#unknown].
    public static boolean isMadeUp(String symbol) {
        return symbol.startsWith("?");
    }
}
