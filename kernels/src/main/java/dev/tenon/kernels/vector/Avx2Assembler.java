package dev.tenon.kernels.vector;

import static dev.tenon.asm.x86.Imm.imm;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Operand;
import dev.tenon.asm.x86.Vec;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/// AVX2 and FMA: eight lanes. The sixteenth vector register holds the mask of a tail.
final class Avx2Assembler extends X86VectorAssembler {
    private static final Vec TAIL_MASK = ymm(15);

    private final Label masks = new Label("masks");
    private boolean hasTail;

    Avx2Assembler(Set<Feature> features) {
        super(VectorLevel.AVX2, features);
    }

    @Override
    public int vectors() {
        return TAIL_MASK.number();
    }

    @Override
    protected void emitConstant(int bits) {
        for (int i = 0; i < lanes(); i++) {
            a.data(bits);
        }
    }

    @Override
    protected void emitTables() {
        if (hasTail) {
            a.bind(masks);
            for (int i = 0; i < 2 * lanes(); i++) {
                a.data(i < lanes() ? -1 : 0);
            }
        }
    }

    private static Vec vec(Vector vector) {
        return ymm(vector.number());
    }

    private Operand operand(Source source) {
        return switch (source) {
            case Vector vector -> vec(vector);
            case Constant(int bits) -> constant(bits);
            case ByLane constant -> constant(constant);
            case Place place -> address(place);
        };
    }

    @Override
    public void save(Vector from, int slot) {
        a.emit(Avx.VMOVUPS, vectorSlot(slot), vec(from));
    }

    @Override
    public void restore(Vector to, int slot) {
        a.emit(Avx.VMOVUPS, vec(to), vectorSlot(slot));
    }

    @Override
    public void tail(Word count, Word scratch) {
        hasTail = true;
        a.lea(gpr(scratch), Address.at(masks));
        a.neg(gpr(count));
        var window = Address.at(gpr(scratch), gpr(count), Float.BYTES).plus(vectorBytes());
        a.emit(Avx.VMOVUPS, TAIL_MASK, window);
        a.neg(gpr(count));
    }

    @Override
    public void keepTail(Vector vector, Constant otherwise, Vector scratch) {
        var kept = vec(vector);
        a.emit(Avx.VANDPS, kept, kept, TAIL_MASK);
        if (otherwise.bits() != 0) {
            a.emit(Avx.VANDNPS, vec(scratch), TAIL_MASK, operand(otherwise));
            a.emit(Avx.VORPS, kept, kept, vec(scratch));
        }
    }

    @Override
    public void load(Vector to, Place from, Part part) {
        switch (part) {
            case ALL -> a.emit(Avx.VMOVUPS, vec(to), address(from));
            case TAIL -> a.emit(Avx.VMASKMOVPS, vec(to), TAIL_MASK, address(from));
        }
    }

    @Override
    public void store(Vector from, Place to, Part part) {
        switch (part) {
            case ALL -> a.emit(Avx.VMOVUPS, address(to), vec(from));
            case TAIL -> a.emit(Avx.VMASKMOVPS, address(to), TAIL_MASK, vec(from));
        }
    }

    @Override
    public void stream(Vector from, Place to) {
        a.emit(Avx.VMOVNTPS, address(to), vec(from));
    }

    @Override
    public void broadcast(Vector to, Place from) {
        a.emit(Avx.VBROADCASTSS, vec(to), address(from));
    }

    @Override
    public void broadcast(Vector to, Word from) {
        a.emit(Avx.VMOVD, vec(to).low(), gpr(from));
        a.emit(Avx.VBROADCASTSS, vec(to), vec(to).low());
    }

    /// Moves the first lanes between a vector and memory.
    private record Few(Avx move, IntFunction<Vec> vec) {
        static Few of(int lanes) {
            return switch (lanes) {
                case 1 -> new Few(Avx.VMOVSS, Vec::xmm);
                case 2 -> new Few(Avx.VMOVSD, Vec::xmm);
                case 4 -> new Few(Avx.VMOVUPS, Vec::xmm);
                case 8 -> new Few(Avx.VMOVUPS, Vec::ymm);
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
            a.emit(Avx.VMOVUPS, vec(to).low(), four);
        } else {
            a.emit(Avx.VINSERTF128, vec(to), vec(to), four, imm(four(first)));
        }
    }

    @Override
    public void storeFour(Vector from, int first, Place to) {
        if (first == 0) {
            a.emit(Avx.VMOVUPS, address(to), vec(from).low());
        } else {
            a.emit(Avx.VEXTRACTF128, address(to), vec(from), imm(four(first)));
        }
    }

    @Override
    public void set(Vector to, Source from) {
        if (from instanceof Constant(int bits) && bits == 0) {
            a.emit(Avx.VXORPS, vec(to), vec(to), vec(to));
        } else if (!to.equals(from)) {
            a.emit(Avx.VMOVUPS, vec(to), operand(from));
        }
    }

