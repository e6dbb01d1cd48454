package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Encoding.Map.M0F;
import static dev.tenon.asm.x86.Encoding.Map.M0F38;
import static dev.tenon.asm.x86.Encoding.Map.M0F3A;
import static dev.tenon.asm.x86.Encoding.Prefix.NP;
import static dev.tenon.asm.x86.Encoding.Prefix.P66;
import static dev.tenon.asm.x86.Encoding.Prefix.PF2;
import static dev.tenon.asm.x86.Encoding.Prefix.PF3;
import static dev.tenon.asm.x86.Encoding.digit;
import static dev.tenon.asm.x86.Encoding.of;
import static dev.tenon.asm.x86.Encoding.wide;
import static dev.tenon.asm.x86.Encoding.wideDigit;
import static dev.tenon.asm.x86.Feature.AVX512BW;
import static dev.tenon.asm.x86.Feature.AVX512DQ;
import static dev.tenon.asm.x86.Feature.AVX512F;
import static dev.tenon.asm.x86.Feature.AVX512_BF16;
import static dev.tenon.asm.x86.Feature.AVX512_VNNI;
import static dev.tenon.asm.x86.Signature.HM_V;
import static dev.tenon.asm.x86.Signature.HM_V_I;
import static dev.tenon.asm.x86.Signature.H_V;
import static dev.tenon.asm.x86.Signature.K_V;
import static dev.tenon.asm.x86.Signature.K_V_VM;
import static dev.tenon.asm.x86.Signature.K_V_VM_I;
import static dev.tenon.asm.x86.Signature.M_V;
import static dev.tenon.asm.x86.Signature.M_X;
import static dev.tenon.asm.x86.Signature.QM_V;
import static dev.tenon.asm.x86.Signature.RM_X;
import static dev.tenon.asm.x86.Signature.VM_V;
import static dev.tenon.asm.x86.Signature.V_HM;
import static dev.tenon.asm.x86.Signature.V_K;
import static dev.tenon.asm.x86.Signature.V_QM;
import static dev.tenon.asm.x86.Signature.V_R;
import static dev.tenon.asm.x86.Signature.V_VM;
import static dev.tenon.asm.x86.Signature.V_VM_I;
import static dev.tenon.asm.x86.Signature.V_VM_I_COUNTED;
import static dev.tenon.asm.x86.Signature.V_V_VM;
import static dev.tenon.asm.x86.Signature.V_V_VM_I;
import static dev.tenon.asm.x86.Signature.V_XM;
import static dev.tenon.asm.x86.Signature.W_M;
import static dev.tenon.asm.x86.Signature.W_WM_I;
import static dev.tenon.asm.x86.Signature.W_W_WM;
import static dev.tenon.asm.x86.Signature.W_W_WM_I;
import static dev.tenon.asm.x86.Signature.W_W_XM_I;
import static dev.tenon.asm.x86.Signature.W_XM;
import static dev.tenon.asm.x86.Signature.XM_W_I;
import static dev.tenon.asm.x86.Signature.X_M;
import static dev.tenon.asm.x86.Signature.X_RM;
import static dev.tenon.asm.x86.Signature.YM_Z_I;
import static dev.tenon.asm.x86.Signature.Z_M;
import static dev.tenon.asm.x86.Signature.Z_Z_YM_I;
import static dev.tenon.asm.x86.Tuple.BYTE;
import static dev.tenon.asm.x86.Tuple.FOUR;
import static dev.tenon.asm.x86.Tuple.FULL;
import static dev.tenon.asm.x86.Tuple.FULL_MEMORY;
import static dev.tenon.asm.x86.Tuple.HALF_MEMORY;
import static dev.tenon.asm.x86.Tuple.ONE;
import static dev.tenon.asm.x86.Tuple.QUARTER_MEMORY;
import static dev.tenon.asm.x86.Tuple.WORD;

import java.util.List;

