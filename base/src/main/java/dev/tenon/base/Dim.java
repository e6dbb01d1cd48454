package dev.tenon.base;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The extent of one axis: a known number, a named symbol, or an expression over symbols.
///
/// Dims are kept in a canonical form (a sum of products, terms in a fixed order), so that two dims
/// that are equal as polynomials are [equal][Object#equals]: `2·s + s` is `3·s`, and `(s - 1) + 1`
/// is `s`.
public sealed interface Dim permits Dim.Known, Dim.Symbol, Dim.Expression {
    Dim ZERO = new Known(0);
    Dim ONE = new Known(1);

    /// A number, not negative where the dim is an extent; differences may be negative.
    record Known(long value) implements Dim {
        // Written out, as in the other dims: the generated methods are slow to start.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Known(var otherValue) && value == otherValue;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(value);
        }

        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /// An unknown extent; equal names are equal extents.
    record Symbol(String name) implements Dim, Atom {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Symbol(var otherName) && name.equals(otherName);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return DimText.quote(name);
        }
    }

    /// A sum of at least one term that is neither a number nor a symbol alone.
    record Expression(List<Term> terms) implements Dim {
        public Expression {
            terms = List.copyOf(terms);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Expression(var otherTerms) && terms.equals(otherTerms);
        }

        @Override
        public int hashCode() {
            return terms.hashCode();
        }

        @Override
        public String toString() {
            return DimText.print(this);
        }
    }

    /// A coefficient times a product of atoms; no atoms, a constant.
    record Term(long coefficient, List<Atom> factors) {
        public Term {
            factors = List.copyOf(factors);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Term(var otherCoefficient, var otherFactors)
                    && coefficient == otherCoefficient
                    && factors.equals(otherFactors);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(coefficient) + factors.hashCode();
        }
    }

    /// What a product is made of.
    sealed interface Atom permits Symbol, Compound {}

    /// A function of two dims that is no polynomial.
    record Compound(Function function, Dim left, Dim right) implements Atom {
        @Override
        public String toString() {
            return function.text + "(" + left + ", " + right + ")";
        }
    }

    /// The functions of [Compound].
    enum Function {
        FLOOR_DIV("floordiv"),
        CEIL_DIV("ceildiv"),
        MOD("mod"),
        MAX("max"),
        MIN("min"),
        /// The extent that two axes broadcast to: the other one where one is 1.
        BROADCAST("broadcast");

        private final String text;

        Function(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        long apply(long a, long b) {
            return switch (this) {
                case FLOOR_DIV -> Math.floorDiv(a, b);
                case CEIL_DIV -> Math.ceilDiv(a, b);
                case MOD -> Math.floorMod(a, b);
                case MAX -> Math.max(a, b);
                case MIN -> Math.min(a, b);
                case BROADCAST -> a == 1 ? b : a;
            };
        }
    }

    static Dim of(long value) {
        return value == 0 ? ZERO : value == 1 ? ONE : new Known(value);
    }

    static Dim symbol(String name) {
        return new Symbol(name);
    }

    /// Parses what [#toString] prints.
    ///
    /// @throws FormatException when the text is not a dim
    static Dim parse(String text) {
        return DimText.parse(text);
    }

    default boolean isKnown() {
        return this instanceof Known;
    }

    default boolean is(long value) {
        return this instanceof Known(var v) && v == value;
    }

    /// The number, where it is known.
    default OptionalLong known() {
        return this instanceof Known(var v) ? OptionalLong.of(v) : OptionalLong.empty();
    }

    default Dim plus(Dim other) {
        return DimMath.plus(this, other);
    }

    default Dim plus(long other) {
        return DimMath.plus(this, of(other));
    }

    default Dim minus(Dim other) {
        return DimMath.plus(this, other.times(-1));
    }

    default Dim minus(long other) {
        return plus(-other);
    }

    /// By how much this is larger than another, where that is a number; empty where it depends on
    /// symbols, or does not fit 64 bits.
    default OptionalLong difference(Dim other) {
        return DimMath.difference(this, other);
    }

    default Dim times(Dim other) {
        return DimMath.times(this, other);
    }

    default Dim times(long other) {
        return DimMath.times(this, of(other));
    }

    default Dim floorDiv(Dim other) {
        return DimMath.divide(Function.FLOOR_DIV, this, other);
    }

    default Dim floorDiv(long other) {
        return floorDiv(of(other));
    }

    default Dim ceilDiv(Dim other) {
        return DimMath.divide(Function.CEIL_DIV, this, other);
    }

    default Dim ceilDiv(long other) {
        return ceilDiv(of(other));
    }

    default Dim mod(Dim other) {
        return DimMath.mod(this, other);
    }

    default Dim max(Dim other) {
        return DimMath.extreme(Function.MAX, this, other);
    }

    default Dim min(Dim other) {
        return DimMath.extreme(Function.MIN, this, other);
    }

    /// The extent that this axis and another broadcast to (ONNX "Multidirectional Broadcasting").
    ///
    /// @throws GraphException when both are known, differ, and neither is 1
    default Dim broadcast(Dim other) {
        return DimMath.broadcast(this, other);
    }

    /// Whether this is at least 0 whatever the symbols, which stand for extents, are; false where
    /// that is not evident.
    default boolean isNeverNegative() {
        return DimMath.neverNegative(this);
    }

    /// This dim with symbols replaced by dims; symbols that are not in the map stay.
    default Dim substitute(Map<String, Dim> symbols) {
        return DimMath.substitute(this, symbols);
    }

    /// How many numbers, symbols and functions it is written with.
    default int weight() {
        return DimMath.weight(this);
    }

    /// The names of the symbols in it.
    default Set<String> symbols() {
        return DimMath.symbols(this);
    }
}