    @Override
    public void apply(Unary function, Vector to, Vector x) {
        switch (function) {
            case SQRT -> a.emit(Avx.VSQRTPS, vec(to), vec(x));
            case ROUND -> a.emit(Avx.VROUNDPS, vec(to), vec(x), imm(0x8));
            case FLOOR -> a.emit(Avx.VROUNDPS, vec(to), vec(x), imm(0x9));
            case CEIL -> a.emit(Avx.VROUNDPS, vec(to), vec(x), imm(0xA));
            case TO_INT -> a.emit(Avx.VCVTPS2DQ, vec(to), vec(x));
            case FROM_INT -> a.emit(Avx.VCVTDQ2PS, vec(to), vec(x));
        }
    }

    @Override
    public void apply(Binary function, Vector to, Vector x, Source y) {
        switch (function) {
            case ADD -> binary(Avx.VADDPS, to, x, y);
            case SUBTRACT -> binary(Avx.VSUBPS, to, x, y);
            case MULTIPLY -> binary(Avx.VMULPS, to, x, y);
            case DIVIDE -> binary(Avx.VDIVPS, to, x, y);
            case MIN -> binary(Avx.VMINPS, to, x, y);
            case MAX -> binary(Avx.VMAXPS, to, x, y);
            case AND -> binary(Avx.VANDPS, to, x, y);
            case AND_NOT -> binary(Avx.VANDNPS, to, x, y);
            case OR -> binary(Avx.VORPS, to, x, y);
            case XOR -> binary(Avx.VXORPS, to, x, y);
            case INT_ADD -> binary(Avx.VPADDD, to, x, y);
            case INT_SUBTRACT -> binary(Avx.VPSUBD, to, x, y);
            case EQUAL -> compare(0x00, to, x, y);
            case UNORDERED -> compare(0x03, to, x, y);
            case NOT_EQUAL -> compare(0x04, to, x, y);
            case LESS -> compare(0x11, to, x, y);
            case LESS_OR_EQUAL -> compare(0x12, to, x, y);
        }
    }

    private void binary(Avx instruction, Vector to, Vector x, Source y) {
        a.emit(instruction, vec(to), vec(x), operand(y));
    }

    private void compare(int predicate, Vector to, Vector x, Source y) {
        a.emit(Avx.VCMPPS, vec(to), vec(x), operand(y), imm(predicate));
    }

    @Override
    public void shift(Shift shift, Vector to, Vector x, int bits) {
        var instruction =
                switch (shift) {
                    case LEFT -> Avx.VPSLLD;
                    case RIGHT -> Avx.VPSRLD;
                    case SIGNED_RIGHT -> Avx.VPSRAD;
                };
        a.emit(instruction, vec(to), vec(x), imm(bits));
    }

    /// The forms of a fused multiply-add, by which operands the destination is: `213` multiplies it
    /// and adds the third, `132` multiplies it by the third, `231` adds to it.
    private record Fused(Avx f132, Avx f213, Avx f231) {
        static final Fused PLUS = new Fused(Avx.VFMADD132PS, Avx.VFMADD213PS, Avx.VFMADD231PS);
        static final Fused MINUS = new Fused(Avx.VFNMADD132PS, Avx.VFNMADD213PS, Avx.VFNMADD231PS);
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
        a.emit(Avx.VBLENDVPS, vec(to), vec(otherwise), operand(then), vec(mask));
    }

    @Override
    public void acrossLanes(Binary function, Vector vector, Vector scratch) {
        var v = vec(vector);
        var s = vec(scratch);
        a.emit(Avx.VPERM2F128, s, v, v, imm(0x01));
        apply(function, vector, vector, scratch);
        a.emit(Avx.VSHUFPS, s, v, v, imm(0x4E));
        apply(function, vector, vector, scratch);
        a.emit(Avx.VSHUFPS, s, v, v, imm(0xB1));
        apply(function, vector, vector, scratch);
    }

    @Override
    public void pick(Vector to, Vector indices, Source from) {
        a.emit(Avx.VPERMPS, vec(to), vec(indices), operand(from));
    }

    @Override
    public List<Vector> transpose(List<Vector> rows, Vector scratch) {
        var square = new Butterflies(rows, scratch);
        square.step(1, true, mix(Avx.VUNPCKLPS), mix(Avx.VUNPCKHPS));
        square.step(2, true, mix(Avx.VUNPCKLPD), mix(Avx.VUNPCKHPD));
        if (rows.size() > 4) {
            square.step(4, false, mixHalves(0x20), mixHalves(0x31));
        }
        return square.vectors();
    }

    private Butterflies.Mix mix(Avx instruction) {
        return (to, x, y) -> a.emit(instruction, vec(to), vec(x), vec(y));
    }

    private Butterflies.Mix mixHalves(int which) {
        return (to, x, y) -> a.emit(Avx.VPERM2F128, vec(to), vec(x), vec(y), imm(which));
    }
}