/// Vector instructions with an EVEX prefix (Intel, Software Developer's Manual, volume 2).
public enum Avx512 implements VectorInstruction {
    VMOVUPS(
            AVX512F,
            of(V_VM, NP, M0F, 0x10).evex(FULL_MEMORY),
            of(VM_V, NP, M0F, 0x11).evex(FULL_MEMORY)),
    VMOVUPD(
            AVX512F,
            wide(V_VM, P66, M0F, 0x10).evex(FULL_MEMORY),
            wide(VM_V, P66, M0F, 0x11).evex(FULL_MEMORY)),
    VMOVAPS(
            AVX512F,
            of(V_VM, NP, M0F, 0x28).evex(FULL_MEMORY),
            of(VM_V, NP, M0F, 0x29).evex(FULL_MEMORY)),
    VMOVAPD(
            AVX512F,
            wide(V_VM, P66, M0F, 0x28).evex(FULL_MEMORY),
            wide(VM_V, P66, M0F, 0x29).evex(FULL_MEMORY)),
    VMOVDQU8(
            AVX512BW,
            of(V_VM, PF2, M0F, 0x6F).evex(FULL_MEMORY),
            of(VM_V, PF2, M0F, 0x7F).evex(FULL_MEMORY)),
    VMOVDQU16(
            AVX512BW,
            wide(V_VM, PF2, M0F, 0x6F).evex(FULL_MEMORY),
            wide(VM_V, PF2, M0F, 0x7F).evex(FULL_MEMORY)),
    VMOVDQU32(
            AVX512F,
            of(V_VM, PF3, M0F, 0x6F).evex(FULL_MEMORY),
            of(VM_V, PF3, M0F, 0x7F).evex(FULL_MEMORY)),
    VMOVDQU64(
            AVX512F,
            wide(V_VM, PF3, M0F, 0x6F).evex(FULL_MEMORY),
            wide(VM_V, PF3, M0F, 0x7F).evex(FULL_MEMORY)),
    VMOVDQA32(
            AVX512F,
            of(V_VM, P66, M0F, 0x6F).evex(FULL_MEMORY),
            of(VM_V, P66, M0F, 0x7F).evex(FULL_MEMORY)),
    VMOVDQA64(
            AVX512F,
            wide(V_VM, P66, M0F, 0x6F).evex(FULL_MEMORY),
            wide(VM_V, P66, M0F, 0x7F).evex(FULL_MEMORY)),
    VMOVNTPS(AVX512F, of(M_V, NP, M0F, 0x2B).evex(FULL_MEMORY)),
    VMOVNTDQ(AVX512F, of(M_V, P66, M0F, 0xE7).evex(FULL_MEMORY)),
    VMOVD(AVX512F, of(X_RM, P66, M0F, 0x6E).evex(ONE), of(RM_X, P66, M0F, 0x7E).evex(ONE)),
    VMOVSS(AVX512F, of(X_M, PF3, M0F, 0x10).evex(ONE), of(M_X, PF3, M0F, 0x11).evex(ONE)),
    VMOVSD(AVX512F, wide(X_M, PF2, M0F, 0x10).evex(ONE), wide(M_X, PF2, M0F, 0x11).evex(ONE)),
    VADDPS(AVX512F, of(V_V_VM, NP, M0F, 0x58).evex(FULL)),
    VADDPD(AVX512F, wide(V_V_VM, P66, M0F, 0x58).evex(FULL)),
    VMULPS(AVX512F, of(V_V_VM, NP, M0F, 0x59).evex(FULL)),
    VMULPD(AVX512F, wide(V_V_VM, P66, M0F, 0x59).evex(FULL)),
    VSUBPS(AVX512F, of(V_V_VM, NP, M0F, 0x5C).evex(FULL)),
    VSUBPD(AVX512F, wide(V_V_VM, P66, M0F, 0x5C).evex(FULL)),
    VMINPS(AVX512F, of(V_V_VM, NP, M0F, 0x5D).evex(FULL)),
    VMINPD(AVX512F, wide(V_V_VM, P66, M0F, 0x5D).evex(FULL)),
    VDIVPS(AVX512F, of(V_V_VM, NP, M0F, 0x5E).evex(FULL)),
    VDIVPD(AVX512F, wide(V_V_VM, P66, M0F, 0x5E).evex(FULL)),
    VMAXPS(AVX512F, of(V_V_VM, NP, M0F, 0x5F).evex(FULL)),
    VMAXPD(AVX512F, wide(V_V_VM, P66, M0F, 0x5F).evex(FULL)),
    VANDPS(AVX512DQ, of(V_V_VM, NP, M0F, 0x54).evex(FULL)),
    VANDPD(AVX512DQ, wide(V_V_VM, P66, M0F, 0x54).evex(FULL)),
    VANDNPS(AVX512DQ, of(V_V_VM, NP, M0F, 0x55).evex(FULL)),
    VANDNPD(AVX512DQ, wide(V_V_VM, P66, M0F, 0x55).evex(FULL)),
    VORPS(AVX512DQ, of(V_V_VM, NP, M0F, 0x56).evex(FULL)),
    VORPD(AVX512DQ, wide(V_V_VM, P66, M0F, 0x56).evex(FULL)),
    VXORPS(AVX512DQ, of(V_V_VM, NP, M0F, 0x57).evex(FULL)),
    VXORPD(AVX512DQ, wide(V_V_VM, P66, M0F, 0x57).evex(FULL)),
    VUNPCKLPS(AVX512F, of(V_V_VM, NP, M0F, 0x14).evex(FULL)),
    VUNPCKLPD(AVX512F, wide(V_V_VM, P66, M0F, 0x14).evex(FULL)),
    VUNPCKHPS(AVX512F, of(V_V_VM, NP, M0F, 0x15).evex(FULL)),
    VUNPCKHPD(AVX512F, wide(V_V_VM, P66, M0F, 0x15).evex(FULL)),
    VSQRTPS(AVX512F, of(V_VM, NP, M0F, 0x51).evex(FULL)),
    VSQRTPD(AVX512F, wide(V_VM, P66, M0F, 0x51).evex(FULL)),
    VRCP14PS(AVX512F, of(V_VM, P66, M0F38, 0x4C).evex(FULL)),
    VRSQRT14PS(AVX512F, of(V_VM, P66, M0F38, 0x4E).evex(FULL)),
    VCMPPS(AVX512F, of(K_V_VM_I, NP, M0F, 0xC2).evex(FULL)),
    VCMPPD(AVX512F, wide(K_V_VM_I, P66, M0F, 0xC2).evex(FULL)),
    VSHUFPS(AVX512F, of(V_V_VM_I, NP, M0F, 0xC6).evex(FULL)),
    VSHUFPD(AVX512F, wide(V_V_VM_I, P66, M0F, 0xC6).evex(FULL)),
    VRNDSCALEPS(AVX512F, of(V_VM_I, P66, M0F3A, 0x08).evex(FULL)),
    VRNDSCALEPD(AVX512F, wide(V_VM_I, P66, M0F3A, 0x09).evex(FULL)),
    VSCALEFPS(AVX512F, of(V_V_VM, P66, M0F38, 0x2C).evex(FULL)),
    VGETEXPPS(AVX512F, of(V_VM, P66, M0F38, 0x42).evex(FULL)),
    VGETMANTPS(AVX512F, of(V_VM_I, P66, M0F3A, 0x26).evex(FULL)),
    VBLENDMPS(AVX512F, of(V_V_VM, P66, M0F38, 0x65).evex(FULL)),
    VBLENDMPD(AVX512F, wide(V_V_VM, P66, M0F38, 0x65).evex(FULL)),
    VPBLENDMB(AVX512BW, of(V_V_VM, P66, M0F38, 0x66).evex(FULL_MEMORY)),
    VPBLENDMW(AVX512BW, wide(V_V_VM, P66, M0F38, 0x66).evex(FULL_MEMORY)),
    VPBLENDMD(AVX512F, of(V_V_VM, P66, M0F38, 0x64).evex(FULL)),
    VPBLENDMQ(AVX512F, wide(V_V_VM, P66, M0F38, 0x64).evex(FULL)),
    VFMADD132PS(AVX512F, of(V_V_VM, P66, M0F38, 0x98).evex(FULL)),
    VFMADD132PD(AVX512F, wide(V_V_VM, P66, M0F38, 0x98).evex(FULL)),
    VFMADD213PS(AVX512F, of(V_V_VM, P66, M0F38, 0xA8).evex(FULL)),
    VFMADD213PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xA8).evex(FULL)),
    VFMADD231PS(AVX512F, of(V_V_VM, P66, M0F38, 0xB8).evex(FULL)),
    VFMADD231PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xB8).evex(FULL)),
    VFMSUB132PS(AVX512F, of(V_V_VM, P66, M0F38, 0x9A).evex(FULL)),
    VFMSUB132PD(AVX512F, wide(V_V_VM, P66, M0F38, 0x9A).evex(FULL)),
    VFMSUB213PS(AVX512F, of(V_V_VM, P66, M0F38, 0xAA).evex(FULL)),
    VFMSUB213PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xAA).evex(FULL)),
    VFMSUB231PS(AVX512F, of(V_V_VM, P66, M0F38, 0xBA).evex(FULL)),
    VFMSUB231PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xBA).evex(FULL)),
    VFNMADD132PS(AVX512F, of(V_V_VM, P66, M0F38, 0x9C).evex(FULL)),
    VFNMADD132PD(AVX512F, wide(V_V_VM, P66, M0F38, 0x9C).evex(FULL)),
    VFNMADD213PS(AVX512F, of(V_V_VM, P66, M0F38, 0xAC).evex(FULL)),
    VFNMADD213PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xAC).evex(FULL)),
    VFNMADD231PS(AVX512F, of(V_V_VM, P66, M0F38, 0xBC).evex(FULL)),
    VFNMADD231PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xBC).evex(FULL)),
    VFNMSUB132PS(AVX512F, of(V_V_VM, P66, M0F38, 0x9E).evex(FULL)),
    VFNMSUB132PD(AVX512F, wide(V_V_VM, P66, M0F38, 0x9E).evex(FULL)),
    VFNMSUB213PS(AVX512F, of(V_V_VM, P66, M0F38, 0xAE).evex(FULL)),
    VFNMSUB213PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xAE).evex(FULL)),
    VFNMSUB231PS(AVX512F, of(V_V_VM, P66, M0F38, 0xBE).evex(FULL)),
    VFNMSUB231PD(AVX512F, wide(V_V_VM, P66, M0F38, 0xBE).evex(FULL)),
    VCVTDQ2PS(AVX512F, of(V_VM, NP, M0F, 0x5B).evex(FULL)),
    VCVTPS2DQ(AVX512F, of(V_VM, P66, M0F, 0x5B).evex(FULL)),
    VCVTTPS2DQ(AVX512F, of(V_VM, PF3, M0F, 0x5B).evex(FULL)),
    VCVTPH2PS(AVX512F, of(V_HM, P66, M0F38, 0x13).evex(HALF_MEMORY)),
    VCVTPS2PH(AVX512F, of(HM_V_I, P66, M0F3A, 0x1D).evex(HALF_MEMORY)),
    VBROADCASTSS(AVX512F, of(V_XM, P66, M0F38, 0x18).evex(ONE)),
    VBROADCASTSD(AVX512F, wide(W_XM, P66, M0F38, 0x19).evex(ONE)),
    VBROADCASTF32X4(AVX512F, of(W_M, P66, M0F38, 0x1A).evex(FOUR)),
    VBROADCASTF64X4(AVX512F, wide(Z_M, P66, M0F38, 0x1B).evex(FOUR)),
    VBROADCASTI32X4(AVX512F, of(W_M, P66, M0F38, 0x5A).evex(FOUR)),
    VBROADCASTI64X4(AVX512F, wide(Z_M, P66, M0F38, 0x5B).evex(FOUR)),
    VPBROADCASTB(
            AVX512BW, of(V_XM, P66, M0F38, 0x78).evex(BYTE), of(V_R, P66, M0F38, 0x7A).evex(BYTE)),
    VPBROADCASTW(
            AVX512BW, of(V_XM, P66, M0F38, 0x79).evex(WORD), of(V_R, P66, M0F38, 0x7B).evex(WORD)),
    VPBROADCASTD(
            AVX512F, of(V_XM, P66, M0F38, 0x58).evex(ONE), of(V_R, P66, M0F38, 0x7C).evex(ONE)),
    VPBROADCASTQ(
            AVX512F, wide(V_XM, P66, M0F38, 0x59).evex(ONE), wide(V_R, P66, M0F38, 0x7C).evex(ONE)),
    VPERMILPS(
            AVX512F,
            of(V_VM_I, P66, M0F3A, 0x04).evex(FULL),
            of(V_V_VM, P66, M0F38, 0x0C).evex(FULL)),
    VPERMPS(AVX512F, of(W_W_WM, P66, M0F38, 0x16).evex(FULL)),
    VPERMPD(AVX512F, wide(W_WM_I, P66, M0F3A, 0x01).evex(FULL)),
    VPERMD(AVX512F, of(W_W_WM, P66, M0F38, 0x36).evex(FULL)),
    VPERMQ(AVX512F, wide(W_WM_I, P66, M0F3A, 0x00).evex(FULL)),
    VPERMW(AVX512BW, wide(V_V_VM, P66, M0F38, 0x8D).evex(FULL_MEMORY)),
    VPERMI2PS(AVX512F, of(V_V_VM, P66, M0F38, 0x77).evex(FULL)),
    VPERMT2PS(AVX512F, of(V_V_VM, P66, M0F38, 0x7F).evex(FULL)),
    VPERMI2D(AVX512F, of(V_V_VM, P66, M0F38, 0x76).evex(FULL)),
    VPERMT2D(AVX512F, of(V_V_VM, P66, M0F38, 0x7E).evex(FULL)),
    VSHUFF32X4(AVX512F, of(W_W_WM_I, P66, M0F3A, 0x23).evex(FULL)),
    VSHUFF64X2(AVX512F, wide(W_W_WM_I, P66, M0F3A, 0x23).evex(FULL)),
    VSHUFI32X4(AVX512F, of(W_W_WM_I, P66, M0F3A, 0x43).evex(FULL)),
    VSHUFI64X2(AVX512F, wide(W_W_WM_I, P66, M0F3A, 0x43).evex(FULL)),
    VINSERTF32X4(AVX512F, of(W_W_XM_I, P66, M0F3A, 0x18).evex(FOUR)),
    VINSERTF64X4(AVX512F, wide(Z_Z_YM_I, P66, M0F3A, 0x1A).evex(FOUR)),
    VINSERTI32X4(AVX512F, of(W_W_XM_I, P66, M0F3A, 0x38).evex(FOUR)),
    VINSERTI64X4(AVX512F, wide(Z_Z_YM_I, P66, M0F3A, 0x3A).evex(FOUR)),
    VEXTRACTF32X4(AVX512F, of(XM_W_I, P66, M0F3A, 0x19).evex(FOUR)),
    VEXTRACTF64X4(AVX512F, wide(YM_Z_I, P66, M0F3A, 0x1B).evex(FOUR)),
    VEXTRACTI32X4(AVX512F, of(XM_W_I, P66, M0F3A, 0x39).evex(FOUR)),
    VEXTRACTI64X4(AVX512F, wide(YM_Z_I, P66, M0F3A, 0x3B).evex(FOUR)),
    VALIGND(AVX512F, of(V_V_VM_I, P66, M0F3A, 0x03).evex(FULL)),
    VALIGNQ(AVX512F, wide(V_V_VM_I, P66, M0F3A, 0x03).evex(FULL)),
    VPTERNLOGD(AVX512F, of(V_V_VM_I, P66, M0F3A, 0x25).evex(FULL)),
    VPTERNLOGQ(AVX512F, wide(V_V_VM_I, P66, M0F3A, 0x25).evex(FULL)),
    VPSHUFD(AVX512F, of(V_VM_I, P66, M0F, 0x70).evex(FULL)),
    VPSHUFB(AVX512BW, of(V_V_VM, P66, M0F38, 0x00).evex(FULL_MEMORY)),
    VPALIGNR(AVX512BW, of(V_V_VM_I, P66, M0F3A, 0x0F).evex(FULL_MEMORY)),
    VPADDB(AVX512BW, of(V_V_VM, P66, M0F, 0xFC).evex(FULL_MEMORY)),
    VPADDW(AVX512BW, of(V_V_VM, P66, M0F, 0xFD).evex(FULL_MEMORY)),
    VPADDD(AVX512F, of(V_V_VM, P66, M0F, 0xFE).evex(FULL)),
    VPADDQ(AVX512F, wide(V_V_VM, P66, M0F, 0xD4).evex(FULL)),
    VPADDSW(AVX512BW, of(V_V_VM, P66, M0F, 0xED).evex(FULL_MEMORY)),
    VPSUBB(AVX512BW, of(V_V_VM, P66, M0F, 0xF8).evex(FULL_MEMORY)),
    VPSUBW(AVX512BW, of(V_V_VM, P66, M0F, 0xF9).evex(FULL_MEMORY)),
    VPSUBD(AVX512F, of(V_V_VM, P66, M0F, 0xFA).evex(FULL)),
    VPSUBQ(AVX512F, wide(V_V_VM, P66, M0F, 0xFB).evex(FULL)),
    VPMULLW(AVX512BW, of(V_V_VM, P66, M0F, 0xD5).evex(FULL_MEMORY)),
    VPMULHW(AVX512BW, of(V_V_VM, P66, M0F, 0xE5).evex(FULL_MEMORY)),
    VPMULLD(AVX512F, of(V_V_VM, P66, M0F38, 0x40).evex(FULL)),
    VPMULUDQ(AVX512F, wide(V_V_VM, P66, M0F, 0xF4).evex(FULL)),
    VPMADDWD(AVX512BW, of(V_V_VM, P66, M0F, 0xF5).evex(FULL_MEMORY)),
    VPMADDUBSW(AVX512BW, of(V_V_VM, P66, M0F38, 0x04).evex(FULL_MEMORY)),
    VPANDD(AVX512F, of(V_V_VM, P66, M0F, 0xDB).evex(FULL)),
    VPANDQ(AVX512F, wide(V_V_VM, P66, M0F, 0xDB).evex(FULL)),
    VPANDND(AVX512F, of(V_V_VM, P66, M0F, 0xDF).evex(FULL)),
    VPANDNQ(AVX512F, wide(V_V_VM, P66, M0F, 0xDF).evex(FULL)),
    VPORD(AVX512F, of(V_V_VM, P66, M0F, 0xEB).evex(FULL)),
    VPORQ(AVX512F, wide(V_V_VM, P66, M0F, 0xEB).evex(FULL)),
    VPXORD(AVX512F, of(V_V_VM, P66, M0F, 0xEF).evex(FULL)),
    VPXORQ(AVX512F, wide(V_V_VM, P66, M0F, 0xEF).evex(FULL)),
    VPMINSB(AVX512BW, of(V_V_VM, P66, M0F38, 0x38).evex(FULL_MEMORY)),
    VPMINSW(AVX512BW, of(V_V_VM, P66, M0F, 0xEA).evex(FULL_MEMORY)),
    VPMINSD(AVX512F, of(V_V_VM, P66, M0F38, 0x39).evex(FULL)),
    VPMINUB(AVX512BW, of(V_V_VM, P66, M0F, 0xDA).evex(FULL_MEMORY)),
    VPMINUD(AVX512F, of(V_V_VM, P66, M0F38, 0x3B).evex(FULL)),
    VPMAXSB(AVX512BW, of(V_V_VM, P66, M0F38, 0x3C).evex(FULL_MEMORY)),
    VPMAXSW(AVX512BW, of(V_V_VM, P66, M0F, 0xEE).evex(FULL_MEMORY)),
    VPMAXSD(AVX512F, of(V_V_VM, P66, M0F38, 0x3D).evex(FULL)),
    VPMAXUB(AVX512BW, of(V_V_VM, P66, M0F, 0xDE).evex(FULL_MEMORY)),
    VPMAXUD(AVX512F, of(V_V_VM, P66, M0F38, 0x3F).evex(FULL)),
    VPACKSSWB(AVX512BW, of(V_V_VM, P66, M0F, 0x63).evex(FULL_MEMORY)),
    VPACKUSWB(AVX512BW, of(V_V_VM, P66, M0F, 0x67).evex(FULL_MEMORY)),
    VPACKSSDW(AVX512BW, of(V_V_VM, P66, M0F, 0x6B).evex(FULL)),
    VPACKUSDW(AVX512BW, of(V_V_VM, P66, M0F38, 0x2B).evex(FULL)),
    VPUNPCKLBW(AVX512BW, of(V_V_VM, P66, M0F, 0x60).evex(FULL_MEMORY)),
    VPUNPCKHBW(AVX512BW, of(V_V_VM, P66, M0F, 0x68).evex(FULL_MEMORY)),
    VPUNPCKLWD(AVX512BW, of(V_V_VM, P66, M0F, 0x61).evex(FULL_MEMORY)),
    VPUNPCKHWD(AVX512BW, of(V_V_VM, P66, M0F, 0x69).evex(FULL_MEMORY)),
    VPUNPCKLDQ(AVX512F, of(V_V_VM, P66, M0F, 0x62).evex(FULL)),
    VPUNPCKHDQ(AVX512F, of(V_V_VM, P66, M0F, 0x6A).evex(FULL)),
    VPUNPCKLQDQ(AVX512F, wide(V_V_VM, P66, M0F, 0x6C).evex(FULL)),
    VPUNPCKHQDQ(AVX512F, wide(V_V_VM, P66, M0F, 0x6D).evex(FULL)),
    VPABSB(AVX512BW, of(V_VM, P66, M0F38, 0x1C).evex(FULL_MEMORY)),
    VPABSW(AVX512BW, of(V_VM, P66, M0F38, 0x1D).evex(FULL_MEMORY)),
    VPABSD(AVX512F, of(V_VM, P66, M0F38, 0x1E).evex(FULL)),
    VPMOVSXBW(AVX512BW, of(V_HM, P66, M0F38, 0x20).evex(HALF_MEMORY)),
    VPMOVSXBD(AVX512F, of(V_QM, P66, M0F38, 0x21).evex(QUARTER_MEMORY)),
    VPMOVSXWD(AVX512F, of(V_HM, P66, M0F38, 0x23).evex(HALF_MEMORY)),
    VPMOVZXBW(AVX512BW, of(V_HM, P66, M0F38, 0x30).evex(HALF_MEMORY)),
    VPMOVZXBD(AVX512F, of(V_QM, P66, M0F38, 0x31).evex(QUARTER_MEMORY)),
    VPMOVZXWD(AVX512F, of(V_HM, P66, M0F38, 0x33).evex(HALF_MEMORY)),
    VPMOVDB(AVX512F, of(QM_V, PF3, M0F38, 0x31).evex(QUARTER_MEMORY)),
    VPMOVSDB(AVX512F, of(QM_V, PF3, M0F38, 0x21).evex(QUARTER_MEMORY)),
    VPMOVUSDB(AVX512F, of(QM_V, PF3, M0F38, 0x11).evex(QUARTER_MEMORY)),
    VPMOVDW(AVX512F, of(HM_V, PF3, M0F38, 0x33).evex(HALF_MEMORY)),
    VPMOVSDW(AVX512F, of(HM_V, PF3, M0F38, 0x23).evex(HALF_MEMORY)),
    VPMOVWB(AVX512BW, of(HM_V, PF3, M0F38, 0x30).evex(HALF_MEMORY)),
    VPSRLW(AVX512BW, digit(V_VM_I_COUNTED, P66, M0F, 0x71, 2).evex(FULL_MEMORY)),
    VPSRAW(AVX512BW, digit(V_VM_I_COUNTED, P66, M0F, 0x71, 4).evex(FULL_MEMORY)),
    VPSLLW(AVX512BW, digit(V_VM_I_COUNTED, P66, M0F, 0x71, 6).evex(FULL_MEMORY)),
    VPSRLD(AVX512F, digit(V_VM_I_COUNTED, P66, M0F, 0x72, 2).evex(FULL)),
    VPSRAD(AVX512F, digit(V_VM_I_COUNTED, P66, M0F, 0x72, 4).evex(FULL)),
    VPSLLD(AVX512F, digit(V_VM_I_COUNTED, P66, M0F, 0x72, 6).evex(FULL)),
    VPSRAQ(AVX512F, wideDigit(V_VM_I_COUNTED, P66, M0F, 0x72, 4).evex(FULL)),
    VPSRLQ(AVX512F, wideDigit(V_VM_I_COUNTED, P66, M0F, 0x73, 2).evex(FULL)),
    VPSLLQ(AVX512F, wideDigit(V_VM_I_COUNTED, P66, M0F, 0x73, 6).evex(FULL)),
    VPSRLVD(AVX512F, of(V_V_VM, P66, M0F38, 0x45).evex(FULL)),
    VPSRAVD(AVX512F, of(V_V_VM, P66, M0F38, 0x46).evex(FULL)),
    VPSLLVD(AVX512F, of(V_V_VM, P66, M0F38, 0x47).evex(FULL)),
    VPMOVM2D(AVX512DQ, of(V_K, PF3, M0F38, 0x38).evex(FULL_MEMORY)),
    VPMOVM2B(AVX512BW, of(V_K, PF3, M0F38, 0x28).evex(FULL_MEMORY)),
    VPMOVD2M(AVX512DQ, of(K_V, PF3, M0F38, 0x39).evex(FULL_MEMORY)),
    VPMOVB2M(AVX512BW, of(K_V, PF3, M0F38, 0x29).evex(FULL_MEMORY)),
    VPTESTMD(AVX512F, of(K_V_VM, P66, M0F38, 0x27).evex(FULL)),
    VPTESTNMD(AVX512F, of(K_V_VM, PF3, M0F38, 0x27).evex(FULL)),
    VPCMPD(AVX512F, of(K_V_VM_I, P66, M0F3A, 0x1F).evex(FULL)),
    VPCMPUD(AVX512F, of(K_V_VM_I, P66, M0F3A, 0x1E).evex(FULL)),
    VPCMPB(AVX512BW, of(K_V_VM_I, P66, M0F3A, 0x3F).evex(FULL_MEMORY)),
    VPCMPEQD(AVX512F, of(K_V_VM, P66, M0F, 0x76).evex(FULL)),
    VPCMPGTD(AVX512F, of(K_V_VM, P66, M0F, 0x66).evex(FULL)),
    VCOMPRESSPS(AVX512F, of(VM_V, P66, M0F38, 0x8A).evex(ONE)),
    VEXPANDPS(AVX512F, of(V_VM, P66, M0F38, 0x88).evex(ONE)),
    VPDPBUSD(AVX512_VNNI, of(V_V_VM, P66, M0F38, 0x50).evex(FULL)),
    VPDPBUSDS(AVX512_VNNI, of(V_V_VM, P66, M0F38, 0x51).evex(FULL)),
    VPDPWSSD(AVX512_VNNI, of(V_V_VM, P66, M0F38, 0x52).evex(FULL)),
    VPDPWSSDS(AVX512_VNNI, of(V_V_VM, P66, M0F38, 0x53).evex(FULL)),
    VDPBF16PS(AVX512_BF16, of(V_V_VM, PF3, M0F38, 0x52).evex(FULL)),
    VCVTNE2PS2BF16(AVX512_BF16, of(V_V_VM, PF2, M0F38, 0x72).evex(FULL)),
    VCVTNEPS2BF16(AVX512_BF16, of(H_V, PF3, M0F38, 0x72).evex(FULL_MEMORY));

    private final Feature feature;
    private final List<Encoding> encodings;

    Avx512(Feature feature, Encoding... encodings) {
        this.feature = feature;
        this.encodings = List.of(encodings);
    }

    /// What the processor must have; [Feature#AVX512VL] too where no vector is a `zmm` register.
    @Override
    public Feature feature() {
        return feature;
    }

    @Override
    public List<Encoding> encodings() {
        return encodings;
    }
}
