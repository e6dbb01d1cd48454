package dev.tenon.it;

import dev.tenon.formats.onnx.proto.Bytes;
import dev.tenon.formats.onnx.proto.DoubleList;
import dev.tenon.formats.onnx.proto.FloatList;
import dev.tenon.formats.onnx.proto.Int32List;
import dev.tenon.formats.onnx.proto.Int64List;
import dev.tenon.formats.onnx.proto.Message;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Changes something, somewhere: a field of a message, bytes of a file, characters of a text.
final class Mutator {
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        3,
        7,
        8,
        13,
        16,
        63,
        64,
        65,
        127,
        128,
        255,
        256,
        1000,
        65_535,
        65_536,
        -2,
        -128,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 62
    };

    private static final double[] REALS = {
        0, -0.0, 1, -1, 0.5, 2, 1e-40, 3e38, 1e9, Double.NaN, Double.POSITIVE_INFINITY, -1e30
    };

    private static final List<String> WORDS =
            List.of(
                    "",
                    "x",
                    "y",
                    "If",
                    "Loop",
                    "Scan",
                    "Constant",
                    "Reshape",
                    "Expand",
                    "Identity",
                    "axis",
                    "axes",
                    "ai.onnx.ml",
                    "N",
                    "N+1",
                    "../x",
                    "\u0000",
                    "a b",
                    "auto_pad",
                    "SAME_UPPER",
                    "value",
                    "to");

    private final SplittableRandom random;
    private final List<String> names;

    /// @param names strings to exchange for others, such as the names in the model
    Mutator(SplittableRandom random, List<String> names) {
        this.random = random;
        this.names = names;
    }

    /// Another message of the same type.
    @SuppressWarnings("unchecked")
    <M extends Message> M message(M message) {
        var components = message.getClass().getRecordComponents();
        var values = values((Record) message, components);
        var changing = candidates(values);
        int at =
                changing.isEmpty() || random.nextInt(20) == 0
                        ? random.nextInt(components.length)
                        : changing.get(random.nextInt(changing.size()));
        values[at] = changed(values[at], components[at].getType());
        return (M) make(message.getClass(), components, values);
    }

    /// Where something is to change, deeper places and long lists more often.
    private static List<Integer> candidates(@Nullable Object[] values) {
        var places = new ArrayList<Integer>();
        for (int i = 0; i < values.length; i++) {
            int weight =
                    switch (values[i]) {
                        case null -> 0;
                        case List<?> l -> l.isEmpty() ? 0 : 4;
                        case Message _ -> 4;
                        case Int64List l -> l.size() == 0 ? 0 : 2;
                        case FloatList l -> l.size() == 0 ? 0 : 1;
                        case String s -> s.isEmpty() ? 0 : 1;
                        default -> 1;
                    };
            for (int w = 0; w < weight; w++) {
                places.add(i);
            }
        }
        return places;
    }

    private static @Nullable Object[] values(Record message, RecordComponent[] components) {
        var values = new Object[components.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = components[i].getAccessor().invoke(message);
            }
            return values;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object make(
            Class<?> type, RecordComponent[] components, @Nullable Object[] values) {
        try {
            var types =
                    Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object changed(@Nullable Object value, Class<?> type) {
        return switch (value) {
            case null -> absent(type);
            case Message m -> random.nextInt(30) == 0 && !type.isPrimitive() ? value : message(m);
            case List<?> l -> list(l);
            case String s -> string(s);
            case Long n -> number(n);
            case Integer n -> (int) number(n);
            case Float _ -> (float) REALS[random.nextInt(REALS.length)];
            case Bytes b -> Bytes.of(MemorySegment.ofArray(bytes(array(b))));
            case Int64List l -> Int64List.of(numbers(l.toArray()));
            case Int32List l ->
                    Int32List.of(
                            Arrays.stream(
                                            numbers(
                                                    Arrays.stream(l.toArray())
                                                            .asLongStream()
                                                            .toArray()))
                                    .mapToInt(n -> (int) n)
                                    .toArray());
            case FloatList l -> FloatList.of(reals(l.toArray()));
            case DoubleList l -> l;
            default -> value;
        };
    }

    private @Nullable Object absent(Class<?> type) {
        return type == Long.class
                ? (Object) number(0)
                : type == Float.class
                        ? (Object) 1f
                        : type == Bytes.class ? Bytes.utf8(string("")) : null;
    }

    private static byte[] array(Bytes bytes) {
        return bytes.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    private List<?> list(List<?> list) {
        var copy = new ArrayList<Object>(list);
        if (copy.isEmpty()) {
            return copy;
        }
        int at = random.nextInt(copy.size());
        switch (random.nextInt(10)) {
            case 0 -> copy.remove(at);
            case 1 -> copy.add(random.nextInt(copy.size() + 1), copy.get(at));
            case 2 -> copy.set(at, copy.get(random.nextInt(copy.size())));
            default -> {
                var value = changed(copy.get(at), copy.get(at).getClass());
                if (value != null) {
                    copy.set(at, value);
                }
            }
        }
        return copy;
    }

    private String string(String value) {
        return switch (random.nextInt(4)) {
            case 0 -> WORDS.get(random.nextInt(WORDS.size()));
            case 1 -> value + "_";
            default -> names.isEmpty() ? value : names.get(random.nextInt(names.size()));
        };
    }

    private long number(long value) {
        return switch (random.nextInt(4)) {
            case 0 -> value + 1;
            case 1 -> value - 1;
            case 2 -> -value;
            default -> NUMBERS[random.nextInt(NUMBERS.length)];
        };
    }

    private long[] numbers(long[] values) {
        int kind = random.nextInt(6);
        if (kind == 0 || values.length == 0) {
            var longer = Arrays.copyOf(values, values.length + 1);
            longer[values.length] = number(1);
            return longer;
        }
        if (kind == 1) {
            return Arrays.copyOf(values, values.length - 1);
        }
        int at = random.nextInt(values.length);
        values[at] = number(values[at]);
        return values;
    }

    private float[] reals(float[] values) {
        if (values.length > 0) {
            values[random.nextInt(values.length)] = (float) REALS[random.nextInt(REALS.length)];
        }
        return random.nextInt(6) == 0
                ? Arrays.copyOf(values, random.nextInt(values.length + 2))
                : values;
    }

    /// Other bytes: bits flipped, a part cut out, doubled or overwritten, the end lost.
    byte[] bytes(byte[] original) {
        if (original.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        var bytes = original.clone();
        int at = random.nextInt(bytes.length);
        int length = Math.min(1 + random.nextInt(16), bytes.length - at);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 ->
                    System.arraycopy(
                            bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
            case 4 -> {
                var cut = new byte[bytes.length - length];
                System.arraycopy(bytes, 0, cut, 0, at);
                System.arraycopy(bytes, at + length, cut, at, cut.length - at);
                return cut;
            }
            default -> {
                for (int i = 0; i < length; i++) {
                    bytes[at + i] = (byte) (random.nextInt(3) == 0 ? 0xff : random.nextInt());
                }
            }
        }
        return bytes;
    }

    /// Another text: as bytes, or with a word exchanged for another.
    String text(String text) {
        if (random.nextBoolean()) {
            return new String(bytes(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        }
        var words = new ArrayList<>(List.of(text.split("(?<=\\W)|(?=\\W)")));
        int at = random.nextInt(words.size());
        words.set(
                at,
                random.nextInt(3) == 0
                        ? Long.toString(number(1))
                        : words.get(random.nextInt(words.size())));
        return String.join("", words);
    }
}
