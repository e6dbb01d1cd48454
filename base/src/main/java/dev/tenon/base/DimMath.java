package dev.tenon.base;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Arithmetic on [Dim]s in canonical form.
final class DimMath {
    /// Higher degrees first, then by text; the constant last.
    private static final Comparator<List<Dim.Atom>> ORDER = DimMath::compare;

    /// More terms come from no model's shapes, but from one made to use up memory.
    private static final int MAX_TERMS = 4096;

    private DimMath() {}

    private static int compare(List<Dim.Atom> a, List<Dim.Atom> b) {
        return a.size() != b.size()
                ? Integer.compare(b.size(), a.size())
                : a.equals(b) ? 0 : a.toString().compareTo(b.toString());
    }

    static TreeMap<List<Dim.Atom>, Long> terms(Dim dim) {
        var terms = new TreeMap<List<Dim.Atom>, Long>(ORDER);
        switch (dim) {
            case Dim.Known(var value) -> add(terms, List.of(), value);
            case Dim.Symbol symbol -> add(terms, List.of(symbol), 1);
            case Dim.Expression(var sum) ->
                    sum.forEach(t -> add(terms, t.factors(), t.coefficient()));
        }
        return terms;
    }

    private static void add(
            TreeMap<List<Dim.Atom>, Long> terms, List<Dim.Atom> factors, long coefficient) {
        long sum = sum(terms.getOrDefault(factors, 0L), coefficient);
        if (sum == 0) {
            terms.remove(factors);
        } else {
            terms.put(factors, sum);
        }
    }

    private static Dim dim(TreeMap<List<Dim.Atom>, Long> terms) {
        if (terms.isEmpty()) {
            return Dim.ZERO;
        }
        if (terms.size() == 1) {
            var only = terms.firstEntry();
            if (only.getKey().isEmpty()) {
                return Dim.of(only.getValue());
            }
            if (only.getValue() == 1
                    && only.getKey().size() == 1
                    && only.getKey().getFirst() instanceof Dim.Symbol s) {
                return s;
            }
        }
        var sum = new ArrayList<Dim.Term>(terms.size());
        terms.forEach((factors, coefficient) -> sum.add(new Dim.Term(coefficient, factors)));
        return new Dim.Expression(sum);
    }

    private static Dim atom(Dim.Atom atom) {
        var terms = new TreeMap<List<Dim.Atom>, Long>(ORDER);
        terms.put(List.of(atom), 1L);
        return dim(terms);
    }

    static Dim plus(Dim a, Dim b) {
        if (a.is(0) || b.is(0)) {
            return a.is(0) ? b : a;
        }
        if (a instanceof Dim.Known(var x) && b instanceof Dim.Known(var y)) {
            return Dim.of(sum(x, y));
        }
        var sum = terms(a);
        terms(b).forEach((factors, coefficient) -> add(sum, factors, coefficient));
        return dim(sum);
    }

    /// By how much a is larger than b, where that is a number; empty where it depends on symbols,
    /// or does not fit 64 bits.
    static OptionalLong difference(Dim a, Dim b) {
        if (a.equals(b)) {
            return OptionalLong.of(0);
        }
        long x = constant(a);
        long y = constant(b);
        long difference = x - y;
        boolean overflows = ((x ^ y) & (x ^ difference)) < 0;
        return !overflows && variable(a).equals(variable(b))
                ? OptionalLong.of(difference)
                : OptionalLong.empty();
    }

    /// The term without symbols.
    private static long constant(Dim dim) {
        return switch (dim) {
            case Dim.Known(var value) -> value;
            case Dim.Symbol _ -> 0;
            case Dim.Expression(var terms) ->
                    terms.getLast().factors().isEmpty() ? terms.getLast().coefficient() : 0;
        };
    }

    /// The terms with symbols.
    private static List<Dim.Term> variable(Dim dim) {
        return switch (dim) {
            case Dim.Known _ -> List.of();
            case Dim.Symbol symbol -> List.of(new Dim.Term(1, List.of(symbol)));
            case Dim.Expression(var terms) ->
                    terms.getLast().factors().isEmpty()
                            ? terms.subList(0, terms.size() - 1)
                            : terms;
        };
    }

