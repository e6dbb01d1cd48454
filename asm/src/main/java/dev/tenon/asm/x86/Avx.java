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
import static dev.tenon.asm.x86.Feature.AVX;
import static dev.tenon.asm.x86.Feature.AVX2;
import static dev.tenon.asm.x86.Feature.AVX_VNNI;
import static dev.tenon.asm.x86.Feature.BMI2;
import static dev.tenon.asm.x86.Feature.F16C;
import static dev.tenon.asm.x86.Feature.FMA;
import static dev.tenon.asm.x86.Signature.M_V;
import static dev.tenon.asm.x86.Signature.M_V_V;
import static dev.tenon.asm.x86.Signature.M_X;
import static dev.tenon.asm.x86.Signature.NONE;
import static dev.tenon.asm.x86.Signature.RM_X;
import static dev.tenon.asm.x86.Signature.R_RM_R;
import static dev.tenon.asm.x86.Signature.R_V;
import static dev.tenon.asm.x86.Signature.R_X;
import static dev.tenon.asm.x86.Signature.R_XM;
import static dev.tenon.asm.x86.Signature.VM_V;
import static dev.tenon.asm.x86.Signature.V_M;
import static dev.tenon.asm.x86.Signature.V_VM;
import static dev.tenon.asm.x86.Signature.V_VM_I;
import static dev.tenon.asm.x86.Signature.V_V_I;
import static dev.tenon.asm.x86.Signature.V_V_M;
import static dev.tenon.asm.x86.Signature.V_V_VM;
import static dev.tenon.asm.x86.Signature.V_V_VM_I;
import static dev.tenon.asm.x86.Signature.V_V_VM_V;
import static dev.tenon.asm.x86.Signature.V_XM;
import static dev.tenon.asm.x86.Signature.XM_V_I;
import static dev.tenon.asm.x86.Signature.XM_X;
import static dev.tenon.asm.x86.Signature.XM_Y_I;
import static dev.tenon.asm.x86.Signature.X_M;
import static dev.tenon.asm.x86.Signature.X_R;
import static dev.tenon.asm.x86.Signature.X_RM;
import static dev.tenon.asm.x86.Signature.X_XM;
import static dev.tenon.asm.x86.Signature.X_X_RM;
import static dev.tenon.asm.x86.Signature.X_X_X;
import static dev.tenon.asm.x86.Signature.X_X_XM;
import static dev.tenon.asm.x86.Signature.X_X_X_STORED;
import static dev.tenon.asm.x86.Signature.Y_YM_I;
import static dev.tenon.asm.x86.Signature.Y_Y_XM_I;
import static dev.tenon.asm.x86.Signature.Y_Y_YM;
import static dev.tenon.asm.x86.Signature.Y_Y_YM_I;

import java.util.List;

