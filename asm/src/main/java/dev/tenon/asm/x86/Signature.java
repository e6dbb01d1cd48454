package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Signature.Kind.H;
import static dev.tenon.asm.x86.Signature.Kind.HM;
import static dev.tenon.asm.x86.Signature.Kind.IMM8;
import static dev.tenon.asm.x86.Signature.Kind.K;
import static dev.tenon.asm.x86.Signature.Kind.KM;
import static dev.tenon.asm.x86.Signature.Kind.MEM;
import static dev.tenon.asm.x86.Signature.Kind.QM;
import static dev.tenon.asm.x86.Signature.Kind.R;
import static dev.tenon.asm.x86.Signature.Kind.RM;
import static dev.tenon.asm.x86.Signature.Kind.V;
import static dev.tenon.asm.x86.Signature.Kind.VM;
import static dev.tenon.asm.x86.Signature.Kind.W;
import static dev.tenon.asm.x86.Signature.Kind.WM;
import static dev.tenon.asm.x86.Signature.Kind.X;
import static dev.tenon.asm.x86.Signature.Kind.XM;
import static dev.tenon.asm.x86.Signature.Kind.Y;
import static dev.tenon.asm.x86.Signature.Kind.YM;
import static dev.tenon.asm.x86.Signature.Kind.Z;

import java.util.ArrayList;
import java.util.List;

/// The operands that a vector instruction takes, in Intel's order, and where each is encoded.
///
/// The names list the operands: `V` a vector of the instruction's width, `X` an `xmm` register, `Y`
/// a `ymm` register, `Z` a `zmm` register, `W` one of those two, `H` and `Q` half and a quarter of
/// a vector, `K` a mask, `R` a general-purpose register, `M` memory, `I` a byte.
public enum Signature {
    NONE(""),
    V_VM("rm", V, VM),
    X_XM("rm", X, XM),
    V_XM("rm", V, XM),
    V_M("rm", V, MEM),
    X_M("rm", X, MEM),
    VM_V("mr", VM, V),
    M_V("mr", MEM, V),
    M_X("mr", MEM, X),
    XM_X("mr", XM, X),
    X_R("rm", X, R),
    R_X("mr", R, X),
    X_RM("rm", X, RM),
    RM_X("mr", RM, X),
    R_V("rm", R, V),
    R_XM("rm", R, XM),
    V_V_VM("rvm", V, V, VM),
    X_X_XM("rvm", X, X, XM),
    X_X_X("rvm", X, X, X),
    /// The same operands as before, the last in the `reg` field.
    X_X_X_STORED("mvr", X, X, X),
    X_X_RM("rvm", X, X, RM),
    V_V_M("rvm", V, V, MEM),
    M_V_V("mvr", MEM, V, V),
    V_VM_I("rmi", V, VM, IMM8),
    XM_V_I("mri", XM, V, IMM8),
    V_V_I("vmi", V, V, IMM8),
    V_V_VM_I("rvmi", V, V, VM, IMM8),
    V_V_XM_I("rvmi", V, V, XM, IMM8),
    V_V_VM_V("rvms", V, V, VM, V),
    Y_Y_YM("rvm", Y, Y, YM),
    Y_YM_I("rmi", Y, YM, IMM8),
    Y_Y_YM_I("rvmi", Y, Y, YM, IMM8),
    Y_Y_XM_I("rvmi", Y, Y, XM, IMM8),
    XM_Y_I("mri", XM, Y, IMM8),
    R_RM_R("rmv", R, RM, R),
    V_R("rm", V, R),
    V_HM("rm", V, HM),
    V_QM("rm", V, QM),
    HM_V("mr", HM, V),
    H_V("rm", H, V),
    QM_V("mr", QM, V),
    HM_V_I("mri", HM, V, IMM8),
    /// The destination beside the ones that are read.
    V_VM_I_COUNTED("vmi", V, VM, IMM8),
    K_V_VM("rvm", K, V, VM),
    K_V_VM_I("rvmi", K, V, VM, IMM8),
    K_V("rm", K, V),
    V_K("rm", V, K),
    K_KM("rm", K, KM),
    M_K("mr", MEM, K),
    K_R("rm", K, R),
    R_K("rm", R, K),
    K_K("rm", K, K),
    K_K_I("rmi", K, K, IMM8),
    K_K_K("rvm", K, K, K),
    W_M("rm", W, MEM),
    W_XM("rm", W, XM),
    W_WM_I("rmi", W, WM, IMM8),
    W_W_WM("rvm", W, W, WM),
    W_W_WM_I("rvmi", W, W, WM, IMM8),
    W_W_XM_I("rvmi", W, W, XM, IMM8),
    XM_W_I("mri", XM, W, IMM8),
    Z_M("rm", Z, MEM),
    Z_Z_YM_I("rvmi", Z, Z, YM, IMM8),
    YM_Z_I("mri", YM, Z, IMM8);

