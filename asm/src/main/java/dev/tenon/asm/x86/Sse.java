package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Encoding.Map.M0F;
import static dev.tenon.asm.x86.Encoding.Prefix.NP;
import static dev.tenon.asm.x86.Encoding.Prefix.P66;
import static dev.tenon.asm.x86.Encoding.Prefix.PF2;
import static dev.tenon.asm.x86.Encoding.Prefix.PF3;
import static dev.tenon.asm.x86.Encoding.of;
import static dev.tenon.asm.x86.Encoding.wide;
import static dev.tenon.asm.x86.Signature.M_X;
import static dev.tenon.asm.x86.Signature.RM_X;
import static dev.tenon.asm.x86.Signature.R_X;
import static dev.tenon.asm.x86.Signature.R_XM;
import static dev.tenon.asm.x86.Signature.X_R;
import static dev.tenon.asm.x86.Signature.X_RM;
import static dev.tenon.asm.x86.Signature.X_XM;

import java.util.List;

/// Instructions of SSE and SSE2, which every x86-64 processor has. Not to be mixed with [Avx]
/// without `VZEROUPPER` between them.
public enum Sse {
    MOVUPS(of(X_XM, NP, M0F, 0x10), of(M_X, NP, M0F, 0x11)),
    MOVUPD(of(X_XM, P66, M0F, 0x10), of(M_X, P66, M0F, 0x11)),
    MOVAPS(of(X_XM, NP, M0F, 0x28), of(M_X, NP, M0F, 0x29)),
    MOVAPD(of(X_XM, P66, M0F, 0x28), of(M_X, P66, M0F, 0x29)),
    MOVSS(of(X_XM, PF3, M0F, 0x10), of(M_X, PF3, M0F, 0x11)),
    MOVSD(of(X_XM, PF2, M0F, 0x10), of(M_X, PF2, M0F, 0x11)),
    MOVD(of(X_RM, P66, M0F, 0x6E), of(RM_X, P66, M0F, 0x7E)),
    MOVQ(
            of(X_XM, PF3, M0F, 0x7E),
            of(M_X, P66, M0F, 0xD6),
            wide(X_R, P66, M0F, 0x6E),
            wide(R_X, P66, M0F, 0x7E)),
    ADDPS(of(X_XM, NP, M0F, 0x58)),
    ADDPD(of(X_XM, P66, M0F, 0x58)),
    ADDSS(of(X_XM, PF3, M0F, 0x58)),
    ADDSD(of(X_XM, PF2, M0F, 0x58)),
    MULPS(of(X_XM, NP, M0F, 0x59)),
    MULPD(of(X_XM, P66, M0F, 0x59)),
    MULSS(of(X_XM, PF3, M0F, 0x59)),
    MULSD(of(X_XM, PF2, M0F, 0x59)),
    SUBPS(of(X_XM, NP, M0F, 0x5C)),
    SUBPD(of(X_XM, P66, M0F, 0x5C)),
    SUBSS(of(X_XM, PF3, M0F, 0x5C)),
    SUBSD(of(X_XM, PF2, M0F, 0x5C)),
    MINPS(of(X_XM, NP, M0F, 0x5D)),
    MINPD(of(X_XM, P66, M0F, 0x5D)),
    MINSS(of(X_XM, PF3, M0F, 0x5D)),
    MINSD(of(X_XM, PF2, M0F, 0x5D)),
    DIVPS(of(X_XM, NP, M0F, 0x5E)),
    DIVPD(of(X_XM, P66, M0F, 0x5E)),
    DIVSS(of(X_XM, PF3, M0F, 0x5E)),
    DIVSD(of(X_XM, PF2, M0F, 0x5E)),
    MAXPS(of(X_XM, NP, M0F, 0x5F)),
    MAXPD(of(X_XM, P66, M0F, 0x5F)),
    MAXSS(of(X_XM, PF3, M0F, 0x5F)),
    MAXSD(of(X_XM, PF2, M0F, 0x5F)),
    SQRTPS(of(X_XM, NP, M0F, 0x51)),
    SQRTPD(of(X_XM, P66, M0F, 0x51)),
    SQRTSS(of(X_XM, PF3, M0F, 0x51)),
    SQRTSD(of(X_XM, PF2, M0F, 0x51)),
    ANDPS(of(X_XM, NP, M0F, 0x54)),
    ANDNPS(of(X_XM, NP, M0F, 0x55)),
    ORPS(of(X_XM, NP, M0F, 0x56)),
    XORPS(of(X_XM, NP, M0F, 0x57)),
    UCOMISS(of(X_XM, NP, M0F, 0x2E)),
    UCOMISD(of(X_XM, P66, M0F, 0x2E)),
    CVTSS2SD(of(X_XM, PF3, M0F, 0x5A)),
    CVTSD2SS(of(X_XM, PF2, M0F, 0x5A)),
    CVTSI2SS(wide(X_RM, PF3, M0F, 0x2A)),
    CVTSI2SD(wide(X_RM, PF2, M0F, 0x2A)),
    CVTTSS2SI(wide(R_XM, PF3, M0F, 0x2C)),
    CVTTSD2SI(wide(R_XM, PF2, M0F, 0x2C));

    private final List<Encoding> encodings;

    Sse(Encoding... encodings) {
        this.encodings = List.of(encodings);
    }

    /// The operands that it takes; several lists where it has several forms.
    public List<Signature> signatures() {
        return encodings.stream().map(Encoding::signature).toList();
    }

    List<Encoding> encodings() {
        return encodings;
    }
}