/// Vector instructions with a VEX prefix (Intel, Software Developer's Manual, volume 2).
public enum Avx implements VectorInstruction {
    VMOVUPS(AVX, of(V_VM, NP, M0F, 0x10), of(VM_V, NP, M0F, 0x11)),
    VMOVUPD(AVX, of(V_VM, P66, M0F, 0x10), of(VM_V, P66, M0F, 0x11)),
    VMOVAPS(AVX, of(V_VM, NP, M0F, 0x28), of(VM_V, NP, M0F, 0x29)),
    VMOVAPD(AVX, of(V_VM, P66, M0F, 0x28), of(VM_V, P66, M0F, 0x29)),
    VMOVDQU(AVX, of(V_VM, PF3, M0F, 0x6F), of(VM_V, PF3, M0F, 0x7F)),
    VMOVDQA(AVX, of(V_VM, P66, M0F, 0x6F), of(VM_V, P66, M0F, 0x7F)),
    VMOVNTPS(AVX, of(M_V, NP, M0F, 0x2B)),
    VMOVNTDQ(AVX, of(M_V, P66, M0F, 0xE7)),
    VMOVSS(
            AVX,
            of(X_M, PF3, M0F, 0x10),
            of(M_X, PF3, M0F, 0x11),
            of(X_X_X, PF3, M0F, 0x10),
            of(X_X_X_STORED, PF3, M0F, 0x11)),
    VMOVSD(
            AVX,
            of(X_M, PF2, M0F, 0x10),
            of(M_X, PF2, M0F, 0x11),
            of(X_X_X, PF2, M0F, 0x10),
            of(X_X_X_STORED, PF2, M0F, 0x11)),
    VMOVD(AVX, of(X_RM, P66, M0F, 0x6E), of(RM_X, P66, M0F, 0x7E)),
    VMOVQ(
            AVX,
            of(X_XM, PF3, M0F, 0x7E),
            of(XM_X, P66, M0F, 0xD6),
            wide(X_R, P66, M0F, 0x6E),
            wide(R_X, P66, M0F, 0x7E)),
    VMASKMOVPS(AVX, of(V_V_M, P66, M0F38, 0x2C), of(M_V_V, P66, M0F38, 0x2E)),
    VPMASKMOVD(AVX2, of(V_V_M, P66, M0F38, 0x8C), of(M_V_V, P66, M0F38, 0x8E)),
    VPMASKMOVQ(AVX2, wide(V_V_M, P66, M0F38, 0x8C), wide(M_V_V, P66, M0F38, 0x8E)),
    VADDPS(AVX, of(V_V_VM, NP, M0F, 0x58)),
    VADDPD(AVX, of(V_V_VM, P66, M0F, 0x58)),
    VADDSS(AVX, of(X_X_XM, PF3, M0F, 0x58)),
    VADDSD(AVX, of(X_X_XM, PF2, M0F, 0x58)),
    VMULPS(AVX, of(V_V_VM, NP, M0F, 0x59)),
    VMULPD(AVX, of(V_V_VM, P66, M0F, 0x59)),
    VMULSS(AVX, of(X_X_XM, PF3, M0F, 0x59)),
    VMULSD(AVX, of(X_X_XM, PF2, M0F, 0x59)),
    VSUBPS(AVX, of(V_V_VM, NP, M0F, 0x5C)),
    VSUBPD(AVX, of(V_V_VM, P66, M0F, 0x5C)),
    VSUBSS(AVX, of(X_X_XM, PF3, M0F, 0x5C)),
    VSUBSD(AVX, of(X_X_XM, PF2, M0F, 0x5C)),
    VMINPS(AVX, of(V_V_VM, NP, M0F, 0x5D)),
    VMINPD(AVX, of(V_V_VM, P66, M0F, 0x5D)),
    VMINSS(AVX, of(X_X_XM, PF3, M0F, 0x5D)),
    VMINSD(AVX, of(X_X_XM, PF2, M0F, 0x5D)),
    VDIVPS(AVX, of(V_V_VM, NP, M0F, 0x5E)),
    VDIVPD(AVX, of(V_V_VM, P66, M0F, 0x5E)),
    VDIVSS(AVX, of(X_X_XM, PF3, M0F, 0x5E)),
    VDIVSD(AVX, of(X_X_XM, PF2, M0F, 0x5E)),
    VMAXPS(AVX, of(V_V_VM, NP, M0F, 0x5F)),
    VMAXPD(AVX, of(V_V_VM, P66, M0F, 0x5F)),
    VMAXSS(AVX, of(X_X_XM, PF3, M0F, 0x5F)),
    VMAXSD(AVX, of(X_X_XM, PF2, M0F, 0x5F)),
    VANDPS(AVX, of(V_V_VM, NP, M0F, 0x54)),
    VANDPD(AVX, of(V_V_VM, P66, M0F, 0x54)),
    VANDNPS(AVX, of(V_V_VM, NP, M0F, 0x55)),
    VANDNPD(AVX, of(V_V_VM, P66, M0F, 0x55)),
    VORPS(AVX, of(V_V_VM, NP, M0F, 0x56)),
    VORPD(AVX, of(V_V_VM, P66, M0F, 0x56)),
    VXORPS(AVX, of(V_V_VM, NP, M0F, 0x57)),
    VXORPD(AVX, of(V_V_VM, P66, M0F, 0x57)),
    VUNPCKLPS(AVX, of(V_V_VM, NP, M0F, 0x14)),
    VUNPCKLPD(AVX, of(V_V_VM, P66, M0F, 0x14)),
    VUNPCKHPS(AVX, of(V_V_VM, NP, M0F, 0x15)),
    VUNPCKHPD(AVX, of(V_V_VM, P66, M0F, 0x15)),
    VHADDPS(AVX, of(V_V_VM, PF2, M0F, 0x7C)),
    VSQRTPS(AVX, of(V_VM, NP, M0F, 0x51)),
    VSQRTPD(AVX, of(V_VM, P66, M0F, 0x51)),
    VSQRTSS(AVX, of(X_X_XM, PF3, M0F, 0x51)),
    VSQRTSD(AVX, of(X_X_XM, PF2, M0F, 0x51)),
    VRSQRTPS(AVX, of(V_VM, NP, M0F, 0x52)),
    VRCPPS(AVX, of(V_VM, NP, M0F, 0x53)),
    VCMPPS(AVX, of(V_V_VM_I, NP, M0F, 0xC2)),
    VSHUFPS(AVX, of(V_V_VM_I, NP, M0F, 0xC6)),
    VCMPPD(AVX, of(V_V_VM_I, P66, M0F, 0xC2)),
    VSHUFPD(AVX, of(V_V_VM_I, P66, M0F, 0xC6)),
    VROUNDPS(AVX, of(V_VM_I, P66, M0F3A, 0x08)),
    VROUNDPD(AVX, of(V_VM_I, P66, M0F3A, 0x09)),
    VBLENDPS(AVX, of(V_V_VM_I, P66, M0F3A, 0x0C)),
    VBLENDVPS(AVX, of(V_V_VM_V, P66, M0F3A, 0x4A)),
    VPBLENDVB(AVX2, of(V_V_VM_V, P66, M0F3A, 0x4C)),
    VUCOMISS(AVX, of(X_XM, NP, M0F, 0x2E)),
    VUCOMISD(AVX, of(X_XM, P66, M0F, 0x2E)),
    VMOVMSKPS(AVX, of(R_V, NP, M0F, 0x50)),
    VPTEST(AVX, of(V_VM, P66, M0F38, 0x17)),
    VFMADD132PS(FMA, of(V_V_VM, P66, M0F38, 0x98)),
    VFMADD132PD(FMA, wide(V_V_VM, P66, M0F38, 0x98)),
    VFMADD132SS(FMA, of(X_X_XM, P66, M0F38, 0x99)),
    VFMADD132SD(FMA, wide(X_X_XM, P66, M0F38, 0x99)),
    VFMADD213PS(FMA, of(V_V_VM, P66, M0F38, 0xA8)),
    VFMADD213PD(FMA, wide(V_V_VM, P66, M0F38, 0xA8)),
    VFMADD213SS(FMA, of(X_X_XM, P66, M0F38, 0xA9)),
    VFMADD213SD(FMA, wide(X_X_XM, P66, M0F38, 0xA9)),
    VFMADD231PS(FMA, of(V_V_VM, P66, M0F38, 0xB8)),
    VFMADD231PD(FMA, wide(V_V_VM, P66, M0F38, 0xB8)),
    VFMADD231SS(FMA, of(X_X_XM, P66, M0F38, 0xB9)),
    VFMADD231SD(FMA, wide(X_X_XM, P66, M0F38, 0xB9)),
    VFMSUB132PS(FMA, of(V_V_VM, P66, M0F38, 0x9A)),
    VFMSUB132PD(FMA, wide(V_V_VM, P66, M0F38, 0x9A)),
    VFMSUB132SS(FMA, of(X_X_XM, P66, M0F38, 0x9B)),
    VFMSUB132SD(FMA, wide(X_X_XM, P66, M0F38, 0x9B)),
    VFMSUB213PS(FMA, of(V_V_VM, P66, M0F38, 0xAA)),
    VFMSUB213PD(FMA, wide(V_V_VM, P66, M0F38, 0xAA)),
    VFMSUB213SS(FMA, of(X_X_XM, P66, M0F38, 0xAB)),
    VFMSUB213SD(FMA, wide(X_X_XM, P66, M0F38, 0xAB)),
    VFMSUB231PS(FMA, of(V_V_VM, P66, M0F38, 0xBA)),
    VFMSUB231PD(FMA, wide(V_V_VM, P66, M0F38, 0xBA)),
    VFMSUB231SS(FMA, of(X_X_XM, P66, M0F38, 0xBB)),
    VFMSUB231SD(FMA, wide(X_X_XM, P66, M0F38, 0xBB)),
    VFNMADD132PS(FMA, of(V_V_VM, P66, M0F38, 0x9C)),
    VFNMADD132PD(FMA, wide(V_V_VM, P66, M0F38, 0x9C)),
    VFNMADD132SS(FMA, of(X_X_XM, P66, M0F38, 0x9D)),
    VFNMADD132SD(FMA, wide(X_X_XM, P66, M0F38, 0x9D)),
    VFNMADD213PS(FMA, of(V_V_VM, P66, M0F38, 0xAC)),
    VFNMADD213PD(FMA, wide(V_V_VM, P66, M0F38, 0xAC)),
    VFNMADD213SS(FMA, of(X_X_XM, P66, M0F38, 0xAD)),
    VFNMADD213SD(FMA, wide(X_X_XM, P66, M0F38, 0xAD)),
    VFNMADD231PS(FMA, of(V_V_VM, P66, M0F38, 0xBC)),
    VFNMADD231PD(FMA, wide(V_V_VM, P66, M0F38, 0xBC)),
    VFNMADD231SS(FMA, of(X_X_XM, P66, M0F38, 0xBD)),
    VFNMADD231SD(FMA, wide(X_X_XM, P66, M0F38, 0xBD)),
    VFNMSUB132PS(FMA, of(V_V_VM, P66, M0F38, 0x9E)),
    VFNMSUB132PD(FMA, wide(V_V_VM, P66, M0F38, 0x9E)),
    VFNMSUB132SS(FMA, of(X_X_XM, P66, M0F38, 0x9F)),
    VFNMSUB132SD(FMA, wide(X_X_XM, P66, M0F38, 0x9F)),
    VFNMSUB213PS(FMA, of(V_V_VM, P66, M0F38, 0xAE)),
    VFNMSUB213PD(FMA, wide(V_V_VM, P66, M0F38, 0xAE)),
    VFNMSUB213SS(FMA, of(X_X_XM, P66, M0F38, 0xAF)),
    VFNMSUB213SD(FMA, wide(X_X_XM, P66, M0F38, 0xAF)),
    VFNMSUB231PS(FMA, of(V_V_VM, P66, M0F38, 0xBE)),
    VFNMSUB231PD(FMA, wide(V_V_VM, P66, M0F38, 0xBE)),
    VFNMSUB231SS(FMA, of(X_X_XM, P66, M0F38, 0xBF)),
    VFNMSUB231SD(FMA, wide(X_X_XM, P66, M0F38, 0xBF)),
    VCVTDQ2PS(AVX, of(V_VM, NP, M0F, 0x5B)),
    VCVTPS2DQ(AVX, of(V_VM, P66, M0F, 0x5B)),
    VCVTTPS2DQ(AVX, of(V_VM, PF3, M0F, 0x5B)),
    VCVTSS2SD(AVX, of(X_X_XM, PF3, M0F, 0x5A)),
    VCVTSD2SS(AVX, of(X_X_XM, PF2, M0F, 0x5A)),
    VCVTSI2SS(AVX, wide(X_X_RM, PF3, M0F, 0x2A)),
    VCVTSI2SD(AVX, wide(X_X_RM, PF2, M0F, 0x2A)),
    VCVTTSS2SI(AVX, wide(R_XM, PF3, M0F, 0x2C)),
    VCVTTSD2SI(AVX, wide(R_XM, PF2, M0F, 0x2C)),
    VCVTPH2PS(F16C, of(V_XM, P66, M0F38, 0x13)),
    VCVTPS2PH(F16C, of(XM_V_I, P66, M0F3A, 0x1D)),
    VBROADCASTSS(AVX, of(V_M, P66, M0F38, 0x18), of(V_XM, P66, M0F38, 0x18)),
    VPERMILPS(AVX, of(V_VM_I, P66, M0F3A, 0x04), of(V_V_VM, P66, M0F38, 0x0C)),
    VINSERTF128(AVX, of(Y_Y_XM_I, P66, M0F3A, 0x18)),
    VEXTRACTF128(AVX, of(XM_Y_I, P66, M0F3A, 0x19)),
    VPERM2F128(AVX, of(Y_Y_YM_I, P66, M0F3A, 0x06)),
    VINSERTI128(AVX2, of(Y_Y_XM_I, P66, M0F3A, 0x38)),
    VEXTRACTI128(AVX2, of(XM_Y_I, P66, M0F3A, 0x39)),
    VPERM2I128(AVX2, of(Y_Y_YM_I, P66, M0F3A, 0x46)),
    VPERMPS(AVX2, of(Y_Y_YM, P66, M0F38, 0x16)),
    VPERMD(AVX2, of(Y_Y_YM, P66, M0F38, 0x36)),
    VPERMQ(AVX2, wide(Y_YM_I, P66, M0F3A, 0x00)),
    VPERMPD(AVX2, wide(Y_YM_I, P66, M0F3A, 0x01)),
    VPBROADCASTB(AVX2, of(V_XM, P66, M0F38, 0x78)),
    VPBROADCASTW(AVX2, of(V_XM, P66, M0F38, 0x79)),
    VPBROADCASTD(AVX2, of(V_XM, P66, M0F38, 0x58)),
    VPBROADCASTQ(AVX2, of(V_XM, P66, M0F38, 0x59)),
    VPSHUFD(AVX2, of(V_VM_I, P66, M0F, 0x70)),
    VPSHUFB(AVX2, of(V_V_VM, P66, M0F38, 0x00)),
    VPALIGNR(AVX2, of(V_V_VM_I, P66, M0F3A, 0x0F)),
    VPBLENDD(AVX2, of(V_V_VM_I, P66, M0F3A, 0x02)),
    VPADDB(AVX2, of(V_V_VM, P66, M0F, 0xFC)),
    VPADDW(AVX2, of(V_V_VM, P66, M0F, 0xFD)),
    VPADDD(AVX2, of(V_V_VM, P66, M0F, 0xFE)),
    VPADDQ(AVX2, of(V_V_VM, P66, M0F, 0xD4)),
    VPADDSW(AVX2, of(V_V_VM, P66, M0F, 0xED)),
    VPSUBB(AVX2, of(V_V_VM, P66, M0F, 0xF8)),
    VPSUBW(AVX2, of(V_V_VM, P66, M0F, 0xF9)),
    VPSUBD(AVX2, of(V_V_VM, P66, M0F, 0xFA)),
    VPSUBQ(AVX2, of(V_V_VM, P66, M0F, 0xFB)),
    VPMULLW(AVX2, of(V_V_VM, P66, M0F, 0xD5)),
    VPMULHW(AVX2, of(V_V_VM, P66, M0F, 0xE5)),
    VPMULLD(AVX2, of(V_V_VM, P66, M0F38, 0x40)),
    VPMULUDQ(AVX2, of(V_V_VM, P66, M0F, 0xF4)),
    VPMADDWD(AVX2, of(V_V_VM, P66, M0F, 0xF5)),
    VPMADDUBSW(AVX2, of(V_V_VM, P66, M0F38, 0x04)),
    VPAND(AVX2, of(V_V_VM, P66, M0F, 0xDB)),
    VPANDN(AVX2, of(V_V_VM, P66, M0F, 0xDF)),
    VPOR(AVX2, of(V_V_VM, P66, M0F, 0xEB)),
    VPXOR(AVX2, of(V_V_VM, P66, M0F, 0xEF)),
    VPCMPEQB(AVX2, of(V_V_VM, P66, M0F, 0x74)),
    VPCMPEQW(AVX2, of(V_V_VM, P66, M0F, 0x75)),
    VPCMPEQD(AVX2, of(V_V_VM, P66, M0F, 0x76)),
    VPCMPGTB(AVX2, of(V_V_VM, P66, M0F, 0x64)),
    VPCMPGTW(AVX2, of(V_V_VM, P66, M0F, 0x65)),
    VPCMPGTD(AVX2, of(V_V_VM, P66, M0F, 0x66)),
    VPMINSB(AVX2, of(V_V_VM, P66, M0F38, 0x38)),
    VPMINSW(AVX2, of(V_V_VM, P66, M0F, 0xEA)),
    VPMINSD(AVX2, of(V_V_VM, P66, M0F38, 0x39)),
    VPMINUB(AVX2, of(V_V_VM, P66, M0F, 0xDA)),
    VPMAXSB(AVX2, of(V_V_VM, P66, M0F38, 0x3C)),
    VPMAXSW(AVX2, of(V_V_VM, P66, M0F, 0xEE)),
    VPMAXSD(AVX2, of(V_V_VM, P66, M0F38, 0x3D)),
    VPMAXUB(AVX2, of(V_V_VM, P66, M0F, 0xDE)),
    VPACKSSWB(AVX2, of(V_V_VM, P66, M0F, 0x63)),
    VPACKUSWB(AVX2, of(V_V_VM, P66, M0F, 0x67)),
    VPACKSSDW(AVX2, of(V_V_VM, P66, M0F, 0x6B)),
    VPACKUSDW(AVX2, of(V_V_VM, P66, M0F38, 0x2B)),
    VPUNPCKLBW(AVX2, of(V_V_VM, P66, M0F, 0x60)),
    VPUNPCKHBW(AVX2, of(V_V_VM, P66, M0F, 0x68)),
    VPUNPCKLWD(AVX2, of(V_V_VM, P66, M0F, 0x61)),
    VPUNPCKHWD(AVX2, of(V_V_VM, P66, M0F, 0x69)),
    VPUNPCKLDQ(AVX2, of(V_V_VM, P66, M0F, 0x62)),
    VPUNPCKHDQ(AVX2, of(V_V_VM, P66, M0F, 0x6A)),
    VPUNPCKLQDQ(AVX2, of(V_V_VM, P66, M0F, 0x6C)),
    VPUNPCKHQDQ(AVX2, of(V_V_VM, P66, M0F, 0x6D)),
    VPABSB(AVX2, of(V_VM, P66, M0F38, 0x1C)),
    VPABSW(AVX2, of(V_VM, P66, M0F38, 0x1D)),
    VPABSD(AVX2, of(V_VM, P66, M0F38, 0x1E)),
    VPMOVSXBW(AVX2, of(V_XM, P66, M0F38, 0x20)),
    VPMOVSXBD(AVX2, of(V_XM, P66, M0F38, 0x21)),
    VPMOVSXWD(AVX2, of(V_XM, P66, M0F38, 0x23)),
    VPMOVZXBW(AVX2, of(V_XM, P66, M0F38, 0x30)),
    VPMOVZXBD(AVX2, of(V_XM, P66, M0F38, 0x31)),
    VPMOVZXWD(AVX2, of(V_XM, P66, M0F38, 0x33)),
    VPSRLW(AVX2, digit(V_V_I, P66, M0F, 0x71, 2)),
    VPSRAW(AVX2, digit(V_V_I, P66, M0F, 0x71, 4)),
    VPSLLW(AVX2, digit(V_V_I, P66, M0F, 0x71, 6)),
    VPSRLD(AVX2, digit(V_V_I, P66, M0F, 0x72, 2)),
    VPSRAD(AVX2, digit(V_V_I, P66, M0F, 0x72, 4)),
    VPSLLD(AVX2, digit(V_V_I, P66, M0F, 0x72, 6)),
    VPSRLQ(AVX2, digit(V_V_I, P66, M0F, 0x73, 2)),
    VPSLLQ(AVX2, digit(V_V_I, P66, M0F, 0x73, 6)),
    VPDPBUSD(AVX_VNNI, of(V_V_VM, P66, M0F38, 0x50)),
    VPDPBUSDS(AVX_VNNI, of(V_V_VM, P66, M0F38, 0x51)),
    VPDPWSSD(AVX_VNNI, of(V_V_VM, P66, M0F38, 0x52)),
    VPDPWSSDS(AVX_VNNI, of(V_V_VM, P66, M0F38, 0x53)),
    /// Keeps the lowest bits of a general-purpose register, as many as the last operand says.
    BZHI(BMI2, wide(R_RM_R, NP, M0F38, 0xF5)),
    VZEROUPPER(AVX, of(NONE, NP, M0F, 0x77));

    private final Feature feature;
    private final List<Encoding> encodings;

    Avx(Feature feature, Encoding... encodings) {
        this.feature = feature;
        this.encodings = List.of(encodings);
    }

    @Override
    public Feature feature() {
        return feature;
    }

    @Override
    public List<Encoding> encodings() {
        return encodings;
    }
}
