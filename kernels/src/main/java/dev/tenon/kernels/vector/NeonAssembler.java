package dev.tenon.kernels.vector;

import static dev.tenon.asm.aarch64.Address.at;
import static dev.tenon.asm.aarch64.Imm.imm;
import static dev.tenon.asm.aarch64.Vec.b16;
import static dev.tenon.asm.aarch64.Vec.q;
import static dev.tenon.asm.aarch64.Vec.s4;

import dev.tenon.asm.Label;
import dev.tenon.asm.aarch64.Access;
import dev.tenon.asm.aarch64.Arrangement;
import dev.tenon.asm.aarch64.Feature;
import dev.tenon.asm.aarch64.Gpr;
import dev.tenon.asm.aarch64.Imm;
import dev.tenon.asm.aarch64.Neon;
import dev.tenon.asm.aarch64.Structure;
import dev.tenon.asm.aarch64.Vec;
import dev.tenon.asm.aarch64.VecList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// NEON: four lanes. Of 32 vector registers one holds the mask of a tail, and two what comes from
/// memory for one instruction.
final class NeonAssembler extends AArch64VectorAssembler {
    private static final int TAIL_MASK = 29;
    private static final int SCRATCH = 30;
    private static final int SECOND_SCRATCH = 31;

    private final Map<Integer, Label> constants = new LinkedHashMap<>();
    private final Map<ByLane, Label> vectors = new LinkedHashMap<>();
    private final Label laneNumbers = new Label("lane numbers");
    private boolean hasTail;

    NeonAssembler(Set<Feature> features) {
        super(features);
    }

    @Override
    public int lanes() {
        return VECTOR_BYTES / Float.BYTES;
    }

    @Override
    public int vectors() {
        return TAIL_MASK;
    }

    @Override
    public byte[] finish() {
        a.align(VECTOR_BYTES);
        constants.forEach(
                (bits, label) -> {
                    a.bind(label);
                    for (int i = 0; i < lanes(); i++) {
                        a.data(bits);
                    }
                });
        vectors.forEach(
                (constant, label) -> {
                    a.bind(label);
                    constant.bits().forEach(a::data);
                });
        if (hasTail) {
            a.bind(laneNumbers);
            for (int i = 0; i < lanes(); i++) {
                a.data(i);
            }
        }
        return a.finish();
    }

    private static Vec vec(Vector vector) {
        return s4(vector.number());
    }

    /// All bits of the register.
    private static Vec bytes(Vec vector) {
        return vector.as(Arrangement.B16);
    }

    /// The source in a register, which is the given one unless it is in one already.
    private Vec operand(Source source, int scratch) {
        if (source instanceof Vector vector) {
            return vec(vector);
        }
        read(s4(scratch), source);
        return s4(scratch);
    }

    private void read(Vec to, Source from) {
        switch (from) {
            case Vector vector -> move(to, vec(vector));
            case Constant(int bits) -> constant(to, bits);
            case ByLane constant -> {
                var label = vectors.computeIfAbsent(constant, _ -> new Label("vector"));
                a.emit(Access.LDR, to.as(Arrangement.Q), at(label));
            }
            case Place place ->
                    a.emit(Access.LDR, to.as(Arrangement.Q), address(place, VECTOR_BYTES));
        }
    }

    private void move(Vec to, Vec from) {
        if (!to.equals(from)) {
            a.emit(Neon.ORR, bytes(to), bytes(from), bytes(from));
        }
    }

    private void constant(Vec to, int bits) {
        float number = Float.intBitsToFloat(bits);
        if (bits >= 0 && bits <= 0xFF) {
            a.emit(Neon.MOVI, to, imm(bits));
        } else if (bits == -1) {
            a.emit(Neon.MOVI, bytes(to), imm(0xFF));
        } else if (Imm.isEncodable(number)) {
            a.emit(Neon.FMOV, to, imm(number));
        } else {
            var label = constants.computeIfAbsent(bits, _ -> new Label("constant"));
            a.emit(Access.LDR, to.as(Arrangement.Q), at(label));
        }
    }

