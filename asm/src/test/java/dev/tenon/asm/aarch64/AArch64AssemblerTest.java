package dev.tenon.asm.aarch64;

import static dev.tenon.asm.aarch64.Address.after;
import static dev.tenon.asm.aarch64.Address.at;
import static dev.tenon.asm.aarch64.Address.before;
import static dev.tenon.asm.aarch64.Gpr.w;
import static dev.tenon.asm.aarch64.Gpr.x;
import static dev.tenon.asm.aarch64.Imm.imm;
import static dev.tenon.asm.aarch64.Vec.q;
import static dev.tenon.asm.aarch64.Vec.s4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.asm.EncodingException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AArch64AssemblerTest {
    private final AArch64Assembler assembler = new AArch64Assembler(Set.of());

    private void refused(Executable... emissions) {
        for (var emission : emissions) {
            assertThrows(EncodingException.class, emission);
        }
        assertEquals(0, assembler.size());
    }

    @Test
    void forwardReferencesAreFilledIn() {
        var data = assembler.label("data");
        var end = assembler.label("end");
        assembler.branch(end);
        assembler.emit(Access.LDR, q(1), at(data));
        assembler.adr(x(2), data);
        assembler.bind(end);
        assembler.ret();
        assembler.bind(data);
        assembler.data(0);
        // b +12; ldr q1, +12; adr x2, +8; ret
        assertEquals(
                "03000014" + "6100009c" + "42000010" + "c0035fd6" + "00000000",
                HexFormat.of().formatHex(assembler.finish()));
    }

    @Test
    void unboundLabelsAreRefused() {
        assembler.branch(assembler.label("nowhere"));
        var e = assertThrows(EncodingException.class, assembler::finish);
        assertTrue(e.getMessage().contains("nowhere"), e.getMessage());
    }

    @Test
    void labelsOutOfReachAreRefused() {
        var start = assembler.label("start");
        assembler.bind(start);
        for (int i = 0; i < 1 << 13; i++) {
            assembler.nop();
        }
        assembler.branchIfSet(x(0), 5, start);
        assertThrows(EncodingException.class, () -> assembler.branchIfSet(x(0), 5, start));
        assembler.branch(Condition.EQ, start);
        var end = assembler.label("end");
        assembler.branchIfClear(x(0), 5, end);
        for (int i = 0; i < 1 << 13; i++) {
            assembler.nop();
        }
        assembler.bind(end);
        assertThrows(EncodingException.class, assembler::finish);
    }

    @Test
    void literalsOutOfReachAreRefused() {
        var start = assembler.label("start");
        assembler.bind(start);
        for (int i = 0; i < 1 << 18; i++) {
            assembler.data(0);
        }
        assembler.adr(x(0), start);
        assertThrows(EncodingException.class, () -> assembler.adr(x(0), start));
        assertThrows(EncodingException.class, () -> assembler.emit(Access.LDR, x(0), at(start)));
        assembler.branch(start);
    }

    @Test
    void operandsOutOfRangeAreRefused() {
        refused(
                () -> s4(32),
                () -> x(33),
                () -> w(32),
                () -> s4(0).lane(4),
                () -> imm(0.1f),
                () -> imm(32f),
                () -> imm(0f),
                () -> VecList.of(s4(0), 5),
                () -> VecList.of(q(0), 1),
                () -> at(Gpr.XZR),
                () -> at(w(0)),
                () -> assembler.align(2),
                () -> assembler.add(x(0), x(0), 4097),
                () -> assembler.add(x(0), x(0), 1 << 24),
                () -> assembler.add(x(0), x(0), Long.MIN_VALUE),
                () -> assembler.alu(Alu.AND, x(0), x(0), 0),
                () -> assembler.alu(Alu.AND, x(0), x(0), 5),
                () -> assembler.alu(Alu.AND, w(0), w(0), -1),
                () -> assembler.alu(Alu.BIC, x(0), x(0), 1),
                () -> assembler.shift(Shift.LSL, w(0), w(0), 32),
                () -> assembler.ubfx(x(0), x(0), 60, 5),
                () -> assembler.branchIfSet(w(0), 32, assembler.label("end")),
                () -> assembler.emit(Access.LDR, q(0), at(x(0), 256).plus(1)),
                () -> assembler.emit(Access.LDR, q(0), at(x(0), 16 * 4096)),
                () -> assembler.emit(Access.STR, x(0), before(x(1), 256)),
                () -> assembler.emit(Pair.LDP, q(0), q(1), at(x(0), 1024)),
                () -> assembler.emit(Pair.LDP, q(0), q(1), at(x(0), 8)),
                () -> assembler.emit(Pair.STNP, q(0), q(1), before(x(0), 16)),
                () -> assembler.emit(Structure.LD1, VecList.of(s4(0), 2), after(x(0), 16)),
                () -> assembler.emit(Structure.LD1, VecList.of(s4(0), 2), at(x(0), 16)),
                () -> assembler.emit(Neon.SHL, s4(0), s4(0), imm(32)),
                () -> assembler.emit(Neon.SSHR, s4(0), s4(0), imm(0)),
                () -> assembler.emit(Neon.FCMEQ, s4(0), s4(0), imm(1)),
                () -> assembler.svc(1 << 16));
    }

    @Test
    void operandsOfOtherKindsAreRefused() {
        refused(
                () -> assembler.add(x(0), w(1), x(2)),
                () -> assembler.add(x(0), Gpr.XZR, 1),
                () -> assembler.mul(x(0), x(1), Gpr.SP),
                () -> assembler.alu(Alu.ORR, x(0), Gpr.SP, x(1)),
                () -> assembler.adr(w(0), assembler.label("end")),
                () -> assembler.emit(Access.LDRB, x(0), at(x(1))),
                () -> assembler.emit(Access.LDRSW, w(0), at(x(1))),
                () -> assembler.emit(Access.LDR, s4(0), at(x(1))),
                () -> assembler.emit(Access.LDR, Gpr.SP, at(x(1))),
                () -> assembler.emit(Access.STR, x(0), at(assembler.label("data"))),
                () -> assembler.emit(Access.LDR, Vec.h(0), at(assembler.label("data"))),
                () -> assembler.emit(Pair.LDP, x(0), w(1), at(x(1))),
                () -> assembler.emit(Pair.LDP, x(0), x(1), at(x(1), x(2))),
                () -> assembler.emit(Structure.LD2, VecList.of(s4(0), 3), at(x(0))),
                () -> assembler.emit(Structure.LD2, s4(0).lane(0), at(x(0))),
                () -> assembler.emit(Neon.FADD, s4(0), s4(1)),
                () -> assembler.emit(Neon.FADD, s4(0), s4(1), Vec.d2(2)),
                () -> assembler.emit(Neon.FADD, Vec.b16(0), Vec.b16(1), Vec.b16(2)),
                () -> assembler.emit(Neon.FADD, s4(0), s4(1), x(2)),
                () -> assembler.emit(Neon.DUP, Vec.d2(0), w(1)),
                () -> assembler.emit(Neon.MUL, Vec.h8(0), Vec.h8(1), Vec.h8(16).lane(0)),
                () -> assembler.emit(Neon.MUL, s4(0), s4(1), Vec.h8(2).lane(0)));
    }

    @Test
    void instructionsThatTheProcessorLacksAreRefused() {
        var e =
                assertThrows(
                        EncodingException.class,
                        () -> assembler.emit(Neon.SDOT, s4(0), Vec.b16(1), Vec.b16(2)));
        assertTrue(e.getMessage().contains("DOTPROD"), e.getMessage());
        refused(
                () -> assembler.emit(Neon.FADD, Vec.h8(0), Vec.h8(1), Vec.h8(2)),
                () -> assembler.emit(Neon.SMMLA, s4(0), Vec.b16(1), Vec.b16(2)),
                () -> assembler.emit(Neon.BFDOT, s4(0), Vec.h8(1), Vec.h8(2)));
    }

    /// Interprets what is emitted for random constants.
    @Test
    void constantsArePutTogether() {
        var random = new Random(1);
        for (int round = 0; round < 10_000; round++) {
            long value = 0;
            for (int piece = 0; piece < 4; piece++) {
                int kind = random.nextInt(4);
                long bits = kind == 0 ? 0 : kind == 1 ? 0xFFFF : random.nextInt(1 << 16);
                value = value << 16 | bits;
            }
            var words = MoveImmediate.words(value, true).toArray();
            assertTrue(words.length <= 4);
            if ((words[0] & 0x1F800000) == 0x12000000) {
                continue; // A logical immediate, which the goldens cover.
            }
            long made = 0;
            for (int word : words) {
                long piece = word >> 5 & 0xFFFF;
                int shift = (word >> 21 & 3) * 16;
                made =
                        switch (word >>> 23 & 0xFF) {
                            case 0x25 -> ~(piece << shift);
                            case 0xA5 -> piece << shift;
                            default -> made & ~(0xFFFFL << shift) | piece << shift;
                        };
            }
            assertEquals(value, made);
        }
    }

    /// Every constant that there is (Arm Architecture Reference Manual, `DecodeBitMasks`).
    @Test
    void logicalImmediatesAreFound() {
        var values = new HashSet<Long>();
        for (int size = 2; size <= Long.SIZE; size *= 2) {
            for (int ones = 1; ones < size; ones++) {
                for (int rotation = 0; rotation < size; rotation++) {
                    long element = -1L >>> Long.SIZE - ones;
                    long value = 0;
                    for (int bit = 0; bit < Long.SIZE; bit++) {
                        int from = (bit + rotation) % size;
                        value |= (element >>> from & 1) << bit;
                    }
                    values.add(value);
                    int fields = LogicalImmediate.encode(value).orElseThrow();
                    assertEquals(value, decode(fields >> 22, fields >> 16 & 63, fields >> 10 & 63));
                }
            }
        }
        assertEquals(5334, values.size());
        var random = new Random(2);
        for (int round = 0; round < 10_000; round++) {
            long value = random.nextLong();
            assertEquals(values.contains(value), LogicalImmediate.encode(value).isPresent());
        }
    }

    private static long decode(int n, int immr, int imms) {
        int length = 31 - Integer.numberOfLeadingZeros(n << 6 | ~imms & 0x3F);
        int size = 1 << length;
        long element = -1L >>> Long.SIZE - ((imms & size - 1) + 1);
        long value = 0;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            value |= (element >>> (bit + immr) % size & 1) << bit;
        }
        return value;
    }
}
