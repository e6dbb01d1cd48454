package dev.tenon.kernels.vector;

import static dev.tenon.asm.x86.Imm.imm;
import static dev.tenon.asm.x86.Vec.zmm;

import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Avx512;
import dev.tenon.asm.x86.Broadcast;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Mask;
import dev.tenon.asm.x86.MaskOp;
import dev.tenon.asm.x86.Masked;
import dev.tenon.asm.x86.Operand;
import dev.tenon.asm.x86.Vec;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/// AVX-512 with its extensions F, BW, DQ and VL: sixteen lanes. Constants are single numbers in
/// memory.
final class Avx512Assembler extends X86VectorAssembler {
    private static final Mask TAIL = Mask.K1;

    /// What a comparison gives, before it becomes a vector.
    private static final Mask COMPARED = Mask.K2;

    Avx512Assembler(Set<Feature> features) {
        super(VectorLevel.AVX512, features);
    }

    @Override
    public int vectors() {
        return Vec.EXTENDED_COUNT;
    }

    @Override
    protected void emitConstant(int bits) {
        a.data(bits);
    }

    @Override
    protected void emitTables() {}

    private static Vec vec(Vector vector) {
        return zmm(vector.number());
    }

    private Operand operand(Source source) {
        return switch (source) {
            case Vector vector -> vec(vector);
            case Constant(int bits) -> new Broadcast(constant(bits));
            case ByLane constant -> constant(constant);
            case Place place -> address(place);
        };
    }

    @Override
    public void save(Vector from, int slot) {
        a.emit(Avx512.VMOVUPS, vectorSlot(slot), vec(from));
    }

    @Override
    public void restore(Vector to, int slot) {
        a.emit(Avx512.VMOVUPS, vec(to), vectorSlot(slot));
    }

    @Override
    public void tail(Word count, Word scratch) {
        a.mov(gpr(scratch), -1);
        a.emit(Avx.BZHI, gpr(scratch), gpr(scratch), gpr(count));
        a.emit(MaskOp.KMOVW, TAIL, gpr(scratch));
    }

    @Override
    public void keepTail(Vector vector, Constant otherwise, Vector scratch) {
        if (otherwise.bits() == 0) {
            a.emit(Avx512.VMOVAPS, Masked.zeroing(vec(vector), TAIL), vec(vector));
        } else {
            set(scratch, otherwise);
            a.emit(Avx512.VMOVAPS, Masked.merging(vec(scratch), TAIL), vec(vector));
            set(vector, scratch);
        }
    }

    @Override
    public void load(Vector to, Place from, Part part) {
        var place = vec(to);
        a.emit(
                Avx512.VMOVUPS,
                switch (part) {
                    case ALL -> place;
                    case TAIL -> Masked.zeroing(place, TAIL);
                },
                address(from));
    }

    @Override
    public void store(Vector from, Place to, Part part) {
        var place = address(to);
        a.emit(
                Avx512.VMOVUPS,
                switch (part) {
                    case ALL -> place;
                    case TAIL -> Masked.merging(place, TAIL);
                },
                vec(from));
    }

    @Override
    public void stream(Vector from, Place to) {
        a.emit(Avx512.VMOVNTPS, address(to), vec(from));
    }

    @Override
    public void broadcast(Vector to, Place from) {
        a.emit(Avx512.VBROADCASTSS, vec(to), address(from));
    }

    @Override
    public void broadcast(Vector to, Word from) {
        a.emit(Avx512.VPBROADCASTD, vec(to), gpr(from));
    }

    /// Moves the first lanes between a vector and memory.
    private record Few(Avx512 move, IntFunction<Vec> vec) {
        static Few of(int lanes) {
            return switch (lanes) {
                case 1 -> new Few(Avx512.VMOVSS, Vec::xmm);
                case 2 -> new Few(Avx512.VMOVSD, Vec::xmm);
                case 4 -> new Few(Avx512.VMOVUPS, Vec::xmm);
                case 8 -> new Few(Avx512.VMOVUPS, Vec::ymm);
                case 16 -> new Few(Avx512.VMOVUPS, Vec::zmm);
                default -> throw new IllegalArgumentException("the first " + lanes + " lanes");
            };
        }
    }

