package dev.tenon.kernels.vector;

import static dev.tenon.asm.aarch64.Address.at;
import static dev.tenon.asm.aarch64.Gpr.SP;
import static dev.tenon.asm.aarch64.Gpr.x;
import static dev.tenon.asm.aarch64.Shift.LSL;
import static dev.tenon.asm.aarch64.Shift.LSR;

import dev.tenon.asm.aarch64.AArch64Assembler;
import dev.tenon.asm.aarch64.Access;
import dev.tenon.asm.aarch64.Address;
import dev.tenon.asm.aarch64.Alu;
import dev.tenon.asm.aarch64.Condition;
import dev.tenon.asm.aarch64.Feature;
import dev.tenon.asm.aarch64.Gpr;
import dev.tenon.asm.aarch64.Pair;
import dev.tenon.asm.aarch64.Prefetch;
import dev.tenon.asm.aarch64.Vec;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What vector code for AArch64 has in common: general-purpose registers, addresses, loops, and
/// what is saved on the stack (Arm, Procedure Call Standard for the 64-bit Architecture).
abstract sealed class AArch64VectorAssembler implements VectorAssembler permits NeonAssembler {
    /// What a vector register and a slot for one have.
    protected static final int VECTOR_BYTES = 16;

    /// Where addresses are computed.
    private static final Gpr POINTER = x(16);

    protected static final Gpr SECOND_POINTER = x(17);

    /// How many lanes a tail has.
    protected static final Gpr TAIL_COUNT = x(15);

    /// The first six arguments, then what a routine may overwrite, then what it may not. The last
    /// two arguments stay where they are.
    private static final List<Gpr> WORDS =
            Stream.of(IntStream.range(0, 6), IntStream.range(8, 15), IntStream.range(19, 29))
                    .flatMap(numbers -> numbers.mapToObj(Gpr::x))
                    .toList();

    private static final int FIRST_PRESERVED = WORDS.indexOf(x(19));

    /// Vector registers whose lower halves belong to the caller: from this one on, as many.
    private static final int FIRST_PRESERVED_VECTOR = 8;

    private static final int PRESERVED_VECTORS = 8;

    /// The stack stays aligned to it.
    private static final int STACK_ALIGNMENT = 16;

    /// Emits the instructions.
    protected final AArch64Assembler a;

    private int preservedPairs;
    private int wordSlotsAt;
    private int frameBytes;

    AArch64VectorAssembler(Set<Feature> features) {
        a = new AArch64Assembler(features);
    }

    @Override
    public final int words() {
        return WORDS.size();
    }

    @Override
    public final void enter(int words, int vectorSlots, int wordSlots) {
        preservedPairs = Math.ceilDiv(Math.max(0, words - FIRST_PRESERVED), 2);
        wordSlotsAt = vectorSlots * VECTOR_BYTES;
        int slots = wordSlotsAt + wordSlots * Long.BYTES;
        frameBytes = Math.ceilDiv(slots, STACK_ALIGNMENT) * STACK_ALIGNMENT;
        add(SP, SP, -preservedBytes());
        preserve(Pair.STP);
        add(SP, SP, -frameBytes);
    }

    @Override
    public final void leave() {
        add(SP, SP, frameBytes);
        preserve(Pair.LDP);
        add(SP, SP, preservedBytes());
        a.ret();
    }

    private int preservedBytes() {
        return (PRESERVED_VECTORS + 2 * preservedPairs) * Long.BYTES;
    }

    private void preserve(Pair access) {
        for (int i = 0; i < PRESERVED_VECTORS; i += 2) {
            int number = FIRST_PRESERVED_VECTOR + i;
            a.emit(access, Vec.d(number), Vec.d(number + 1), at(SP, i * Long.BYTES));
        }
        for (int i = 0; i < 2 * preservedPairs; i += 2) {
            a.emit(
                    access,
                    WORDS.get(FIRST_PRESERVED + i),
                    WORDS.get(FIRST_PRESERVED + i + 1),
                    at(SP, (PRESERVED_VECTORS + i) * Long.BYTES));
        }
    }

    protected static Gpr gpr(Word word) {
        return WORDS.get(word.number());
    }

    /// The place as an instruction can read or write it.
    ///
    /// @param bytes how many it reads or writes
    protected final Address address(Place place, int bytes) {
        var base = gpr(place.base());
        var index = place.index();
        if (index == null) {
            return offset(base, place.bytes(), bytes);
        }
        if (place.bytes() == 0 && place.scale() == 1) {
            return at(base, gpr(index));
        }
        if (place.bytes() == 0 && place.scale() == bytes) {
            return Address.scaled(base, gpr(index));
        }
        addIndex(POINTER, base, gpr(index), place.scale());
        return offset(POINTER, place.bytes(), bytes);
    }

    private Address.Offset offset(Gpr base, int offset, int bytes) {
        boolean isScaled = offset >= 0 && offset % bytes == 0 && offset / bytes < 1 << 12;
        if (isScaled || offset >= -256 && offset < 256) {
            return at(base, offset);
        }
        add(POINTER, base, offset);
        return at(POINTER);
    }

    /// A register that holds where the place is.
    protected final Gpr pointer(Place place) {
        if (place.index() == null && place.bytes() == 0) {
            return gpr(place.base());
        }
        pointTo(POINTER, place);
        return POINTER;
    }

    private void pointTo(Gpr to, Place place) {
        var index = place.index();
        if (index == null) {
            add(to, gpr(place.base()), place.bytes());
        } else {
            addIndex(POINTER, gpr(place.base()), gpr(index), place.scale());
            add(to, POINTER, place.bytes());
        }
    }