    /// Operands that fit one place.
    public enum Kind {
        V,
        VM,
        X,
        XM,
        Y,
        YM,
        Z,
        /// `ymm` or `zmm`.
        W,
        WM,
        /// Half of a vector, at least `xmm`.
        H,
        HM,
        /// A quarter of a vector, at least `xmm`.
        QM,
        K,
        KM,
        R,
        RM,
        MEM,
        IMM8;

        /// Whether an operand fits.
        public boolean accepts(Operand operand) {
            return switch (operand) {
                case Vec vec ->
                        switch (this) {
                            case V, VM -> true;
                            case X, XM -> vec.width() == Vec.Width.XMM;
                            case Y, YM -> vec.width() == Vec.Width.YMM;
                            case Z -> vec.width() == Vec.Width.ZMM;
                            case W, WM -> vec.width() != Vec.Width.XMM;
                            case H, HM, QM -> vec.width() != Vec.Width.ZMM;
                            case K, KM, R, RM, MEM, IMM8 -> false;
                        };
                case Gpr _ -> this == R || this == RM;
                case Mask _ -> this == K || this == KM;
                case Address _ ->
                        switch (this) {
                            case VM, XM, YM, WM, HM, QM, KM, RM, MEM -> true;
                            case V, X, Y, Z, W, H, K, R, IMM8 -> false;
                        };
                case Broadcast _ -> this == VM || this == WM;
                case Masked _ -> false;
                case Imm(int value) -> this == IMM8 && value >= Byte.MIN_VALUE && value <= 0xFF;
            };
        }

        boolean hasWidth() {
            return switch (this) {
                case V, VM, Y, YM, Z, W, WM -> true;
                case X, XM, H, HM, QM, K, KM, R, RM, MEM, IMM8 -> false;
            };
        }

        /// How often a vector is halved to get the operand.
        int halvings() {
            return switch (this) {
                case H, HM -> 1;
                case QM -> 2;
                default -> 0;
            };
        }
    }

    /// Where an operand goes.
    enum Role {
        /// The `reg` field of ModRM.
        REG,
        /// The `rm` field of ModRM, with SIB and displacement.
        RM,
        /// The `vvvv` field of VEX.
        VVVV,
        /// The byte behind.
        IMM,
        /// The upper half of the byte behind.
        SELECTOR;

        static Role of(char letter) {
            return switch (letter) {
                case 'r' -> REG;
                case 'm' -> RM;
                case 'v' -> VVVV;
                case 'i' -> IMM;
                default -> SELECTOR;
            };
        }
    }

    private final List<Kind> kinds;
    private final List<Role> roles;

    Signature(String roles, Kind... kinds) {
        this.kinds = List.of(kinds);
        var parsed = new ArrayList<Role>();
        for (char letter : roles.toCharArray()) {
            parsed.add(Role.of(letter));
        }
        this.roles = List.copyOf(parsed);
    }

    /// What is expected of each operand.
    public List<Kind> kinds() {
        return kinds;
    }

    /// Whether an operand has the width of the instruction.
    boolean hasWidth() {
        return kinds.stream().anyMatch(Kind::hasWidth);
    }

    List<Role> roles() {
        return roles;
    }
}