    @Override
    public void loadFirst(Vector to, Place from, int lanes) {
        var few = Few.of(lanes);
        a.emit(few.move, few.vec.apply(to.number()), address(from));
    }

    @Override
    public void storeFirst(Vector from, Place to, int lanes) {
        var few = Few.of(lanes);
        a.emit(few.move, address(to), few.vec.apply(from.number()));
    }

    @Override
    public void setFour(Vector to, int first, Source from) {
        var four = from instanceof Vector vector ? vec(vector).low() : operand(from);
        if (first == 0) {
            a.emit(Avx512.VMOVUPS, vec(to).low(), four);
        } else {
            a.emit(Avx512.VINSERTF32X4, vec(to), vec(to), four, imm(four(first)));
        }
    }

    @Override
    public void storeFour(Vector from, int first, Place to) {
        if (first == 0) {
            a.emit(Avx512.VMOVUPS, address(to), vec(from).low());
        } else {
            a.emit(Avx512.VEXTRACTF32X4, address(to), vec(from), imm(four(first)));
        }
    }

    @Override
    public void set(Vector to, Source from) {
        if (from instanceof Constant(int bits) && bits == 0) {
            a.emit(Avx512.VPXORD, vec(to), vec(to), vec(to));
        } else if (from instanceof Constant(int bits)) {
            a.emit(Avx512.VBROADCASTSS, vec(to), constant(bits));
        } else if (!to.equals(from)) {
            a.emit(Avx512.VMOVUPS, vec(to), operand(from));
        }
    }

    @Override
    public void apply(Unary function, Vector to, Vector x) {
        switch (function) {
            case SQRT -> a.emit(Avx512.VSQRTPS, vec(to), vec(x));
            case ROUND -> a.emit(Avx512.VRNDSCALEPS, vec(to), vec(x), imm(0x8));
            case FLOOR -> a.emit(Avx512.VRNDSCALEPS, vec(to), vec(x), imm(0x9));
            case CEIL -> a.emit(Avx512.VRNDSCALEPS, vec(to), vec(x), imm(0xA));
            case TO_INT -> a.emit(Avx512.VCVTPS2DQ, vec(to), vec(x));
            case FROM_INT -> a.emit(Avx512.VCVTDQ2PS, vec(to), vec(x));
        }
    }

    @Override
    public void apply(Binary function, Vector to, Vector x, Source y) {
        switch (function) {
            case ADD -> binary(Avx512.VADDPS, to, x, y);
            case SUBTRACT -> binary(Avx512.VSUBPS, to, x, y);
            case MULTIPLY -> binary(Avx512.VMULPS, to, x, y);
            case DIVIDE -> binary(Avx512.VDIVPS, to, x, y);
            case MIN -> binary(Avx512.VMINPS, to, x, y);
            case MAX -> binary(Avx512.VMAXPS, to, x, y);
            case AND -> binary(Avx512.VANDPS, to, x, y);
            case AND_NOT -> binary(Avx512.VANDNPS, to, x, y);
            case OR -> binary(Avx512.VORPS, to, x, y);
            case XOR -> binary(Avx512.VXORPS, to, x, y);
            case INT_ADD -> binary(Avx512.VPADDD, to, x, y);
            case INT_SUBTRACT -> binary(Avx512.VPSUBD, to, x, y);
            case EQUAL -> compare(0x00, to, x, y);
            case UNORDERED -> compare(0x03, to, x, y);
            case NOT_EQUAL -> compare(0x04, to, x, y);
            case LESS -> compare(0x11, to, x, y);
            case LESS_OR_EQUAL -> compare(0x12, to, x, y);
        }
    }

    private void binary(Avx512 instruction, Vector to, Vector x, Source y) {
        a.emit(instruction, vec(to), vec(x), operand(y));
    }

    private void compare(int predicate, Vector to, Vector x, Source y) {
        a.emit(Avx512.VCMPPS, COMPARED, vec(x), operand(y), imm(predicate));
        a.emit(Avx512.VPMOVM2D, vec(to), COMPARED);
    }

    @Override
    public void shift(Shift shift, Vector to, Vector x, int bits) {
        var instruction =
                switch (shift) {
                    case LEFT -> Avx512.VPSLLD;
                    case RIGHT -> Avx512.VPSRLD;
                    case SIGNED_RIGHT -> Avx512.VPSRAD;
                };
        a.emit(instruction, vec(to), vec(x), imm(bits));
    }

