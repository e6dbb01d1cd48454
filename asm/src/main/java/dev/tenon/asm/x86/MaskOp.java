package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Encoding.Map.M0F;
import static dev.tenon.asm.x86.Encoding.Map.M0F3A;
import static dev.tenon.asm.x86.Encoding.Prefix.NP;
import static dev.tenon.asm.x86.Encoding.Prefix.P66;
import static dev.tenon.asm.x86.Encoding.Prefix.PF2;
import static dev.tenon.asm.x86.Encoding.of;
import static dev.tenon.asm.x86.Encoding.wide;
import static dev.tenon.asm.x86.Feature.AVX512BW;
import static dev.tenon.asm.x86.Feature.AVX512DQ;
import static dev.tenon.asm.x86.Feature.AVX512F;
import static dev.tenon.asm.x86.Signature.K_K;
import static dev.tenon.asm.x86.Signature.K_KM;
import static dev.tenon.asm.x86.Signature.K_K_I;
import static dev.tenon.asm.x86.Signature.K_K_K;
import static dev.tenon.asm.x86.Signature.K_R;
import static dev.tenon.asm.x86.Signature.M_K;
import static dev.tenon.asm.x86.Signature.R_K;

import java.util.List;

/// Instructions on masks (Intel, Software Developer's Manual, volume 2). The last letter says how
/// many bits they work on: 8, 16, 32 or 64.
public enum MaskOp implements VectorInstruction {
    KMOVW(
            AVX512F,
            of(K_KM, NP, M0F, 0x90),
            of(M_K, NP, M0F, 0x91),
            of(K_R, NP, M0F, 0x92),
            of(R_K, NP, M0F, 0x93)),
    KMOVB(
            AVX512DQ,
            of(K_KM, P66, M0F, 0x90),
            of(M_K, P66, M0F, 0x91),
            of(K_R, P66, M0F, 0x92),
            of(R_K, P66, M0F, 0x93)),
    KMOVD(
            AVX512BW,
            wide(K_KM, P66, M0F, 0x90),
            wide(M_K, P66, M0F, 0x91),
            of(K_R, PF2, M0F, 0x92),
            of(R_K, PF2, M0F, 0x93)),
    KMOVQ(
            AVX512BW,
            wide(K_KM, NP, M0F, 0x90),
            wide(M_K, NP, M0F, 0x91),
            wide(K_R, PF2, M0F, 0x92),
            wide(R_K, PF2, M0F, 0x93)),
    KANDW(AVX512F, of(K_K_K, NP, M0F, 0x41)),
    KANDNW(AVX512F, of(K_K_K, NP, M0F, 0x42)),
    KORW(AVX512F, of(K_K_K, NP, M0F, 0x45)),
    KXNORW(AVX512F, of(K_K_K, NP, M0F, 0x46)),
    KXORW(AVX512F, of(K_K_K, NP, M0F, 0x47)),
    KNOTW(AVX512F, of(K_K, NP, M0F, 0x44)),
    KORTESTW(AVX512F, of(K_K, NP, M0F, 0x98)),
    KSHIFTRW(AVX512F, wide(K_K_I, P66, M0F3A, 0x30)),
    KSHIFTLW(AVX512F, wide(K_K_I, P66, M0F3A, 0x32));

    private final Feature feature;
    private final List<Encoding> encodings;

    MaskOp(Feature feature, Encoding... encodings) {
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
