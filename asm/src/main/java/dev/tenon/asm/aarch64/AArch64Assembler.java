package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.EncodingException;
import dev.tenon.asm.Label;
import dev.tenon.base.Problem;
import java.util.Arrays;
import java.util.Set;

/// Emits AArch64 instructions; operands are in the order of Arm's assembler language.
///
/// ```java
/// var a = new AArch64Assembler(features);
/// var loop = a.label("loop");
/// a.bind(loop);
/// a.emit(Access.LDR, q(0), after(x(0), 16));
/// a.emit(Neon.FMLA, s4(1), s4(0), s4(2));
/// a.alu(Alu.SUBS, x(1), x(1), 1);
/// a.branch(Condition.NE, loop);
/// a.ret();
/// byte[] code = a.finish();
/// ```
///
/// Every method throws an [EncodingException] when its operands cannot be encoded. Instructions
/// that name two general-purpose registers take both of one width.
public final class AArch64Assembler {
    private static final int NOP = 0xD503201F;
    private static final int STACK_EXTENSION = 0x00206000;

    private final Set<Feature> features;
    private final CodeBuffer code = new CodeBuffer();

    /// @param features what the processor has; other instructions are refused
    public AArch64Assembler(Set<Feature> features) {
        this.features = Set.copyOf(features);
    }

    public Label label(String name) {
        return new Label(name);
    }

    public void bind(Label label) {
        code.bind(label);
    }

    /// The finished code.
    ///
    /// @throws EncodingException when a label was referred to but not bound, or is too far away
    public byte[] finish() {
        return code.finish();
    }

    /// Bytes emitted so far.
    public int size() {
        return code.size();
    }

    /// Fills up with instructions that do nothing.
    ///
    /// @param boundary a power of two, at least 4
    public void align(int boundary) {
        CodeBuffer.require(
                Integer.bitCount(boundary) == 1 && boundary >= Integer.BYTES,
                "no boundary of instructions",
                boundary);
        while ((code.size() & boundary - 1) != 0) {
            nop();
        }
    }

    /// Four bytes of data.
    public void data(int value) {
        code.u32(value);
    }

    /// A vector or floating-point instruction.
    public void emit(Neon instruction, Operand... operands) {
        for (var encoding : instruction.encodings()) {
            var shape = encoding.shape(operands);
            if (shape.isPresent()) {
                requireFeature(instruction, encoding);
                code.u32(encoding.encode(shape.get(), operands));
                return;
            }
        }
        throw new EncodingException(
                Problem.of(instruction + " does not take these operands")
                        .expected(
                                instruction.encodings().stream()
                                        .map(e -> e.signature() + " of " + e.shapes())
                                        .toList())
                        .got(Arrays.toString(operands)));
    }

    private void requireFeature(Neon instruction, Encoding encoding) {
        encoding.feature()
                .filter(feature -> !features.contains(feature))
                .ifPresent(
                        feature -> {
                            throw new EncodingException(
                                    Problem.of(instruction + " is not for this processor")
                                            .expected(feature)
                                            .got(features));
                        });
    }

    /// A load or store of one register.
    ///
    /// @param register general-purpose, or a scalar
    public void emit(Access access, Operand register, Address address) {
        memory(access.word(register, address), address);
    }

    /// A load or store of two registers that are alike.
    public void emit(Pair access, Operand first, Operand second, Address address) {
        code.u32(access.word(first, second, address));
    }

    /// A load or store of whole vectors.
    public void emit(Structure access, VecList registers, Address address) {
        code.u32(access.word(registers, address));
    }

    /// A load or store of one lane.
    public void emit(Structure access, Lane lane, Address address) {
        code.u32(access.word(lane, address));
    }

    public void prefetch(Prefetch where, Address what) {
        memory(where.word(what), what);
    }

    private void memory(int word, Address address) {
        if (address instanceof Address.Literal(var label)) {
            refer(label, word, Reach.LITERAL);
        } else {
            code.u32(word);
        }
    }

    private void refer(Label label, int word, Reach reach) {
        code.refer(label, code.size(), word, reach);
    }

    /// The bit that tells the width of general-purpose registers.
    private static int width(Gpr first, Gpr... others) {
        for (var other : others) {
            CodeBuffer.require(
                    other.width() == first.width(), "registers of different widths", other);
        }
        return first.isWide() ? 1 << 31 : 0;
    }

    private static int number(Gpr register) {
        CodeBuffer.require(
                !register.isStackPointer(), "the stack pointer cannot stand here", register);
        return register.code();
    }

    private static int three(Gpr to, Gpr a, Gpr b) {
        return width(to, a, b) | number(to) | number(a) << 5 | number(b) << 16;
    }

