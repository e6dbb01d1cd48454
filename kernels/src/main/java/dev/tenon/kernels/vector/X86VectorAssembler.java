package dev.tenon.kernels.vector;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.asm.x86.X86Assembler.Alu;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What vector code for x86-64 has in common: general-purpose registers, loops, and what is saved
/// on the stack.
abstract sealed class X86VectorAssembler implements VectorAssembler
        permits Avx2Assembler, Avx512Assembler {
    /// The arguments first, then those that a routine may overwrite, then those that it may not.
    private static final List<Gpr> WORDS =
            List.of(
                    Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9, Gpr.RAX, Gpr.R10, Gpr.R11,
                    Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);

    private static final int FIRST_PRESERVED = WORDS.indexOf(Gpr.RBX);
    private static final int REGISTER_ARGUMENTS = 6;

    /// Holds nothing when a routine begins.
    private static final Gpr CALLER_FRAME = Gpr.RAX;

    /// Emits the instructions.
    protected final X86Assembler a;

    private final VectorLevel level;
    private final Map<Integer, Label> constants = new LinkedHashMap<>();
    private final Map<ByLane, Label> vectors = new LinkedHashMap<>();
    private List<Gpr> preserved = List.of();
    private int wordSlotsAt;
    private int frameBytes;

    /// Whether the frame is aligned to vectors, so that its distance from the arguments is unknown.
    private boolean isAligned;

    X86VectorAssembler(VectorLevel level, Set<Feature> features) {
        this.level = level;
        a = new X86Assembler(features);
    }

    @Override
    public final int lanes() {
        return level.lanes();
    }

    @Override
    public final int words() {
        return WORDS.size();
    }

    protected final int vectorBytes() {
        return level.lanes() * Float.BYTES;
    }

    @Override
    public final void enter(int words, int vectorSlots, int wordSlots) {
        preserved = WORDS.subList(FIRST_PRESERVED, Math.max(FIRST_PRESERVED, words));
        wordSlotsAt = vectorSlots * vectorBytes();
        frameBytes = wordSlotsAt + wordSlots * Long.BYTES;
        preserved.forEach(a::push);
        isAligned = vectorSlots > 0;
        if (isAligned) {
            a.mov(CALLER_FRAME, Gpr.RSP);
            a.sub(Gpr.RSP, frameBytes + Long.BYTES);
            a.alu(Alu.AND, Gpr.RSP, -vectorBytes());
            a.mov(callerFrame(), CALLER_FRAME);
        } else if (frameBytes > 0) {
            a.sub(Gpr.RSP, frameBytes);
        }
    }

    @Override
    public final void leave() {
        a.emit(Avx.VZEROUPPER);
        if (isAligned) {
            a.mov(Gpr.RSP, callerFrame());
        } else if (frameBytes > 0) {
            a.add(Gpr.RSP, frameBytes);
        }
        preserved.reversed().forEach(a::pop);
        a.ret();
    }

    @Override
    public final byte[] finish() {
        a.align(vectorBytes());
        vectors.forEach(
                (constant, label) -> {
                    a.bind(label);
                    constant.bits().forEach(a::data);
                });
        constants.forEach(
                (bits, label) -> {
                    a.bind(label);
                    emitConstant(bits);
                });
        emitTables();
        return a.finish();
    }

    /// Emits a constant in the form in which instructions read it.
    protected abstract void emitConstant(int bits);

    /// Emits what else lies behind the code.
    protected abstract void emitTables();

    /// Where a constant will be.
    protected final Address constant(int bits) {
        return Address.at(constants.computeIfAbsent(bits, _ -> new Label("constant")));
    }

    /// The same.
    protected final Address constant(ByLane constant) {
        return Address.at(vectors.computeIfAbsent(constant, _ -> new Label("vector")));
    }

    protected static Gpr gpr(Word word) {
        return WORDS.get(word.number());
    }

    protected static Address address(Place place) {
        var index = place.index();
        var base = gpr(place.base());
        var address =
                index == null ? Address.at(base) : Address.at(base, gpr(index), place.scale());
        return address.plus(place.bytes());
    }

    protected final Address vectorSlot(int slot) {
        return Address.at(Gpr.RSP, slot * vectorBytes());
    }

    /// Behind the frame, where the caller's is.
    private Address callerFrame() {
        return Address.at(Gpr.RSP, frameBytes);
    }

    private Address wordSlot(int slot) {
        return Address.at(Gpr.RSP, wordSlotsAt + slot * Long.BYTES);
    }

    @Override
    public final void argument(Word to, int index) {
        int above = (preserved.size() + 1 + index - REGISTER_ARGUMENTS) * Long.BYTES;
        if (isAligned) {
            a.mov(gpr(to), callerFrame());
            a.mov(gpr(to), Address.at(gpr(to), above));
        } else {
            a.mov(gpr(to), Address.at(Gpr.RSP, frameBytes + above));
        }
    }

    @Override
    public final void set(Word to, long value) {
        a.mov(gpr(to), value);
    }

    @Override
    public final void copy(Word to, Word from) {
        a.mov(gpr(to), gpr(from));
    }

    @Override
    public final void load(Word to, Place from) {
        a.mov(gpr(to), address(from));
    }

    @Override
    public final void store(Word from, Place to) {
        a.mov(address(to), gpr(from));
    }

    @Override
    public final void address(Word to, Place of) {
        a.lea(gpr(to), address(of));
    }

    @Override
    public final void lowHalf(Word to, Word from) {
        a.mov32(gpr(to), gpr(from));
    }

    @Override
    public final void highHalf(Word word) {
        a.shift(X86Assembler.Shift.SHR, gpr(word), Integer.SIZE);
    }

    @Override
    public final void add(Word to, Word more) {
        a.add(gpr(to), gpr(more));
    }

    @Override
    public final void add(Word to, int more) {
        a.add(gpr(to), more);
    }

    @Override
    public final void subtract(Word from, Word less) {
        a.sub(gpr(from), gpr(less));
    }

    @Override
    public final void multiply(Word to, Word by) {
        a.imul(gpr(to), gpr(by));
    }

    @Override
    public final void and(Word to, int bits) {
        a.alu(Alu.AND, gpr(to), bits);
    }

    @Override
    public final void shiftLeft(Word to, int bits) {
        a.shift(X86Assembler.Shift.SHL, gpr(to), bits);
    }

    @Override
    public final void shiftRight(Word to, int bits) {
        a.shift(X86Assembler.Shift.SHR, gpr(to), bits);
    }

    @Override
    public final void save(Word from, int slot) {
        a.mov(wordSlot(slot), gpr(from));
    }

    @Override
    public final void restore(Word to, int slot) {
        a.mov(gpr(to), wordSlot(slot));
    }

    @Override
    public final void addSaved(Word to, int slot) {
        a.alu(Alu.ADD, gpr(to), wordSlot(slot));
    }

    @Override
    public final void addToSaved(int slot, int more) {
        a.alu(Alu.ADD, wordSlot(slot), more);
    }

    @Override
    public final void align(int bytes) {
        a.align(bytes);
    }

    @Override
    public final void prefetch(Place what, Cache where) {
        a.prefetch(
                switch (where) {
                    case FIRST_LEVEL -> X86Assembler.Prefetch.T0;
                    case SECOND_LEVEL -> X86Assembler.Prefetch.T1;
                },
                address(what));
    }

    @Override
    public final void whileAtLeast(Word count, int step, Runnable body) {
        var loop = a.label("loop");
        var end = a.label("end");
        a.sub(gpr(count), step);
        a.jump(Condition.L, end);
        a.align(32);
        a.bind(loop);
        body.run();
        a.sub(gpr(count), step);
        a.jump(Condition.GE, loop);
        a.bind(end);
        a.add(gpr(count), step);
    }

    /// The number of four adjacent lanes among those of a vector.
    protected static int four(int first) {
        if (first % 4 != 0) {
            throw new IllegalArgumentException("four lanes that begin at lane " + first);
        }
        return first / 4;
    }

    @Override
    public final void unlessZero(Word count, Runnable body) {
        a.test(gpr(count), gpr(count));
        unless(Condition.E, body);
    }

    @Override
    public final void unlessBelow(Word x, Word y, Runnable body) {
        a.alu(Alu.CMP, gpr(x), gpr(y));
        unless(Condition.B, body);
    }

    @Override
    public final void unlessBelow(Word x, int y, Runnable body) {
        a.alu(Alu.CMP, gpr(x), y);
        unless(Condition.B, body);
    }

    @Override
    public final void ifBelow(Word x, Word y, Runnable body) {
        a.alu(Alu.CMP, gpr(x), gpr(y));
        unless(Condition.AE, body);
    }

    private void unless(Condition condition, Runnable body) {
        var end = a.label("end");
        a.jump(condition, end);
        body.run();
        a.bind(end);
    }

    @Override
    public final void countDown(Word count, Runnable body) {
        var loop = a.label("loop");
        a.bind(loop);
        body.run();
        a.sub(gpr(count), 1);
        a.jump(Condition.NE, loop);
    }

    @Override
    public final void countDownSaved(int slot, Runnable body) {
        var loop = a.label("loop");
        a.bind(loop);
        body.run();
        a.alu(Alu.SUB, wordSlot(slot), 1);
        a.jump(Condition.NE, loop);
    }

    @Override
    public final void fence() {
        a.sfence();
    }
}