    static Dim times(Dim a, Dim b) {
        if (a.is(1) || b.is(1)) {
            return a.is(1) ? b : a;
        }
        if (a instanceof Dim.Known(var x) && b instanceof Dim.Known(var y)) {
            return Dim.of(product(x, y));
        }
        if ((long) termCount(a) * termCount(b) > MAX_TERMS) {
            throw new LimitException(
                    Problem.of("a product of symbolic extents is too large")
                            .expected("at most " + MAX_TERMS + " terms")
                            .got(termCount(a) + " times " + termCount(b)));
        }
        var product = new TreeMap<List<Dim.Atom>, Long>(ORDER);
        terms(a).forEach(
                        (left, x) ->
                                terms(b).forEach(
                                                (right, y) -> {
                                                    var factors = new ArrayList<Dim.Atom>(left);
                                                    factors.addAll(right);
                                                    factors.sort(
                                                            Comparator.comparing(Object::toString));
                                                    add(
                                                            product,
                                                            List.copyOf(factors),
                                                            product(x, y));
                                                }));
        return dim(product);
    }

    private static int termCount(Dim dim) {
        return dim instanceof Dim.Expression(var terms) ? terms.size() : 1;
    }

    static int weight(Dim dim) {
        return switch (dim) {
            case Dim.Known _, Dim.Symbol _ -> 1;
            case Dim.Expression(var terms) ->
                    terms.stream()
                            .mapToInt(t -> 1 + t.factors().stream().mapToInt(DimMath::weight).sum())
                            .sum();
        };
    }

    private static int weight(Dim.Atom atom) {
        return switch (atom) {
            case Dim.Symbol _ -> 1;
            case Dim.Compound(_, var left, var right) -> 1 + weight(left) + weight(right);
        };
    }

    static Dim divide(Dim.Function function, Dim a, Dim b) {
        if (b.is(0)) {
            throw new GraphException(Problem.of("an extent is divided by zero").got(a + " / 0"));
        }
        if (b.is(1) || a.is(0)) {
            return a;
        }
        if (a instanceof Dim.Known(var x) && b instanceof Dim.Known(var y)) {
            return Dim.of(function.apply(x, y));
        }
        if (a.equals(b)) {
            return Dim.ONE;
        }
        var quotient = exactQuotient(a, b);
        if (quotient != null) {
            return quotient;
        }
        return atom(new Dim.Compound(function, a, b));
    }

    /// `a / b` where b is one term that divides every term of a; else null.
    private static @Nullable Dim exactQuotient(Dim a, Dim b) {
        var divisor = terms(b);
        if (divisor.size() != 1) {
            return null;
        }
        var factor = divisor.firstEntry();
        var quotient = new TreeMap<List<Dim.Atom>, Long>(ORDER);
        for (var term : terms(a).entrySet()) {
            var rest = new ArrayList<Dim.Atom>(term.getKey());
            if (term.getValue() % factor.getValue() != 0) {
                return null;
            }
            for (var atom : factor.getKey()) {
                if (!rest.remove(atom)) {
                    return null;
                }
            }
            add(quotient, List.copyOf(rest), term.getValue() / factor.getValue());
        }
        return dim(quotient);
    }

    static Dim mod(Dim a, Dim b) {
        if (b.is(0)) {
            throw new GraphException(Problem.of("an extent is divided by zero").got(a + " mod 0"));
        }
        if (a instanceof Dim.Known(var x) && b instanceof Dim.Known(var y)) {
            return Dim.of(Math.floorMod(x, y));
        }
        if (b.is(1) || exactQuotient(a, b) != null) {
            return Dim.ZERO;
        }
        return atom(new Dim.Compound(Dim.Function.MOD, a, b));
    }

    static Dim extreme(Dim.Function function, Dim a, Dim b) {
        if (a.equals(b)) {
            return a;
        }
        var difference = difference(a, b);
        if (difference.isPresent()) {
            return (difference.getAsLong() > 0) == (function == Dim.Function.MAX) ? a : b;
        }
        if (neverNegative(a.minus(b))) {
            return function == Dim.Function.MAX ? a : b;
        }
        if (neverNegative(b.minus(a))) {
            return function == Dim.Function.MAX ? b : a;
        }
        return commutative(function, a, b);
    }

    /// Whether a dim is at least 0 whatever its symbols are, which stand for extents; false where
    /// that is not evident.
    static boolean neverNegative(Dim dim) {
        return terms(dim).entrySet().stream()
                .allMatch(
                        t ->
                                t.getValue() > 0
                                        && t.getKey().stream().allMatch(DimMath::neverNegative));
    }

    private static boolean neverNegative(Dim.Atom atom) {
        return switch (atom) {
            case Dim.Symbol _ -> true;
            case Dim.Compound(var function, var a, var b) ->
                    switch (function) {
                        case MAX -> neverNegative(a) || neverNegative(b);
                        case FLOOR_DIV, CEIL_DIV, MIN, BROADCAST ->
                                neverNegative(a) && neverNegative(b);
                        case MOD -> neverNegative(b);
                    };
        };
    }