    public void alu(Alu op, Gpr to, Gpr a, Gpr b) {
        if (to.isStackPointer() || a.isStackPointer()) {
            CodeBuffer.require(
                    !op.isLogical() && (op.setsFlags() ? to.isZero() : !to.isZero()),
                    "the stack pointer cannot stand here",
                    op);
            int registers = to.code() | a.code() << 5 | number(b) << 16;
            code.u32(op.opcode() | STACK_EXTENSION | width(a, b) | registers);
        } else {
            code.u32(op.opcode() | three(to, a, b));
        }
    }

    /// @param b is shifted by so many bits
    public void alu(Alu op, Gpr to, Gpr a, Gpr b, Shift shift, int bits) {
        CodeBuffer.require(shift != Shift.ROR || op.isLogical(), "no such shift", shift);
        requireShift(to, bits);
        code.u32(op.opcode() | three(to, a, b) | shift.ordinal() << 22 | bits << 10);
    }

    /// @param b 12 bits, or 12 bits times 4096, of either sign; for logical functions, ones that
    ///   follow each other, repeated
    public void alu(Alu op, Gpr to, Gpr a, long b) {
        if (op.isLogical()) {
            logical(op, to, a, b);
        } else if (b < 0 && b != Long.MIN_VALUE) {
            arithmetic(op.opposite(), to, a, -b);
        } else {
            arithmetic(op, to, a, b);
        }
    }

    private void arithmetic(Alu op, Gpr to, Gpr a, long b) {
        CodeBuffer.require(Alu.isEncodable(b), "no such immediate", b);
        CodeBuffer.require(!a.isZero(), "the zero register cannot stand here", a);
        CodeBuffer.require(
                op.setsFlags() ? !to.isStackPointer() : !to.isZero(), "no destination", to);
        boolean high = b >= 1 << 12;
        int value = (int) (high ? b >> 12 | 1 << 12 : b);
        code.u32(op.immediateOpcode() | width(to, a) | value << 10 | a.code() << 5 | to.code());
    }

    private void logical(Alu op, Gpr to, Gpr a, long b) {
        long value = to.isWide() ? b : b & 0xFFFF_FFFFL | b << Integer.SIZE;
        var fields = LogicalImmediate.encode(value);
        CodeBuffer.require(fields.isPresent() && op.takesImmediate(), "no such immediate", b);
        CodeBuffer.require(
                op.setsFlags() ? !to.isStackPointer() : !to.isZero(), "no destination", to);
        int registers = width(to, a) | number(a) << 5 | to.code();
        code.u32(op.immediateOpcode() | fields.getAsInt() | registers);
    }

    public void add(Gpr to, Gpr a, Gpr b) {
        alu(Alu.ADD, to, a, b);
    }

    public void add(Gpr to, Gpr a, long b) {
        alu(Alu.ADD, to, a, b);
    }

    public void sub(Gpr to, Gpr a, Gpr b) {
        alu(Alu.SUB, to, a, b);
    }

    public void sub(Gpr to, Gpr a, long b) {
        alu(Alu.SUB, to, a, b);
    }

    public void cmp(Gpr a, Gpr b) {
        alu(Alu.SUBS, zero(a), a, b);
    }

    public void cmp(Gpr a, long b) {
        alu(Alu.SUBS, zero(a), a, b);
    }

    public void tst(Gpr a, Gpr b) {
        alu(Alu.ANDS, zero(a), a, b);
    }

    public void tst(Gpr a, long b) {
        alu(Alu.ANDS, zero(a), a, b);
    }

    private static Gpr zero(Gpr like) {
        return like.isWide() ? Gpr.XZR : Gpr.WZR;
    }

    public void mov(Gpr to, Gpr from) {
        if (to.isStackPointer() || from.isStackPointer()) {
            add(to, from, 0);
        } else {
            alu(Alu.ORR, to, zero(to), from);
        }
    }

    /// A constant, in as few instructions as it takes.
    public void mov(Gpr to, long value) {
        int register = width(to) | number(to);
        MoveImmediate.words(value, to.isWide()).forEach(word -> code.u32(word | register));
    }

    /// `a·b + c`.
    public void madd(Gpr to, Gpr a, Gpr b, Gpr c) {
        code.u32(0x1B000000 | three(to, a, b) | width(to, c) | number(c) << 10);
    }

    /// `c - a·b`.
    public void msub(Gpr to, Gpr a, Gpr b, Gpr c) {
        code.u32(0x1B008000 | three(to, a, b) | width(to, c) | number(c) << 10);
    }

    public void mul(Gpr to, Gpr a, Gpr b) {
        madd(to, a, b, zero(to));
    }

    public void udiv(Gpr to, Gpr a, Gpr b) {
        code.u32(0x1AC00800 | three(to, a, b));
    }

    public void sdiv(Gpr to, Gpr a, Gpr b) {
        code.u32(0x1AC00C00 | three(to, a, b));
    }

    /// @param by taken modulo the register's width
    public void shift(Shift op, Gpr to, Gpr from, Gpr by) {
        code.u32(0x1AC02000 | op.ordinal() << 10 | three(to, from, by));
    }

