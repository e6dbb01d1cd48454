package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Signature.Kind.IMM8;
import static dev.tenon.asm.x86.Signature.Kind.MEM;
import static dev.tenon.asm.x86.Signature.Kind.R;
import static dev.tenon.asm.x86.Signature.Kind.RM;
import static dev.tenon.asm.x86.Signature.Kind.V;
import static dev.tenon.asm.x86.Signature.Kind.VM;
import static dev.tenon.asm.x86.Signature.Kind.X;
import static dev.tenon.asm.x86.Signature.Kind.XM;
import static dev.tenon.asm.x86.Signature.Kind.Y;
import static dev.tenon.asm.x86.Signature.Kind.YM;

import java.util.ArrayList;
import java.util.List;

/// The operands that a vector instruction takes, in Intel's order, and where each is encoded.
///
/// The names list the operands: `V` a vector of the instruction's width, `X` an `xmm` register, `Y`
/// a `ymm` register, `R` a general-purpose register, `M` memory, `I` a byte.
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
    XM_Y_I("mri", XM, Y, IMM8);

    /// Operands that fit one place.
    public enum Kind {
        V,
        VM,
        X,
        XM,
        Y,
        YM,
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
                            case R, RM, MEM, IMM8 -> false;
                        };
                case Gpr _ -> this == R || this == RM;
                case Address _ ->
                        this == VM || this == XM || this == YM || this == RM || this == MEM;
                case Imm(int value) -> this == IMM8 && value >= Byte.MIN_VALUE && value <= 0xFF;
            };
        }

        boolean hasWidth() {
            return this == V || this == VM || this == Y || this == YM;
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

    List<Role> roles() {
        return roles;
    }
}
