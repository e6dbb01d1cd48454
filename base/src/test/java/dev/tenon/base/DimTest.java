package dev.tenon.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DimTest {
    private static final Dim S = Dim.symbol("s");
    private static final Dim H = Dim.symbol("h w");

    @Test
    void equalPolynomialsAreEqual() {
        assertEquals(S.times(3), S.times(2).plus(S));
        assertEquals(S, S.minus(1).plus(1));
        assertEquals(S.times(H), H.times(S));
        assertEquals(Dim.ZERO, S.minus(S));
        assertEquals(S.plus(H).times(S.minus(H)), S.times(S).minus(H.times(H)));
    }

    @Test
    void divisionIsExactWhereItCanBe() {
        assertEquals(S.times(2), S.times(6).floorDiv(3));
        assertEquals(S, S.times(H).floorDiv(H));
        assertEquals(Dim.of(-3), Dim.of(-5).floorDiv(2));
        assertEquals(Dim.of(3), Dim.of(5).ceilDiv(2));
        assertEquals(Dim.ZERO, S.times(4).mod(Dim.of(2)));
        assertThrows(GraphException.class, () -> S.floorDiv(0));
    }

    @Test
    void broadcastingPrefersWhatIsKnown() {
        assertEquals(S, S.broadcast(Dim.ONE));
        assertEquals(Dim.of(7), S.broadcast(Dim.of(7)));
        assertEquals(S.broadcast(H), H.broadcast(S));
        assertEquals(S.broadcast(H), S.broadcast(H).broadcast(S));
        assertEquals(S, S.min(Dim.of(512)).broadcast(S));
        assertEquals("broadcast(min(1, s), s)", S.min(Dim.ONE).broadcast(S).toString());
        assertThrows(GraphException.class, () -> Dim.of(2).broadcast(Dim.of(3)));
    }

    @Test
    void extremesOfAKnownDifferenceAreDecided() {
        assertEquals(S.plus(2), S.max(S.plus(2)));
        assertEquals(S, S.min(S.plus(2)));
    }

    @Test
    void tooLargeNumbersAreRefused() {
        var huge = Dim.of(Long.MAX_VALUE);
        assertThrows(LimitException.class, () -> huge.plus(1));
        assertThrows(LimitException.class, () -> huge.times(2));
    }

    @Test
    void textIsReadBack() {
        for (var dim :
                List.of(
                        Dim.of(0),
                        Dim.of(-3),
                        S,
                        H,
                        S.times(-1),
                        S.plus(H).times(2).minus(5),
                        S.minus(3).floorDiv(2).plus(1))) {
            assertEquals(dim, Dim.parse(dim.toString()), dim.toString());
        }
        assertThrows(FormatException.class, () -> Dim.parse("2*"));
        assertThrows(FormatException.class, () -> Dim.parse("s)"));
        assertThrows(FormatException.class, () -> Dim.parse("99999999999999999999"));
    }

    /// Random expressions agree with plain arithmetic, and survive their text form.
    @Test
    void differsByANumberWhereTheRestIsTheSame() {
        var product = S.times(H).plus(S.floorDiv(2));
        for (var dim : List.of(S, product, Dim.of(3), S.times(2), S.minus(7))) {
            assertEquals(OptionalLong.of(0), dim.difference(dim));
            assertEquals(OptionalLong.of(5), dim.plus(5).difference(dim));
            assertEquals(OptionalLong.of(-5), dim.difference(dim.plus(5)));
            assertEquals(OptionalLong.empty(), dim.difference(dim.plus(H)));
            assertEquals(OptionalLong.empty(), dim.plus(H).difference(dim));
        }
        assertEquals(
                OptionalLong.empty(), Dim.of(Long.MAX_VALUE).difference(Dim.of(Long.MIN_VALUE)));
    }

    @Test
    void expressionsAgreeWithArithmetic() {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            long s = 1 + random.nextInt(9);
            long h = 1 + random.nextInt(9);
            Dim dim = S;
            long expected = s;
            for (int step = 0; step < 6; step++) {
                boolean symbol = random.nextBoolean();
                long operand = symbol ? h : 1 + random.nextInt(4);
                Dim other = symbol ? H : Dim.of(operand);
                switch (random.nextInt(7)) {
                    case 0 -> {
                        dim = dim.plus(other);
                        expected += operand;
                    }
                    case 1 -> {
                        dim = dim.minus(other);
                        expected -= operand;
                    }
                    case 2 -> {
                        dim = dim.times(other);
                        expected *= operand;
                    }
                    case 3 -> {
                        dim = dim.floorDiv(other);
                        expected = Math.floorDiv(expected, operand);
                    }
                    case 4 -> {
                        dim = dim.ceilDiv(other);
                        expected = Math.ceilDiv(expected, operand);
                    }
                    case 5 -> {
                        dim = dim.max(other);
                        expected = Math.max(expected, operand);
                    }
                    default -> {
                        dim = dim.mod(other);
                        expected = Math.floorMod(expected, operand);
                    }
                }
            }
            var values = new HashMap<String, Dim>(Map.of("s", Dim.of(s), "h w", Dim.of(h)));
            assertEquals(Dim.of(expected), dim.substitute(values), dim.toString());
            assertEquals(dim, Dim.parse(dim.toString()));
        }
    }

    @Test
    void shapesBroadcastFromTheLastAxis() {
        var left = Shape.of(S, Dim.of(1), Dim.of(4));
        var right = Shape.of(Dim.of(3), Dim.of(4));
        assertEquals(Shape.of(S, Dim.of(3), Dim.of(4)), left.broadcast(right));
        assertEquals(Shape.unranked(), left.broadcast(Shape.unranked()));
        var failure =
                assertThrows(GraphException.class, () -> Shape.of(2, 3).broadcast(Shape.of(4)));
        assertTrue(failure.getMessage().contains("[2,3] and [4]"), failure.getMessage());
    }

    @Test
    void typesAreReadBack() {
        var types = new ArrayList<Type>();
        types.add(Type.tensor(DType.FLOAT32, Shape.of(S, H.minus(3).floorDiv(2).max(S))));
        types.add(Type.tensor(DType.STRING, Shape.unranked()));
        types.add(Type.scalar(DType.FLOAT8E4M3FN));
        types.add(new Type.OfSequence(new Type.OfOptional(Type.tensor(DType.INT64, 2, 0))));
        types.add(new Type.OfMap(DType.STRING, Type.scalar(DType.FLOAT32)));
        for (var type : types) {
            assertEquals(type, Type.parse(type.toString()));
        }
        assertThrows(FormatException.class, () -> Type.parse("f33[2]"));
        assertThrows(FormatException.class, () -> Type.parse("f32[2"));
    }
}