    private void addIndex(Gpr to, Gpr base, Gpr index, int scale) {
        a.alu(Alu.ADD, to, base, index, LSL, Integer.numberOfTrailingZeros(scale));
    }

    private void add(Gpr to, Gpr from, int more) {
        if (more == 0) {
            if (!to.equals(from)) {
                a.mov(to, from);
            }
        } else if (Alu.isEncodable(Math.abs((long) more))) {
            a.add(to, from, more);
        } else {
            a.mov(SECOND_POINTER, more);
            a.add(to, from, SECOND_POINTER);
        }
    }

    protected static Address vectorSlot(int slot) {
        return at(SP, slot * VECTOR_BYTES);
    }

    private Address wordSlot(int slot) {
        return at(SP, wordSlotsAt + slot * Long.BYTES);
    }

    @Override
    public final void argument(Word to, int index) {
        a.mov(gpr(to), x(index));
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
        a.emit(Access.LDR, gpr(to), address(from, Long.BYTES));
    }

    @Override
    public final void store(Word from, Place to) {
        a.emit(Access.STR, gpr(from), address(to, Long.BYTES));
    }

    @Override
    public final void address(Word to, Place of) {
        pointTo(gpr(to), of);
    }

    @Override
    public final void lowHalf(Word to, Word from) {
        a.mov(gpr(to).low(), gpr(from).low());
    }

    @Override
    public final void highHalf(Word word) {
        shiftRight(word, Integer.SIZE);
    }

    @Override
    public final void add(Word to, Word more) {
        a.add(gpr(to), gpr(to), gpr(more));
    }

    @Override
    public final void add(Word to, int more) {
        add(gpr(to), gpr(to), more);
    }

    @Override
    public final void subtract(Word from, Word less) {
        a.sub(gpr(from), gpr(from), gpr(less));
    }

    @Override
    public final void multiply(Word to, Word by) {
        a.mul(gpr(to), gpr(to), gpr(by));
    }

    @Override
    public final void and(Word to, int bits) {
        a.mov(SECOND_POINTER, bits);
        a.alu(Alu.AND, gpr(to), gpr(to), SECOND_POINTER);
    }

    @Override
    public final void shiftLeft(Word to, int bits) {
        a.shift(LSL, gpr(to), gpr(to), bits);
    }

    @Override
    public final void shiftRight(Word to, int bits) {
        a.shift(LSR, gpr(to), gpr(to), bits);
    }

    @Override
    public final void save(Word from, int slot) {
        a.emit(Access.STR, gpr(from), wordSlot(slot));
    }

    @Override
    public final void restore(Word to, int slot) {
        a.emit(Access.LDR, gpr(to), wordSlot(slot));
    }

    @Override
    public final void addSaved(Word to, int slot) {
        a.emit(Access.LDR, POINTER, wordSlot(slot));
        a.add(gpr(to), gpr(to), POINTER);
    }

    @Override
    public final void addToSaved(int slot, int more) {
        a.emit(Access.LDR, POINTER, wordSlot(slot));
        add(POINTER, POINTER, more);
        a.emit(Access.STR, POINTER, wordSlot(slot));
    }

    @Override
    public final void align(int bytes) {
        a.align(bytes);
    }

    @Override
    public final void prefetch(Place what, Cache where) {
        a.prefetch(
                switch (where) {
                    case FIRST_LEVEL -> Prefetch.PLDL1KEEP;
                    case SECOND_LEVEL -> Prefetch.PLDL2KEEP;
                },
                address(what, Long.BYTES));
    }

    @Override
    public final void whileAtLeast(Word count, int step, Runnable body) {
        var loop = a.label("loop");
        var end = a.label("end");
        a.alu(Alu.SUBS, gpr(count), gpr(count), step);
        a.branch(Condition.LT, end);
        a.bind(loop);
        body.run();
        a.alu(Alu.SUBS, gpr(count), gpr(count), step);
        a.branch(Condition.GE, loop);
        a.bind(end);
        a.add(gpr(count), gpr(count), step);
    }

    @Override
    public final void unlessZero(Word count, Runnable body) {
        var end = a.label("end");
        a.branchIfZero(gpr(count), end);
        body.run();
        a.bind(end);
    }

    @Override
    public final void unlessBelow(Word x, Word y, Runnable body) {
        var end = a.label("end");
        a.cmp(gpr(x), gpr(y));
        a.branch(Condition.LO, end);
        body.run();
        a.bind(end);
    }

    @Override
    public final void unlessBelow(Word x, int y, Runnable body) {
        var end = a.label("end");
        a.cmp(gpr(x), y);
        a.branch(Condition.LO, end);
        body.run();
        a.bind(end);
    }

    @Override
    public final void ifBelow(Word x, Word y, Runnable body) {
        var end = a.label("end");
        a.cmp(gpr(x), gpr(y));
        a.branch(Condition.HS, end);
        body.run();
        a.bind(end);
    }

    @Override
    public final void countDown(Word count, Runnable body) {
        var loop = a.label("loop");
        a.bind(loop);
        body.run();
        a.alu(Alu.SUBS, gpr(count), gpr(count), 1);
        a.branch(Condition.NE, loop);
    }

    @Override
    public final void countDownSaved(int slot, Runnable body) {
        var loop = a.label("loop");
        a.bind(loop);
        body.run();
        a.emit(Access.LDR, POINTER, wordSlot(slot));
        a.alu(Alu.SUBS, POINTER, POINTER, 1);
        a.emit(Access.STR, POINTER, wordSlot(slot));
        a.branch(Condition.NE, loop);
    }
}