    @Override
    public void save(Vector from, int slot) {
        a.emit(Access.STR, q(from.number()), vectorSlot(slot));
    }

    @Override
    public void restore(Vector to, int slot) {
        a.emit(Access.LDR, q(to.number()), vectorSlot(slot));
    }

    @Override
    public void tail(Word count, Word scratch) {
        hasTail = true;
        a.mov(TAIL_COUNT, gpr(count));
        a.emit(Neon.DUP, s4(SCRATCH), gpr(count).low());
        a.emit(Access.LDR, q(SECOND_SCRATCH), at(laneNumbers));
        a.emit(Neon.CMGT, s4(TAIL_MASK), s4(SCRATCH), s4(SECOND_SCRATCH));
    }

    @Override
    public void keepTail(Vector vector, Constant otherwise, Vector scratch) {
        var other = operand(otherwise, SCRATCH);
        a.emit(Neon.BIF, bytes(vec(vector)), bytes(other), b16(TAIL_MASK));
    }

    @Override
    public void load(Vector to, Place from, Part part) {
        switch (part) {
            case ALL -> read(vec(to), from);
            case TAIL -> loadTail(to.number(), from);
        }
    }

    @Override
    public void store(Vector from, Place to, Part part) {
        switch (part) {
            case ALL -> a.emit(Access.STR, q(from.number()), address(to, VECTOR_BYTES));
            case TAIL -> storeTail(from.number(), to);
        }
    }

    /// Four lanes, two, one behind the two, or one: as many as there are.
    private void loadTail(int to, Place from) {
        var pointer = pointer(from);
        tailCases(
                () -> a.emit(Access.LDR, q(to), at(pointer)),
                () -> a.emit(Access.LDR, Vec.d(to), at(pointer)),
                () -> a.emit(Structure.LD1, s4(to).lane(2), at(SECOND_POINTER)),
                () -> a.emit(Access.LDR, Vec.s(to), at(pointer)),
                () -> constant(s4(to), 0),
                pointer);
    }

    private void storeTail(int from, Place to) {
        var pointer = pointer(to);
        tailCases(
                () -> a.emit(Access.STR, q(from), at(pointer)),
                () -> a.emit(Access.STR, Vec.d(from), at(pointer)),
                () -> a.emit(Structure.ST1, s4(from).lane(2), at(SECOND_POINTER)),
                () -> a.emit(Access.STR, Vec.s(from), at(pointer)),
                () -> {},
                pointer);
    }

    private void tailCases(
            Runnable four, Runnable two, Runnable third, Runnable one, Runnable none, Gpr pointer) {
        var fewerThanFour = a.label("fewer than four");
        var fewerThanTwo = a.label("fewer than two");
        var noLane = a.label("none");
        var end = a.label("end");
        a.branchIfClear(TAIL_COUNT, 2, fewerThanFour);
        four.run();
        a.branch(end);
        a.bind(fewerThanFour);
        a.branchIfClear(TAIL_COUNT, 1, fewerThanTwo);
        two.run();
        a.branchIfClear(TAIL_COUNT, 0, end);
        a.add(SECOND_POINTER, pointer, 2L * Float.BYTES);
        third.run();
        a.branch(end);
        a.bind(fewerThanTwo);
        a.branchIfClear(TAIL_COUNT, 0, noLane);
        one.run();
        a.branch(end);
        a.bind(noLane);
        none.run();
        a.bind(end);
    }

    /// As other stores: no instruction takes one vector past the caches.
    @Override
    public void stream(Vector from, Place to) {
        store(from, to, Part.ALL);
    }

    /// Nothing, since streamed stores are like others.
    @Override
    public void fence() {}

    @Override
    public void broadcast(Vector to, Place from) {
        if (from.index() == null && from.bytes() == 0) {
            a.emit(Structure.LD1R, VecList.of(vec(to), 1), at(gpr(from.base())));
        } else {
            a.emit(Access.LDR, Vec.s(to.number()), address(from, Float.BYTES));
            a.emit(Neon.DUP, vec(to), vec(to).lane(0));
        }
    }

