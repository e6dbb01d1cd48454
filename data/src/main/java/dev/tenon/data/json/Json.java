package dev.tenon.data.json;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A JSON value (RFC 8259). Objects keep the order of their members.
public sealed interface Json
        permits Json.OfObject,
                Json.OfArray,
                Json.OfString,
                Json.OfNumber,
                Json.OfBoolean,
                Json.Null {

    /// The members of an object; names are unique.
    record OfObject(SequencedMap<String, Json> members) implements Json {
        public OfObject {
            members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
        }

        @Override
        public String toString() {
            return JsonWriter.compact(this);
        }

        /// The member, or null when it is missing or `null`.
        public @Nullable Json find(String name) {
            var member = members.get(name);
            return member instanceof Null ? null : member;
        }

        /// @throws FormatException when the member is missing or `null`
        public Json get(String name) {
            var member = find(name);
            if (member == null) {
                throw new FormatException(
                        Problem.of("a JSON member is missing").expected('"' + name + '"'));
            }
            return member;
        }

        public OfObject object(String name) {
            return cast(name, OfObject.class, "an object");
        }

        public List<Json> array(String name) {
            return cast(name, OfArray.class, "an array").values();
        }

        public String text(String name) {
            return cast(name, OfString.class, "a string").value();
        }

        public boolean flag(String name) {
            return cast(name, OfBoolean.class, "true or false").value();
        }

        /// The member as an integer of 64 bits.
        public long integer(String name) {
            return cast(name, OfNumber.class, "an integer").toLong();
        }

        /// The member as an integer of 32 bits.
        ///
        /// @throws FormatException when it does not fit
        public int int32(String name) {
            long value = integer(name);
            if (value != (int) value) {
                throw wrong(name, "an integer of 32 bits", get(name));
            }
            return (int) value;
        }

        public String text(String name, String otherwise) {
            return find(name) == null ? otherwise : text(name);
        }

        public boolean flag(String name, boolean otherwise) {
            return find(name) == null ? otherwise : flag(name);
        }

        public int int32(String name, int otherwise) {
            return find(name) == null ? otherwise : int32(name);
        }

        private <J extends Json> J cast(String name, Class<J> kind, String expected) {
            var member = get(name);
            if (!kind.isInstance(member)) {
                throw wrong(name, expected, member);
            }
            return kind.cast(member);
        }

        private static FormatException wrong(String name, String expected, Json got) {
            return new FormatException(
                    Problem.of("a JSON member has the wrong kind")
                            .node(name)
                            .expected(expected)
                            .got(got.excerpt()));
        }
    }

    record OfArray(List<Json> values) implements Json {
        public OfArray {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return JsonWriter.compact(this);
        }
    }

    record OfString(String value) implements Json {
        @Override
        public String toString() {
            return JsonWriter.compact(this);
        }
    }

    /// A number as it stands in the text, so that none is rounded before its use.
    record OfNumber(String literal) implements Json {
        public double toDouble() {
            return Double.parseDouble(literal);
        }

        /// @throws FormatException when the literal is no integer of 64 bits
        public long toLong() {
            try {
                return Long.parseLong(literal);
            } catch (NumberFormatException e) {
                throw new FormatException(
                        Problem.of("a JSON number is no integer of 64 bits").got(literal), e);
            }
        }

        @Override
        public String toString() {
            return literal;
        }
    }

    record OfBoolean(boolean value) implements Json {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /// `null`.
    enum Null implements Json {
        NULL;

        @Override
        public String toString() {
            return "null";
        }
    }

    static Json of(String value) {
        return new OfString(value);
    }

    static Json of(long value) {
        return new OfNumber(Long.toString(value));
    }

    /// A number; infinities and NaN, which JSON lacks, become the strings `"Infinity"`,
    /// `"-Infinity"` and `"NaN"`.
    static Json of(double value) {
        if (!Double.isFinite(value)) {
            return new OfString(Double.toString(value));
        }
        boolean integral = value == Math.rint(value) && Math.abs(value) < 1e15;
        return new OfNumber(integral ? Long.toString((long) value) : Double.toString(value));
    }

    static Json of(boolean value) {
        return new OfBoolean(value);
    }

    static Json array(Iterable<? extends Json> values) {
        var list = new ArrayList<Json>();
        values.forEach(list::add);
        return new OfArray(list);
    }

    static Json array(long... values) {
        var list = new ArrayList<Json>(values.length);
        for (long value : values) {
            list.add(of(value));
        }
        return new OfArray(list);
    }

    static Json strings(Iterable<String> values) {
        var list = new ArrayList<Json>();
        values.forEach(v -> list.add(of(v)));
        return new OfArray(list);
    }

    static Builder object() {
        return new Builder();
    }

    /// This value as an object.
    ///
    /// @throws FormatException when it is another kind
    default OfObject asObject() {
        if (this instanceof OfObject object) {
            return object;
        }
        throw new FormatException(
                Problem.of("a JSON value has the wrong kind").expected("an object").got(excerpt()));
    }

    /// This value as a string.
    ///
    /// @throws FormatException when it is another kind
    default String asText() {
        if (this instanceof OfString(var text)) {
            return text;
        }
        throw new FormatException(
                Problem.of("a JSON value has the wrong kind").expected("a string").got(excerpt()));
    }

    /// This value as an integer of 64 bits.
    ///
    /// @throws FormatException when it is another kind or does not fit
    default long asLong() {
        if (this instanceof OfNumber number) {
            return number.toLong();
        }
        throw new FormatException(
                Problem.of("a JSON value has the wrong kind")
                        .expected("an integer")
                        .got(excerpt()));
    }

    /// The text, cut where it is long: for messages.
    default String excerpt() {
        return switch (this) {
            case OfObject(var members) -> "an object of " + members.size() + " members";
            case OfArray(var values) -> "an array of " + values.size();
            case OfString(var text) when text.length() > 40 ->
                    JsonWriter.compact(of(text.substring(0, 40))) + "…";
            default -> toString();
        };
    }

    /// Collects the members of an object in their order.
    final class Builder {
        private final SequencedMap<String, Json> members = new LinkedHashMap<>();

        private Builder() {}

        public Builder put(String name, Json value) {
            members.put(name, value);
            return this;
        }

        public Builder put(String name, String value) {
            return put(name, of(value));
        }

        public Builder put(String name, long value) {
            return put(name, of(value));
        }

        public Builder put(String name, double value) {
            return put(name, of(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, of(value));
        }

        public OfObject build() {
            return new OfObject(members);
        }
    }
}
