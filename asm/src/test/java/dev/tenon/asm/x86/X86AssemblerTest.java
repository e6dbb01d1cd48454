package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Vec.xmm;
import static dev.tenon.asm.x86.Vec.ymm;
import static dev.tenon.asm.x86.Vec.zmm;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.asm.EncodingException;
import dev.tenon.asm.Label;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class X86AssemblerTest {
    private final X86Assembler assembler = new X86Assembler(Set.of(Feature.AVX));

    private String code() {
        return HexFormat.of().formatHex(assembler.finish());
    }

    @Test
    void backwardJumpsAreShortWhereTheyCanBe() {
        var loop = assembler.label("loop");
        assembler.bind(loop);
        assembler.jump(loop);
        assembler.jump(Condition.NE, loop);
        assertEquals("ebfe75fc", code());
    }

    @Test
    void farBackwardJumpsAreNear() {
        var loop = assembler.label("loop");
        assembler.bind(loop);
        for (int i = 0; i < 127; i++) {
            assembler.ret();
        }
        assembler.jump(Condition.L, loop);
        assertTrue(code().endsWith("0f8c7bffffff"));
    }

    @Test
    void forwardReferencesAreFilledIn() {
        var data = assembler.label("data");
        var end = assembler.label("end");
        assembler.jump(end);
        assembler.emit(Avx.VMOVUPS, xmm(0), at(data));
        assembler.emit(Avx.VROUNDPS, xmm(0), at(data), Imm.imm(3));
        assembler.bind(end);
        assembler.ret();
        assembler.bind(data);
        // The distance counts from the end of the instruction, also where a byte follows it.
        assertEquals(
                "e912000000" + "c5f810050b000000" + "c4e379080501000000" + "03" + "c3", code());
    }

    @Test
    void unboundLabelsAreRefused() {
        assembler.jump(assembler.label("nowhere"));
        var e = assertThrows(EncodingException.class, assembler::finish);
        assertTrue(e.getMessage().contains("nowhere"), e.getMessage());
    }

    @Test
    void labelsAreBoundOnce() {
        var label = new Label("twice");
        assembler.bind(label);
        assertThrows(EncodingException.class, () -> assembler.bind(label));
    }

    @Test
    void operandsOutOfRangeAreRefused() {
        assertThrows(EncodingException.class, () -> ymm(32));
        assertThrows(EncodingException.class, () -> xmm(-1));
        assertThrows(EncodingException.class, () -> at(Gpr.RAX, Gpr.RSP, 1));
        assertThrows(EncodingException.class, () -> at(Gpr.RAX, Gpr.RCX, 3));
        assertThrows(EncodingException.class, () -> assembler.align(3));
        assertThrows(
                EncodingException.class,
                () -> assembler.shift(X86Assembler.Shift.SHL, Gpr.RAX, 64));
        assertThrows(
                EncodingException.class,
                () -> assembler.emit(Avx.VROUNDPS, ymm(0), ymm(0), Imm.imm(256)));
        assertEquals(0, assembler.size());
    }

    @Test
    void operandsOfOtherKindsAreRefused() {
        assertThrows(EncodingException.class, () -> assembler.emit(Avx.VADDPS, ymm(0), ymm(1)));
        assertThrows(
                EncodingException.class, () -> assembler.emit(Avx.VADDPS, ymm(0), ymm(1), xmm(2)));
        assertThrows(
                EncodingException.class,
                () -> assembler.emit(Avx.VADDPS, ymm(0), at(Gpr.RAX), ymm(2)));
        assertThrows(
                EncodingException.class, () -> assembler.emit(Avx.VADDSS, ymm(0), ymm(1), ymm(2)));
        assertThrows(EncodingException.class, () -> assembler.emit(Sse.ADDPS, xmm(0), Gpr.RAX));
    }

    @Test
    void instructionsThatTheProcessorLacksAreRefused() {
        var e =
                assertThrows(
                        EncodingException.class,
                        () -> assembler.emit(Avx.VFMADD231PS, ymm(0), ymm(1), ymm(2)));
        assertTrue(e.getMessage().contains("FMA"), e.getMessage());
    }

    @Test
    void registersOfAvx512AreRefusedInVexForm() {
        assertThrows(
                EncodingException.class, () -> assembler.emit(Avx.VADDPS, ymm(16), ymm(1), ymm(2)));
        assertThrows(
                EncodingException.class, () -> assembler.emit(Avx.VADDPS, zmm(0), zmm(1), zmm(2)));
        assertThrows(
                EncodingException.class,
                () -> assembler.emit(Avx.VMOVUPS, Masked.zeroing(ymm(0), Mask.K1), ymm(1)));
    }

    @Test
    void shortVectorsOfAvx512NeedTheFeature() {
        var a = new X86Assembler(Set.of(Feature.AVX512F));
        a.emit(Avx512.VADDPS, zmm(0), zmm(1), zmm(2));
        var e =
                assertThrows(
                        EncodingException.class,
                        () -> a.emit(Avx512.VADDPS, ymm(0), ymm(1), ymm(2)));
        assertTrue(e.getMessage().contains("AVX512VL"), e.getMessage());
    }

    @Test
    void masksAndSingleNumbersAreRefusedWhereTheyDoNotFit() {
        var a = new X86Assembler(Set.of(Feature.values()));
        assertThrows(EncodingException.class, () -> Masked.merging(zmm(0), Mask.K0));
        assertThrows(
                EncodingException.class,
                () -> a.emit(Avx512.VADDPS, zmm(0), zmm(1), Masked.merging(zmm(2), Mask.K1)));
        assertThrows(
                EncodingException.class,
                () -> a.emit(Avx512.VPADDB, zmm(0), zmm(1), new Broadcast(at(Gpr.RAX))));
        assertThrows(EncodingException.class, () -> a.emit(Avx512.VPMOVSXBW, zmm(0), Vec.xmm(1)));
    }

    @Test
    void alignmentUsesLongNops() {
        assembler.ret();
        assembler.align(16);
        assertArrayEquals(
                HexFormat.of().parseHex("c3" + "0f1f840000000000" + "0f1f8000000000"),
                assembler.finish());
    }
}
