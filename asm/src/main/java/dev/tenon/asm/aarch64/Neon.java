package dev.tenon.asm.aarch64;

import static dev.tenon.asm.aarch64.Encoding.of;
import static dev.tenon.asm.aarch64.Feature.BF16;
import static dev.tenon.asm.aarch64.Feature.DOTPROD;
import static dev.tenon.asm.aarch64.Feature.FP16;
import static dev.tenon.asm.aarch64.Feature.I8MM;
import static dev.tenon.asm.aarch64.Shapes.ANY;
import static dev.tenon.asm.aarch64.Shapes.BYTES;
import static dev.tenon.asm.aarch64.Shapes.BYTES_AND_HALVES;
import static dev.tenon.asm.aarch64.Shapes.EIGHT_HALVES;
import static dev.tenon.asm.aarch64.Shapes.FLOATS;
import static dev.tenon.asm.aarch64.Shapes.FOLDED_INTEGERS;
import static dev.tenon.asm.aarch64.Shapes.FOUR_HALVES;
import static dev.tenon.asm.aarch64.Shapes.FOUR_SINGLES;
import static dev.tenon.asm.aarch64.Shapes.HALF;
import static dev.tenon.asm.aarch64.Shapes.HALVES;
import static dev.tenon.asm.aarch64.Shapes.HIGH;
import static dev.tenon.asm.aarch64.Shapes.HIGH_EXTENDED;
import static dev.tenon.asm.aarch64.Shapes.HIGH_FLOATS;
import static dev.tenon.asm.aarch64.Shapes.HIGH_INTEGERS;
import static dev.tenon.asm.aarch64.Shapes.HIGH_MIDDLE;
import static dev.tenon.asm.aarch64.Shapes.INTEGERS;
import static dev.tenon.asm.aarch64.Shapes.LANES;
import static dev.tenon.asm.aarch64.Shapes.LOW;
import static dev.tenon.asm.aarch64.Shapes.LOW_EXTENDED;
import static dev.tenon.asm.aarch64.Shapes.LOW_FLOATS;
import static dev.tenon.asm.aarch64.Shapes.LOW_INTEGERS;
import static dev.tenon.asm.aarch64.Shapes.LOW_MIDDLE;
import static dev.tenon.asm.aarch64.Shapes.MIDDLE_INTEGERS;
import static dev.tenon.asm.aarch64.Shapes.PAIRS;
import static dev.tenon.asm.aarch64.Shapes.SCALARS;
import static dev.tenon.asm.aarch64.Shapes.SINGLE;
import static dev.tenon.asm.aarch64.Shapes.SINGLES;
import static dev.tenon.asm.aarch64.Shapes.SIXTEEN_BYTES;
import static dev.tenon.asm.aarch64.Shapes.SMALL_INTEGERS;
import static dev.tenon.asm.aarch64.Shapes.SMALL_LANES;
import static dev.tenon.asm.aarch64.Shapes.TO_HALF;
import static dev.tenon.asm.aarch64.Shapes.TWO_DOUBLES;
import static dev.tenon.asm.aarch64.Signature.COMPARED;
import static dev.tenon.asm.aarch64.Signature.COMPARED_ZERO;
import static dev.tenon.asm.aarch64.Signature.ELEMENT_LANE;
import static dev.tenon.asm.aarch64.Signature.ELEMENT_V;
import static dev.tenon.asm.aarch64.Signature.LANE_LANE;
import static dev.tenon.asm.aarch64.Signature.LANE_R;
import static dev.tenon.asm.aarch64.Signature.LANE_R_V;
import static dev.tenon.asm.aarch64.Signature.PAIRED_V;
import static dev.tenon.asm.aarch64.Signature.R_LANE;
import static dev.tenon.asm.aarch64.Signature.R_V;
import static dev.tenon.asm.aarch64.Signature.SCALAR_FLOAT;
import static dev.tenon.asm.aarch64.Signature.SUMS_V_FACTOR;
import static dev.tenon.asm.aarch64.Signature.SUMS_V_GROUP;
import static dev.tenon.asm.aarch64.Signature.SUMS_V_V;
import static dev.tenon.asm.aarch64.Signature.V_BYTE;
import static dev.tenon.asm.aarch64.Signature.V_FLOAT;
import static dev.tenon.asm.aarch64.Signature.V_LANE;
import static dev.tenon.asm.aarch64.Signature.V_LANE_R;
import static dev.tenon.asm.aarch64.Signature.V_R;
import static dev.tenon.asm.aarch64.Signature.V_SPREAD;
import static dev.tenon.asm.aarch64.Signature.V_TABLE_V;
import static dev.tenon.asm.aarch64.Signature.V_V;
import static dev.tenon.asm.aarch64.Signature.V_V_FACTOR;
import static dev.tenon.asm.aarch64.Signature.V_V_LEFT;
import static dev.tenon.asm.aarch64.Signature.V_V_RIGHT;
import static dev.tenon.asm.aarch64.Signature.V_V_V;
import static dev.tenon.asm.aarch64.Signature.V_V_V_INDEX;
import static dev.tenon.asm.aarch64.Signature.V_V_V_V;
import static dev.tenon.asm.aarch64.Signature.V_V_ZERO;
import static dev.tenon.asm.aarch64.Signature.V_WIDE;
import static dev.tenon.asm.aarch64.Signature.V_WIDE_RIGHT;
import static dev.tenon.asm.aarch64.Signature.WIDE_ELEMENT_V;
import static dev.tenon.asm.aarch64.Signature.WIDE_V;
import static dev.tenon.asm.aarch64.Signature.WIDE_V_FACTOR;
import static dev.tenon.asm.aarch64.Signature.WIDE_V_LEFT;
import static dev.tenon.asm.aarch64.Signature.WIDE_V_V;
import static dev.tenon.asm.aarch64.Signature.WIDE_WIDE_V;
import static dev.tenon.asm.aarch64.Signature.X_LANE;