    public void shift(Shift op, Gpr to, Gpr from, int bits) {
        requireShift(to, bits);
        int last = bits(to) - 1;
        switch (op) {
            case LSL -> bitfield(0x53000000, to, from, -bits & last, last - bits);
            case LSR -> bitfield(0x53000000, to, from, bits, last);
            case ASR -> bitfield(0x13000000, to, from, bits, last);
            case ROR -> bitfield(0x13800000 | number(from) << 16, to, from, 0, bits);
        }
    }

    /// So many bits from there on, moved to the lowest; zeros above.
    public void ubfx(Gpr to, Gpr from, int lowest, int count) {
        extract(0x53000000, to, from, lowest, count);
    }

    /// So many bits from there on, moved to the lowest; the highest of them above.
    public void sbfx(Gpr to, Gpr from, int lowest, int count) {
        extract(0x13000000, to, from, lowest, count);
    }

    private void extract(int opcode, Gpr to, Gpr from, int lowest, int count) {
        requireShift(to, lowest);
        CodeBuffer.require(count >= 1 && lowest + count <= bits(to), "no such bits", count);
        bitfield(opcode, to, from, lowest, lowest + count - 1);
    }

    private void bitfield(int opcode, Gpr to, Gpr from, int immr, int imms) {
        int wide = width(to, from) == 0 ? 0 : 1 << 31 | 1 << 22;
        code.u32(opcode | wide | immr << 16 | imms << 10 | number(from) << 5 | number(to));
    }

    private static int bits(Gpr register) {
        return register.isWide() ? Long.SIZE : Integer.SIZE;
    }

    private static void requireShift(Gpr register, int bits) {
        CodeBuffer.require(bits >= 0 && bits < bits(register), "no such shift", bits);
    }

    public void clz(Gpr to, Gpr from) {
        code.u32(0x5AC01000 | width(to, from) | number(from) << 5 | number(to));
    }

    public void rbit(Gpr to, Gpr from) {
        code.u32(0x5AC00000 | width(to, from) | number(from) << 5 | number(to));
    }

    /// `a` when the condition holds, otherwise what is made of `b`.
    public void select(Select op, Gpr to, Gpr a, Gpr b, Condition condition) {
        code.u32(op.opcode() | three(to, a, b) | condition.code() << 12);
    }

    /// Whether the condition holds: 1 or 0.
    public void cset(Gpr to, Condition condition) {
        select(Select.CSINC, to, zero(to), zero(to), condition.not());
    }

    /// The address of a label.
    public void adr(Gpr to, Label label) {
        width(to, Gpr.XZR);
        refer(label, 0x10000000 | number(to), Reach.ADDRESS);
    }

    public void branch(Label to) {
        refer(to, 0x14000000, Reach.BRANCH);
    }

    public void branch(Condition condition, Label to) {
        refer(to, 0x54000000 | condition.code(), Reach.CONDITION);
    }

    public void branchIfZero(Gpr register, Label to) {
        refer(to, 0x34000000 | width(register) | number(register), Reach.CONDITION);
    }

    public void branchUnlessZero(Gpr register, Label to) {
        refer(to, 0x35000000 | width(register) | number(register), Reach.CONDITION);
    }

    public void branchIfClear(Gpr register, int bit, Label to) {
        refer(to, 0x36000000 | tested(register, bit), Reach.BIT_TEST);
    }

    public void branchIfSet(Gpr register, int bit, Label to) {
        refer(to, 0x37000000 | tested(register, bit), Reach.BIT_TEST);
    }

    private static int tested(Gpr register, int bit) {
        CodeBuffer.require(bit >= 0 && bit < bits(register), "no such bit", bit);
        return (bit >> 5) << 31 | (bit & 0x1F) << 19 | number(register);
    }

    /// Calls what is there; the address to return to is left in [Gpr#LR].
    public void call(Label routine) {
        refer(routine, 0x94000000, Reach.BRANCH);
    }

    public void call(Gpr routine) {
        width(routine, Gpr.XZR);
        code.u32(0xD63F0000 | number(routine) << 5);
    }

    public void jump(Gpr to) {
        width(to, Gpr.XZR);
        code.u32(0xD61F0000 | number(to) << 5);
    }

    public void ret() {
        code.u32(0xD65F03C0);
    }

    public void nop() {
        code.u32(NOP);
    }

    /// Calls the operating system.
    public void svc(int number) {
        CodeBuffer.require(number >= 0 && number <= 0xFFFF, "no such call", number);
        code.u32(0xD4000001 | number << 5);
    }

    public void emit(Barrier barrier) {
        code.u32(barrier.word());
    }

    /// Does something to the caches.
    ///
    /// @param address of the line
    public void emit(CacheLine operation, Gpr address) {
        width(address, Gpr.XZR);
        code.u32(operation.opcode() | number(address));
    }

    /// Reads how long the lines of the caches are (`CTR_EL0`).
    public void cacheType(Gpr to) {
        width(to, Gpr.XZR);
        code.u32(0xD53B0020 | number(to));
    }
}