    static Dim broadcast(Dim a, Dim b) {
        if (a.equals(b) || b.is(1)) {
            return a;
        }
        if (a.is(1)) {
            return b;
        }
        if (a.isKnown() && b.isKnown()) {
            throw new GraphException(
                    Problem.of("extents do not broadcast")
                            .expected("equal extents, or one of them 1")
                            .got(a + " and " + b));
        }
        if (a.isKnown()) {
            return a;
        }
        if (b.isKnown() || broadcastsTo(a, b)) {
            return b;
        }
        return broadcastsTo(b, a) ? a : commutative(Dim.Function.BROADCAST, a, b);
    }

    /// Whether `a` and `b`, where they broadcast at all, become `b`: `b` is a broadcast of `a`, or
    /// `a` is the smaller of `b` and a number of at least 2, which is 1 only where `b` is.
    private static boolean broadcastsTo(Dim a, Dim b) {
        return compound(b) instanceof Dim.Compound(var function, var x, var y)
                        && function == Dim.Function.BROADCAST
                        && (x.equals(a) || y.equals(a))
                || compound(a) instanceof Dim.Compound(var least, var l, var r)
                        && least == Dim.Function.MIN
                        && (l.equals(b) && r.known().orElse(0) > 1
                                || r.equals(b) && l.known().orElse(0) > 1);
    }

    /// The function that a dim is; null where it is a sum, a multiple or a product.
    private static Dim.@Nullable Compound compound(Dim dim) {
        return dim instanceof Dim.Expression(var sum)
                        && sum.size() == 1
                        && sum.getFirst().coefficient() == 1
                        && sum.getFirst().factors().size() == 1
                        && sum.getFirst().factors().getFirst() instanceof Dim.Compound compound
                ? compound
                : null;
    }

    private static Dim commutative(Dim.Function function, Dim a, Dim b) {
        return a.toString().compareTo(b.toString()) <= 0
                ? atom(new Dim.Compound(function, a, b))
                : atom(new Dim.Compound(function, b, a));
    }

    static Dim substitute(Dim dim, Map<String, Dim> symbols) {
        return switch (dim) {
            case Dim.Known known -> known;
            case Dim.Symbol symbol -> symbols.getOrDefault(symbol.name(), symbol);
            case Dim.Expression(var sum) -> {
                Dim result = Dim.ZERO;
                for (var term : sum) {
                    Dim product = Dim.of(term.coefficient());
                    for (var factor : term.factors()) {
                        product = product.times(substitute(factor, symbols));
                    }
                    result = result.plus(product);
                }
                yield result;
            }
        };
    }

    private static Dim substitute(Dim.Atom atom, Map<String, Dim> symbols) {
        return switch (atom) {
            case Dim.Symbol symbol -> substitute((Dim) symbol, symbols);
            case Dim.Compound(var function, var left, var right) ->
                    apply(function, substitute(left, symbols), substitute(right, symbols));
        };
    }

    static Dim apply(Dim.Function function, Dim a, Dim b) {
        return switch (function) {
            case FLOOR_DIV, CEIL_DIV -> divide(function, a, b);
            case MOD -> mod(a, b);
            case MAX, MIN -> extreme(function, a, b);
            case BROADCAST -> broadcast(a, b);
        };
    }

    static Set<String> symbols(Dim dim) {
        var names = new TreeSet<String>();
        collect(dim, names);
        return names;
    }

    private static void collect(Dim dim, Set<String> names) {
        switch (dim) {
            case Dim.Known _ -> {}
            case Dim.Symbol(var name) -> names.add(name);
            case Dim.Expression(var sum) -> {
                for (var term : sum) {
                    for (var factor : term.factors()) {
                        switch (factor) {
                            case Dim.Symbol(var name) -> names.add(name);
                            case Dim.Compound(_, var left, var right) -> {
                                collect(left, names);
                                collect(right, names);
                            }
                        }
                    }
                }
            }
        }
    }

    private static long sum(long a, long b) {
        try {
            return Math.addExact(a, b);
        } catch (ArithmeticException e) {
            throw tooLarge(e);
        }
    }

    private static long product(long a, long b) {
        try {
            return Math.multiplyExact(a, b);
        } catch (ArithmeticException e) {
            throw tooLarge(e);
        }
    }

    private static LimitException tooLarge(ArithmeticException cause) {
        return new LimitException(Problem.of("an extent does not fit 64 bits"), cause);
    }
}