    @Override
    public void broadcast(Vector to, Word from) {
        a.emit(Neon.DUP, vec(to), gpr(from).low());
    }

    /// The first lanes of a register.
    private static Vec first(Vector vector, int lanes) {
        int number = vector.number();
        return switch (lanes) {
            case 1 -> Vec.s(number);
            case 2 -> Vec.d(number);
            default -> q(number);
        };
    }

    @Override
    public void loadFirst(Vector to, Place from, int lanes) {
        a.emit(Access.LDR, first(to, lanes), address(from, lanes * Float.BYTES));
    }

    @Override
    public void storeFirst(Vector from, Place to, int lanes) {
        a.emit(Access.STR, first(from, lanes), address(to, lanes * Float.BYTES));
    }

    @Override
    public void setFour(Vector to, int first, Source from) {
        read(vec(to), from);
    }

    @Override
    public void storeFour(Vector from, int first, Place to) {
        store(from, to, Part.ALL);
    }

    @Override
    public void set(Vector to, Source from) {
        read(vec(to), from);
    }

    @Override
    public void apply(Unary function, Vector to, Vector x) {
        var instruction =
                switch (function) {
                    case SQRT -> Neon.FSQRT;
                    case ROUND -> Neon.FRINTN;
                    case FLOOR -> Neon.FRINTM;
                    case CEIL -> Neon.FRINTP;
                    case TO_INT -> Neon.FCVTNS;
                    case FROM_INT -> Neon.SCVTF;
                };
        a.emit(instruction, vec(to), vec(x));
    }

    @Override
    public void apply(Binary function, Vector to, Vector x, Source y) {
        var first = vec(x);
        var second = operand(y, SCRATCH);
        var result = vec(to);
        switch (function) {
            case ADD -> a.emit(Neon.FADD, result, first, second);
            case SUBTRACT -> a.emit(Neon.FSUB, result, first, second);
            case MULTIPLY -> a.emit(Neon.FMUL, result, first, second);
            case DIVIDE -> a.emit(Neon.FDIV, result, first, second);
            case MIN -> choose(result, first, second, second, first);
            case MAX -> choose(result, first, second, first, second);
            case AND -> a.emit(Neon.AND, bytes(result), bytes(first), bytes(second));
            case AND_NOT -> a.emit(Neon.BIC, bytes(result), bytes(second), bytes(first));
            case OR -> a.emit(Neon.ORR, bytes(result), bytes(first), bytes(second));
            case XOR -> a.emit(Neon.EOR, bytes(result), bytes(first), bytes(second));
            case INT_ADD -> a.emit(Neon.ADD, result, first, second);
            case INT_SUBTRACT -> a.emit(Neon.SUB, result, first, second);
            case LESS -> a.emit(Neon.FCMGT, result, second, first);
            case LESS_OR_EQUAL -> a.emit(Neon.FCMGE, result, second, first);
            case EQUAL -> a.emit(Neon.FCMEQ, result, first, second);
            case NOT_EQUAL -> {
                a.emit(Neon.FCMEQ, result, first, second);
                a.emit(Neon.NOT, bytes(result), bytes(result));
            }
            case UNORDERED -> unordered(result, first, second);
        }
    }

    /// The first where `greater > less`, the second elsewhere.
    private void choose(Vec to, Vec x, Vec y, Vec greater, Vec less) {
        var mask = to.equals(x) || to.equals(y) ? s4(SECOND_SCRATCH) : to;
        a.emit(Neon.FCMGT, mask, greater, less);
        select(to, mask, x, y);
    }

    /// The first where the mask is set, the second elsewhere; the mask may be overwritten.
    private void select(Vec to, Vec mask, Vec x, Vec y) {
        if (to.equals(y)) {
            a.emit(Neon.BIT, bytes(to), bytes(x), bytes(mask));
        } else if (to.equals(x)) {
            a.emit(Neon.BIF, bytes(to), bytes(y), bytes(mask));
        } else {
            move(to, mask);
            a.emit(Neon.BSL, bytes(to), bytes(x), bytes(y));
        }
    }