    /// The forms of a fused multiply-add, by which operands the destination is: `213` multiplies it
    /// and adds the third, `132` multiplies it by the third, `231` adds to it.
    private record Fused(Avx512 f132, Avx512 f213, Avx512 f231) {
        static final Fused PLUS =
                new Fused(Avx512.VFMADD132PS, Avx512.VFMADD213PS, Avx512.VFMADD231PS);
        static final Fused MINUS =
                new Fused(Avx512.VFNMADD132PS, Avx512.VFNMADD213PS, Avx512.VFNMADD231PS);
    }

    @Override
    public void fma(Vector to, Vector x, Source y, Source z) {
        fused(Fused.PLUS, to, x, y, z);
    }

    @Override
    public void negatedFma(Vector to, Vector x, Source y, Source z) {
        fused(Fused.MINUS, to, x, y, z);
    }

    private void fused(Fused form, Vector to, Vector x, Source y, Source z) {
        if (to.equals(z)) {
            a.emit(form.f231, vec(to), vec(x), operand(y));
        } else if (y instanceof Vector factor && to.equals(factor)) {
            a.emit(form.f213, vec(to), vec(x), operand(z));
        } else {
            set(to, x);
            if (y instanceof Vector factor) {
                a.emit(form.f213, vec(to), vec(factor), operand(z));
            } else {
                a.emit(form.f132, vec(to), operand(z), operand(y));
            }
        }
    }

    @Override
    public void blend(Vector to, Vector mask, Source then, Vector otherwise) {
        if (to.equals(mask)) {
            choose(0xAC, to, otherwise, then);
        } else if (to.equals(then)) {
            choose(0xE2, to, mask, otherwise);
        } else {
            set(to, otherwise);
            choose(0xB8, to, mask, then);
        }
    }

    /// @param table what becomes of three bits, the first of which is the highest of the index
    private void choose(int table, Vector to, Vector y, Source z) {
        a.emit(Avx512.VPTERNLOGD, vec(to), vec(y), operand(z), imm(table));
    }

    @Override
    public void acrossLanes(Binary function, Vector vector, Vector scratch) {
        var v = vec(vector);
        var s = vec(scratch);
        a.emit(Avx512.VSHUFF32X4, s, v, v, imm(0x4E));
        apply(function, vector, vector, scratch);
        a.emit(Avx512.VSHUFF32X4, s, v, v, imm(0xB1));
        apply(function, vector, vector, scratch);
        a.emit(Avx512.VSHUFPS, s, v, v, imm(0x4E));
        apply(function, vector, vector, scratch);
        a.emit(Avx512.VSHUFPS, s, v, v, imm(0xB1));
        apply(function, vector, vector, scratch);
    }

    @Override
    public void pick(Vector to, Vector indices, Source from) {
        a.emit(Avx512.VPERMPS, vec(to), vec(indices), operand(from));
    }

    @Override
    public boolean hasTables() {
        return true;
    }

    @Override
    public void lookUp(Vector to, Vector indices, Source low, Source high) {
        set(to, low);
        a.emit(Avx512.VPERMT2PS, vec(to), vec(indices), operand(high));
    }

    @Override
    public void scale(Vector to, Vector x, Source exponent) {
        binary(Avx512.VSCALEFPS, to, x, exponent);
    }

    @Override
    public List<Vector> transpose(List<Vector> rows, Vector scratch) {
        var square = new Butterflies(rows, scratch);
        square.step(1, true, mix(Avx512.VUNPCKLPS), mix(Avx512.VUNPCKHPS));
        square.step(2, true, mix(Avx512.VUNPCKLPD), mix(Avx512.VUNPCKHPD));
        if (rows.size() > 4) {
            square.step(4, false, mixQuarters(0x88), mixQuarters(0xDD));
            square.step(8, false, mixQuarters(0x88), mixQuarters(0xDD));
        }
        return square.vectors();
    }

    private Butterflies.Mix mix(Avx512 instruction) {
        return (to, x, y) -> a.emit(instruction, vec(to), vec(x), vec(y));
    }

    private Butterflies.Mix mixQuarters(int which) {
        return (to, x, y) -> a.emit(Avx512.VSHUFF32X4, vec(to), vec(x), vec(y), imm(which));
    }
}