import java.util.List;

/// Instructions on vectors and floating-point numbers (Arm Architecture Reference Manual for
/// A-profile, chapter C7). Those whose name ends in 2 read or write the upper half of a register.
public enum Neon {
    FADD(
            of(V_V_V, FLOATS, 0x0E20D400),
            of(V_V_V, HALVES, 0x0E401400, FP16),
            of(V_V_V, SCALARS, 0x1E202800),
            of(V_V_V, HALF, 0x1E202800, FP16)),
    FSUB(
            of(V_V_V, FLOATS, 0x0EA0D400),
            of(V_V_V, HALVES, 0x0EC01400, FP16),
            of(V_V_V, SCALARS, 0x1E203800),
            of(V_V_V, HALF, 0x1E203800, FP16)),
    FMUL(
            of(V_V_V, FLOATS, 0x2E20DC00),
            of(V_V_V, HALVES, 0x2E401C00, FP16),
            of(V_V_V, SCALARS, 0x1E200800),
            of(V_V_V, HALF, 0x1E200800, FP16),
            of(V_V_FACTOR, FLOATS, 0x0F809000),
            of(V_V_FACTOR, HALVES, 0x0F009000, FP16)),
    FDIV(
            of(V_V_V, FLOATS, 0x2E20FC00),
            of(V_V_V, HALVES, 0x2E403C00, FP16),
            of(V_V_V, SCALARS, 0x1E201800),
            of(V_V_V, HALF, 0x1E201800, FP16)),
    FMAX(
            of(V_V_V, FLOATS, 0x0E20F400),
            of(V_V_V, HALVES, 0x0E403400, FP16),
            of(V_V_V, SCALARS, 0x1E204800),
            of(V_V_V, HALF, 0x1E204800, FP16)),
    FMIN(
            of(V_V_V, FLOATS, 0x0EA0F400),
            of(V_V_V, HALVES, 0x0EC03400, FP16),
            of(V_V_V, SCALARS, 0x1E205800),
            of(V_V_V, HALF, 0x1E205800, FP16)),
    FMAXNM(
            of(V_V_V, FLOATS, 0x0E20C400),
            of(V_V_V, HALVES, 0x0E400400, FP16),
            of(V_V_V, SCALARS, 0x1E206800),
            of(V_V_V, HALF, 0x1E206800, FP16)),
    FMINNM(
            of(V_V_V, FLOATS, 0x0EA0C400),
            of(V_V_V, HALVES, 0x0EC00400, FP16),
            of(V_V_V, SCALARS, 0x1E207800),
            of(V_V_V, HALF, 0x1E207800, FP16)),
    FABD(of(V_V_V, FLOATS, 0x2EA0D400), of(V_V_V, HALVES, 0x2EC01400, FP16)),
    FMLA(
            of(V_V_V, FLOATS, 0x0E20CC00),
            of(V_V_V, HALVES, 0x0E400C00, FP16),
            of(V_V_FACTOR, FLOATS, 0x0F801000),
            of(V_V_FACTOR, HALVES, 0x0F001000, FP16)),
    FMLS(
            of(V_V_V, FLOATS, 0x0EA0CC00),
            of(V_V_V, HALVES, 0x0EC00C00, FP16),
            of(V_V_FACTOR, FLOATS, 0x0F805000),
            of(V_V_FACTOR, HALVES, 0x0F005000, FP16)),
    FMADD(of(V_V_V_V, SCALARS, 0x1F000000), of(V_V_V_V, HALF, 0x1F000000, FP16)),
    FMSUB(of(V_V_V_V, SCALARS, 0x1F008000), of(V_V_V_V, HALF, 0x1F008000, FP16)),
    FNMADD(of(V_V_V_V, SCALARS, 0x1F200000), of(V_V_V_V, HALF, 0x1F200000, FP16)),
    FNMSUB(of(V_V_V_V, SCALARS, 0x1F208000), of(V_V_V_V, HALF, 0x1F208000, FP16)),
    FADDP(
            of(V_V_V, FLOATS, 0x2E20D400),
            of(V_V_V, HALVES, 0x2E401400, FP16),
            of(ELEMENT_V, PAIRS, 0x7E30D800)),
    FMAXP(
            of(V_V_V, FLOATS, 0x2E20F400),
            of(V_V_V, HALVES, 0x2E403400, FP16),
            of(ELEMENT_V, PAIRS, 0x7E30F800)),
    FMINP(
            of(V_V_V, FLOATS, 0x2EA0F400),
            of(V_V_V, HALVES, 0x2EC03400, FP16),
            of(ELEMENT_V, PAIRS, 0x7EB0F800)),
    FMAXNMP(
            of(V_V_V, FLOATS, 0x2E20C400),
            of(V_V_V, HALVES, 0x2E400400, FP16),
            of(ELEMENT_V, PAIRS, 0x7E30C800)),
    FMINNMP(
            of(V_V_V, FLOATS, 0x2EA0C400),
            of(V_V_V, HALVES, 0x2EC00400, FP16),
            of(ELEMENT_V, PAIRS, 0x7EB0C800)),
    FMAXV(of(ELEMENT_V, FOUR_SINGLES, 0x6E30F800), of(ELEMENT_V, HALVES, 0x0E30F800, FP16)),
    FMINV(of(ELEMENT_V, FOUR_SINGLES, 0x6EB0F800), of(ELEMENT_V, HALVES, 0x0EB0F800, FP16)),
    FMAXNMV(of(ELEMENT_V, FOUR_SINGLES, 0x6E30C800), of(ELEMENT_V, HALVES, 0x0E30C800, FP16)),
    FMINNMV(of(ELEMENT_V, FOUR_SINGLES, 0x6EB0C800), of(ELEMENT_V, HALVES, 0x0EB0C800, FP16)),
    FABS(
            of(V_V, FLOATS, 0x0EA0F800),
            of(V_V, HALVES, 0x0EF8F800, FP16),
            of(V_V, SCALARS, 0x1E20C000),
            of(V_V, HALF, 0x1E20C000, FP16)),
    FNEG(
            of(V_V, FLOATS, 0x2EA0F800),
            of(V_V, HALVES, 0x2EF8F800, FP16),
            of(V_V, SCALARS, 0x1E214000),
            of(V_V, HALF, 0x1E214000, FP16)),
    FSQRT(
            of(V_V, FLOATS, 0x2EA1F800),
            of(V_V, HALVES, 0x2EF9F800, FP16),
            of(V_V, SCALARS, 0x1E21C000),
            of(V_V, HALF, 0x1E21C000, FP16)),
    FRINTN(
            of(V_V, FLOATS, 0x0E218800),
            of(V_V, HALVES, 0x0E798800, FP16),
            of(V_V, SCALARS, 0x1E244000),
            of(V_V, HALF, 0x1E244000, FP16)),
    FRINTM(
            of(V_V, FLOATS, 0x0E219800),
            of(V_V, HALVES, 0x0E799800, FP16),
            of(V_V, SCALARS, 0x1E254000),
            of(V_V, HALF, 0x1E254000, FP16)),
    FRINTP(
            of(V_V, FLOATS, 0x0EA18800),
            of(V_V, HALVES, 0x0EF98800, FP16),
            of(V_V, SCALARS, 0x1E24C000),
            of(V_V, HALF, 0x1E24C000, FP16)),
    FRINTZ(
            of(V_V, FLOATS, 0x0EA19800),
            of(V_V, HALVES, 0x0EF99800, FP16),
            of(V_V, SCALARS, 0x1E25C000),
            of(V_V, HALF, 0x1E25C000, FP16)),
    FRINTA(
            of(V_V, FLOATS, 0x2E218800),
            of(V_V, HALVES, 0x2E798800, FP16),
            of(V_V, SCALARS, 0x1E264000),
            of(V_V, HALF, 0x1E264000, FP16)),
    FRECPE(of(V_V, FLOATS, 0x0EA1D800), of(V_V, HALVES, 0x0EF9D800, FP16)),
    FRECPS(of(V_V_V, FLOATS, 0x0E20FC00), of(V_V_V, HALVES, 0x0E403C00, FP16)),
    FRSQRTE(of(V_V, FLOATS, 0x2EA1D800), of(V_V, HALVES, 0x2EF9D800, FP16)),
    FRSQRTS(of(V_V_V, FLOATS, 0x0EA0FC00), of(V_V_V, HALVES, 0x0EC03C00, FP16)),
    FCMEQ(
            of(V_V_V, FLOATS, 0x0E20E400),
            of(V_V_V, HALVES, 0x0E402400, FP16),
            of(V_V_ZERO, FLOATS, 0x0EA0D800),
            of(V_V_ZERO, HALVES, 0x0EF8D800, FP16)),
    FCMGE(
            of(V_V_V, FLOATS, 0x2E20E400),
            of(V_V_V, HALVES, 0x2E402400, FP16),
            of(V_V_ZERO, FLOATS, 0x2EA0C800),
            of(V_V_ZERO, HALVES, 0x2EF8C800, FP16)),
    FCMGT(
            of(V_V_V, FLOATS, 0x2EA0E400),
            of(V_V_V, HALVES, 0x2EC02400, FP16),
            of(V_V_ZERO, FLOATS, 0x0EA0C800),
            of(V_V_ZERO, HALVES, 0x0EF8C800, FP16)),
    FCMLE(of(V_V_ZERO, FLOATS, 0x2EA0D800), of(V_V_ZERO, HALVES, 0x2EF8D800, FP16)),
    FCMLT(of(V_V_ZERO, FLOATS, 0x0EA0E800), of(V_V_ZERO, HALVES, 0x0EF8E800, FP16)),
    FACGE(of(V_V_V, FLOATS, 0x2E20EC00), of(V_V_V, HALVES, 0x2E402C00, FP16)),
    FACGT(of(V_V_V, FLOATS, 0x2EA0EC00), of(V_V_V, HALVES, 0x2EC02C00, FP16)),
    FCMP(
            of(COMPARED, SCALARS, 0x1E202000),
            of(COMPARED, HALF, 0x1E202000, FP16),
            of(COMPARED_ZERO, SCALARS, 0x1E202008),
            of(COMPARED_ZERO, HALF, 0x1E202008, FP16)),
    FCVTNS(
            of(V_V, FLOATS, 0x0E21A800),
            of(V_V, HALVES, 0x0E79A800, FP16),
            of(R_V, SCALARS, 0x1E200000),
            of(R_V, HALF, 0x1E200000, FP16)),
    FCVTMS(
            of(V_V, FLOATS, 0x0E21B800),
            of(V_V, HALVES, 0x0E79B800, FP16),
            of(R_V, SCALARS, 0x1E300000),
            of(R_V, HALF, 0x1E300000, FP16)),
    FCVTPS(
            of(V_V, FLOATS, 0x0EA1A800),
            of(V_V, HALVES, 0x0EF9A800, FP16),
            of(R_V, SCALARS, 0x1E280000),
            of(R_V, HALF, 0x1E280000, FP16)),
    FCVTZS(
            of(V_V, FLOATS, 0x0EA1B800),
            of(V_V, HALVES, 0x0EF9B800, FP16),
            of(R_V, SCALARS, 0x1E380000),
            of(R_V, HALF, 0x1E380000, FP16)),
    FCVTAS(
            of(V_V, FLOATS, 0x0E21C800),
            of(V_V, HALVES, 0x0E79C800, FP16),
            of(R_V, SCALARS, 0x1E240000),
            of(R_V, HALF, 0x1E240000, FP16)),
    FCVTZU(
            of(V_V, FLOATS, 0x2EA1B800),
            of(V_V, HALVES, 0x2EF9B800, FP16),
            of(R_V, SCALARS, 0x1E390000),
            of(R_V, HALF, 0x1E390000, FP16)),
    SCVTF(
            of(V_V, FLOATS, 0x0E21D800),
            of(V_V, HALVES, 0x0E79D800, FP16),
            of(V_R, SCALARS, 0x1E220000),
            of(V_R, HALF, 0x1E220000, FP16)),
    UCVTF(
            of(V_V, FLOATS, 0x2E21D800),
            of(V_V, HALVES, 0x2E79D800, FP16),
            of(V_R, SCALARS, 0x1E230000),
            of(V_R, HALF, 0x1E230000, FP16)),
    FCVTL(of(WIDE_V, LOW_FLOATS, 0x0E217800)),
    FCVTL2(of(WIDE_V, HIGH_FLOATS, 0x0E217800)),
    FCVTN(of(V_WIDE, LOW_FLOATS, 0x0E216800)),
    FCVTN2(of(V_WIDE, HIGH_FLOATS, 0x0E216800)),
    FCVT(
            of(WIDE_V, HALF, 0x1E224000),
            of(WIDE_V, SINGLE, 0x1E22C000),
            of(V_WIDE, TO_HALF, 0x1E23C000),
            of(V_WIDE, SINGLE, 0x1E624000)),
    FMOV(
            of(V_V, SCALARS, 0x1E204000),
            of(V_V, HALF, 0x1E204000, FP16),
            of(LANE_R_V, SCALARS, 0x1E260000),
            of(V_LANE_R, SCALARS, 0x1E270000),
            of(V_FLOAT, SINGLES, 0x0F00F400),
            of(V_FLOAT, TWO_DOUBLES, 0x6F00F400),
            of(V_FLOAT, HALVES, 0x0F00FC00, FP16),
            of(SCALAR_FLOAT, SCALARS, 0x1E201000),
            of(SCALAR_FLOAT, HALF, 0x1E201000, FP16)),
    AND(of(V_V_V, BYTES, 0x0E201C00)),
    BIC(of(V_V_V, BYTES, 0x0E601C00)),
    ORR(of(V_V_V, BYTES, 0x0EA01C00)),
    ORN(of(V_V_V, BYTES, 0x0EE01C00)),
    EOR(of(V_V_V, BYTES, 0x2E201C00)),
    BSL(of(V_V_V, BYTES, 0x2E601C00)),
    BIT(of(V_V_V, BYTES, 0x2EA01C00)),
    BIF(of(V_V_V, BYTES, 0x2EE01C00)),
    NOT(of(V_V, BYTES, 0x2E205800)),
    CNT(of(V_V, BYTES, 0x0E205800)),
    RBIT(of(V_V, BYTES, 0x2E605800)),
    ADD(of(V_V_V, INTEGERS, 0x0E208400)),
    SUB(of(V_V_V, INTEGERS, 0x2E208400)),
    MUL(of(V_V_V, SMALL_INTEGERS, 0x0E209C00), of(V_V_FACTOR, MIDDLE_INTEGERS, 0x0F008000)),
    MLA(of(V_V_V, SMALL_INTEGERS, 0x0E209400), of(V_V_FACTOR, MIDDLE_INTEGERS, 0x2F000000)),
    MLS(of(V_V_V, SMALL_INTEGERS, 0x2E209400), of(V_V_FACTOR, MIDDLE_INTEGERS, 0x2F004000)),
    SQDMULH(of(V_V_V, MIDDLE_INTEGERS, 0x0E20B400), of(V_V_FACTOR, MIDDLE_INTEGERS, 0x0F00C000)),
    SQRDMULH(of(V_V_V, MIDDLE_INTEGERS, 0x2E20B400), of(V_V_FACTOR, MIDDLE_INTEGERS, 0x0F00D000)),
    ADDP(of(V_V_V, INTEGERS, 0x0E20BC00)),
    SMAX(of(V_V_V, SMALL_INTEGERS, 0x0E206400)),
    SMIN(of(V_V_V, SMALL_INTEGERS, 0x0E206C00)),
    UMAX(of(V_V_V, SMALL_INTEGERS, 0x2E206400)),
    UMIN(of(V_V_V, SMALL_INTEGERS, 0x2E206C00)),
    SABD(of(V_V_V, SMALL_INTEGERS, 0x0E207400)),
    UABD(of(V_V_V, SMALL_INTEGERS, 0x2E207400)),
    SQADD(of(V_V_V, INTEGERS, 0x0E200C00)),
    UQADD(of(V_V_V, INTEGERS, 0x2E200C00)),
    SQSUB(of(V_V_V, INTEGERS, 0x0E202C00)),
    UQSUB(of(V_V_V, INTEGERS, 0x2E202C00)),
    SSHL(of(V_V_V, INTEGERS, 0x0E204400)),
    USHL(of(V_V_V, INTEGERS, 0x2E204400)),
    ABS(of(V_V, INTEGERS, 0x0E20B800)),
    NEG(of(V_V, INTEGERS, 0x2E20B800)),
    CLZ(of(V_V, SMALL_INTEGERS, 0x2E204800)),
    CMEQ(of(V_V_V, INTEGERS, 0x2E208C00), of(V_V_ZERO, INTEGERS, 0x0E209800)),
    CMGE(of(V_V_V, INTEGERS, 0x0E203C00), of(V_V_ZERO, INTEGERS, 0x2E208800)),
    CMGT(of(V_V_V, INTEGERS, 0x0E203400), of(V_V_ZERO, INTEGERS, 0x0E208800)),
    CMHI(of(V_V_V, INTEGERS, 0x2E203400)),
    CMHS(of(V_V_V, INTEGERS, 0x2E203C00)),
    CMLE(of(V_V_ZERO, INTEGERS, 0x2E209800)),
    CMLT(of(V_V_ZERO, INTEGERS, 0x0E20A800)),
    CMTST(of(V_V_V, INTEGERS, 0x0E208C00)),
    SHL(of(V_V_LEFT, ANY, 0x0F005400)),
    SLI(of(V_V_LEFT, ANY, 0x2F005400)),
    SSHR(of(V_V_RIGHT, ANY, 0x0F000400)),
    USHR(of(V_V_RIGHT, ANY, 0x2F000400)),
    SRSHR(of(V_V_RIGHT, ANY, 0x0F002400)),
    URSHR(of(V_V_RIGHT, ANY, 0x2F002400)),
    SSRA(of(V_V_RIGHT, ANY, 0x0F001400)),
    USRA(of(V_V_RIGHT, ANY, 0x2F001400)),
    SRI(of(V_V_RIGHT, ANY, 0x2F004400)),
    SHRN(of(V_WIDE_RIGHT, LOW, 0x0F008400)),
    SHRN2(of(V_WIDE_RIGHT, HIGH, 0x0F008400)),
    RSHRN(of(V_WIDE_RIGHT, LOW, 0x0F008C00)),
    RSHRN2(of(V_WIDE_RIGHT, HIGH, 0x0F008C00)),
    SQSHRN(of(V_WIDE_RIGHT, LOW, 0x0F009400)),
    SQSHRN2(of(V_WIDE_RIGHT, HIGH, 0x0F009400)),
    SQRSHRN(of(V_WIDE_RIGHT, LOW, 0x0F009C00)),
    SQRSHRN2(of(V_WIDE_RIGHT, HIGH, 0x0F009C00)),
    SQRSHRUN(of(V_WIDE_RIGHT, LOW, 0x2F008C00)),
    SQRSHRUN2(of(V_WIDE_RIGHT, HIGH, 0x2F008C00)),
    SSHLL(of(WIDE_V_LEFT, LOW, 0x0F00A400)),
    SSHLL2(of(WIDE_V_LEFT, HIGH, 0x0F00A400)),
    USHLL(of(WIDE_V_LEFT, LOW, 0x2F00A400)),
    USHLL2(of(WIDE_V_LEFT, HIGH, 0x2F00A400)),
    SXTL(of(WIDE_V, LOW_EXTENDED, 0x0F00A400)),
    SXTL2(of(WIDE_V, HIGH_EXTENDED, 0x0F00A400)),
    UXTL(of(WIDE_V, LOW_EXTENDED, 0x2F00A400)),
    UXTL2(of(WIDE_V, HIGH_EXTENDED, 0x2F00A400)),
    XTN(of(V_WIDE, LOW_INTEGERS, 0x0E212800)),
    XTN2(of(V_WIDE, HIGH_INTEGERS, 0x0E212800)),
    SQXTN(of(V_WIDE, LOW_INTEGERS, 0x0E214800)),
    SQXTN2(of(V_WIDE, HIGH_INTEGERS, 0x0E214800)),
    UQXTN(of(V_WIDE, LOW_INTEGERS, 0x2E214800)),
    UQXTN2(of(V_WIDE, HIGH_INTEGERS, 0x2E214800)),
    SQXTUN(of(V_WIDE, LOW_INTEGERS, 0x2E212800)),
    SQXTUN2(of(V_WIDE, HIGH_INTEGERS, 0x2E212800)),
    SMULL(of(WIDE_V_V, LOW_INTEGERS, 0x0E20C000), of(WIDE_V_FACTOR, LOW_MIDDLE, 0x0F00A000)),
    SMULL2(of(WIDE_V_V, HIGH_INTEGERS, 0x0E20C000), of(WIDE_V_FACTOR, HIGH_MIDDLE, 0x0F00A000)),
    UMULL(of(WIDE_V_V, LOW_INTEGERS, 0x2E20C000), of(WIDE_V_FACTOR, LOW_MIDDLE, 0x2F00A000)),
    UMULL2(of(WIDE_V_V, HIGH_INTEGERS, 0x2E20C000), of(WIDE_V_FACTOR, HIGH_MIDDLE, 0x2F00A000)),
    SMLAL(of(WIDE_V_V, LOW_INTEGERS, 0x0E208000), of(WIDE_V_FACTOR, LOW_MIDDLE, 0x0F002000)),
    SMLAL2(of(WIDE_V_V, HIGH_INTEGERS, 0x0E208000), of(WIDE_V_FACTOR, HIGH_MIDDLE, 0x0F002000)),
    UMLAL(of(WIDE_V_V, LOW_INTEGERS, 0x2E208000), of(WIDE_V_FACTOR, LOW_MIDDLE, 0x2F002000)),
    UMLAL2(of(WIDE_V_V, HIGH_INTEGERS, 0x2E208000), of(WIDE_V_FACTOR, HIGH_MIDDLE, 0x2F002000)),
    SMLSL(of(WIDE_V_V, LOW_INTEGERS, 0x0E20A000), of(WIDE_V_FACTOR, LOW_MIDDLE, 0x0F006000)),
    SMLSL2(of(WIDE_V_V, HIGH_INTEGERS, 0x0E20A000), of(WIDE_V_FACTOR, HIGH_MIDDLE, 0x0F006000)),
    SADDL(of(WIDE_V_V, LOW_INTEGERS, 0x0E200000)),
    SADDL2(of(WIDE_V_V, HIGH_INTEGERS, 0x0E200000)),
    UADDL(of(WIDE_V_V, LOW_INTEGERS, 0x2E200000)),
    UADDL2(of(WIDE_V_V, HIGH_INTEGERS, 0x2E200000)),
    SSUBL(of(WIDE_V_V, LOW_INTEGERS, 0x0E202000)),
    SSUBL2(of(WIDE_V_V, HIGH_INTEGERS, 0x0E202000)),
    SADDW(of(WIDE_WIDE_V, LOW_INTEGERS, 0x0E201000)),
    SADDW2(of(WIDE_WIDE_V, HIGH_INTEGERS, 0x0E201000)),
    UADDW(of(WIDE_WIDE_V, LOW_INTEGERS, 0x2E201000)),
    UADDW2(of(WIDE_WIDE_V, HIGH_INTEGERS, 0x2E201000)),
    SADDLP(of(PAIRED_V, SMALL_INTEGERS, 0x0E202800)),
    UADDLP(of(PAIRED_V, SMALL_INTEGERS, 0x2E202800)),
    SADALP(of(PAIRED_V, SMALL_INTEGERS, 0x0E206800)),
    UADALP(of(PAIRED_V, SMALL_INTEGERS, 0x2E206800)),
    ADDV(of(ELEMENT_V, FOLDED_INTEGERS, 0x0E31B800)),
    SADDLV(of(WIDE_ELEMENT_V, FOLDED_INTEGERS, 0x0E303800)),
    UADDLV(of(WIDE_ELEMENT_V, FOLDED_INTEGERS, 0x2E303800)),
    SMAXV(of(ELEMENT_V, FOLDED_INTEGERS, 0x0E30A800)),
    SMINV(of(ELEMENT_V, FOLDED_INTEGERS, 0x0E31A800)),
    UMAXV(of(ELEMENT_V, FOLDED_INTEGERS, 0x2E30A800)),
    UMINV(of(ELEMENT_V, FOLDED_INTEGERS, 0x2E31A800)),
    DUP(
            of(V_LANE, ANY, 0x0E000400),
            of(V_SPREAD, ANY, 0x0E000C00),
            of(ELEMENT_LANE, LANES, 0x5E000400)),
    INS(of(LANE_LANE, LANES, 0x6E000400), of(LANE_R, LANES, 0x4E001C00)),
    UMOV(of(R_LANE, LANES, 0x0E003C00)),
    SMOV(of(X_LANE, SMALL_LANES, 0x4E002C00)),
    EXT(of(V_V_V_INDEX, BYTES, 0x2E000000)),
    ZIP1(of(V_V_V, INTEGERS, 0x0E003800)),
    ZIP2(of(V_V_V, INTEGERS, 0x0E007800)),
    UZP1(of(V_V_V, INTEGERS, 0x0E001800)),
    UZP2(of(V_V_V, INTEGERS, 0x0E005800)),
    TRN1(of(V_V_V, INTEGERS, 0x0E002800)),
    TRN2(of(V_V_V, INTEGERS, 0x0E006800)),
    REV16(of(V_V, BYTES, 0x0E201800)),
    REV32(of(V_V, BYTES_AND_HALVES, 0x2E200800)),
    REV64(of(V_V, SMALL_INTEGERS, 0x0E200800)),
    TBL(of(V_TABLE_V, BYTES, 0x0E000000)),
    TBX(of(V_TABLE_V, BYTES, 0x0E001000)),
    MOVI(of(V_BYTE, BYTES, 0x0F00E400), of(V_BYTE, SINGLES, 0x0F000400)),
    MVNI(of(V_BYTE, SINGLES, 0x2F000400)),
    SDOT(of(SUMS_V_V, BYTES, 0x0E809400, DOTPROD), of(SUMS_V_GROUP, BYTES, 0x0F80E000, DOTPROD)),
    UDOT(of(SUMS_V_V, BYTES, 0x2E809400, DOTPROD), of(SUMS_V_GROUP, BYTES, 0x2F80E000, DOTPROD)),
    USDOT(of(SUMS_V_V, BYTES, 0x0E809C00, I8MM), of(SUMS_V_GROUP, BYTES, 0x0F80F000, I8MM)),
    SUDOT(of(SUMS_V_GROUP, BYTES, 0x0F00F000, I8MM)),
    SMMLA(of(SUMS_V_V, SIXTEEN_BYTES, 0x4E80A400, I8MM)),
    UMMLA(of(SUMS_V_V, SIXTEEN_BYTES, 0x6E80A400, I8MM)),
    USMMLA(of(SUMS_V_V, SIXTEEN_BYTES, 0x4E80AC00, I8MM)),
    BFDOT(of(SUMS_V_V, HALVES, 0x2E40FC00, BF16), of(SUMS_V_GROUP, HALVES, 0x0F40F000, BF16)),
    BFMMLA(of(SUMS_V_V, EIGHT_HALVES, 0x6E40EC00, BF16)),
    BFMLALB(
            of(SUMS_V_V, EIGHT_HALVES, 0x2EC0FC00, BF16),
            of(SUMS_V_FACTOR, EIGHT_HALVES, 0x0FC0F000, BF16)),
    BFMLALT(
            of(SUMS_V_V, EIGHT_HALVES, 0x6EC0FC00, BF16),
            of(SUMS_V_FACTOR, EIGHT_HALVES, 0x4FC0F000, BF16)),
    BFCVTN(of(V_WIDE, FOUR_HALVES, 0x0EA16800, BF16)),
    BFCVTN2(of(V_WIDE, EIGHT_HALVES, 0x4EA16800, BF16)),
    BFCVT(of(V_WIDE, TO_HALF, 0x1E634000, BF16));

    private final List<Encoding> encodings;

    Neon(Encoding... encodings) {
        this.encodings = List.of(encodings);
    }

    List<Encoding> encodings() {
        return encodings;
    }
}