    private void unordered(Vec to, Vec x, Vec y) {
        var ordered = s4(SECOND_SCRATCH);
        a.emit(Neon.FCMEQ, ordered, x, x);
        if (!x.equals(y)) {
            a.emit(Neon.FCMEQ, to, y, y);
            a.emit(Neon.AND, bytes(ordered), bytes(ordered), bytes(to));
        }
        a.emit(Neon.NOT, bytes(to), bytes(ordered));
    }

    @Override
    public void shift(Shift shift, Vector to, Vector x, int bits) {
        if (bits == 0) {
            move(vec(to), vec(x));
            return;
        }
        var instruction =
                switch (shift) {
                    case LEFT -> Neon.SHL;
                    case RIGHT -> Neon.USHR;
                    case SIGNED_RIGHT -> Neon.SSHR;
                };
        a.emit(instruction, vec(to), vec(x), imm(bits));
    }

    @Override
    public void fma(Vector to, Vector x, Source y, Source z) {
        fused(Neon.FMLA, vec(to), vec(x), y, z);
    }

    @Override
    public void negatedFma(Vector to, Vector x, Source y, Source z) {
        fused(Neon.FMLS, vec(to), vec(x), y, z);
    }

    /// The instructions change the addend, which is moved there first.
    private void fused(Neon instruction, Vec to, Vec x, Source y, Source z) {
        var factor = operand(y, SCRATCH);
        boolean free = z instanceof Vector addend && to.equals(vec(addend));
        boolean taken = !free && (to.equals(x) || to.equals(factor));
        var sum = taken ? s4(SECOND_SCRATCH) : to;
        read(sum, z);
        a.emit(instruction, sum, x, factor);
        move(to, sum);
    }

    @Override
    public void blend(Vector to, Vector mask, Source then, Vector otherwise) {
        var x = operand(then, SCRATCH);
        var y = vec(otherwise);
        if (to.equals(mask)) {
            a.emit(Neon.BSL, bytes(vec(to)), bytes(x), bytes(y));
        } else {
            select(vec(to), vec(mask), x, y);
        }
    }

    /// Looks bytes up: those of lane `i` are `4 i … 4 i + 3`.
    @Override
    public void pick(Vector to, Vector indices, Source from) {
        var places = s4(SECOND_SCRATCH);
        var bytesOfLane = s4(SCRATCH);
        constant(places, 0x0302_0100);
        constant(bytesOfLane, 0x0404_0404);
        a.emit(Neon.MLA, places, vec(indices), bytesOfLane);
        var whole = bytes(operand(from, SCRATCH));
        a.emit(Neon.TBL, bytes(vec(to)), VecList.of(whole, 1), bytes(places));
    }

    @Override
    public List<Vector> transpose(List<Vector> square, Vector scratch) {
        var rows = new Butterflies(square, scratch);
        rows.step(1, true, mix(Neon.ZIP1, Arrangement.S4), mix(Neon.ZIP2, Arrangement.S4));
        rows.step(2, true, mix(Neon.ZIP1, Arrangement.D2), mix(Neon.ZIP2, Arrangement.D2));
        return rows.vectors();
    }

    private Butterflies.Mix mix(Neon instruction, Arrangement lanes) {
        return (to, x, y) ->
                a.emit(instruction, vec(to).as(lanes), vec(x).as(lanes), vec(y).as(lanes));
    }

    @Override
    public void acrossLanes(Binary function, Vector vector, Vector scratch) {
        var v = vec(vector);
        var s = vec(scratch);
        a.emit(Neon.EXT, bytes(s), bytes(v), bytes(v), imm(VECTOR_BYTES / 2));
        apply(function, vector, vector, scratch);
        a.emit(Neon.REV64, s, v);
        apply(function, vector, vector, scratch);
    }
}
