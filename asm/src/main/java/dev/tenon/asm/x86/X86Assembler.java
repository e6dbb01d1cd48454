package dev.tenon.asm.x86;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.EncodingException;
import dev.tenon.asm.Label;
import dev.tenon.base.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Emits x86-64 instructions. General-purpose instructions work on 64 bits; operands are in Intel's
/// order.
///
/// ```java
/// var a = new X86Assembler(features);
/// var loop = a.label("loop");
/// a.bind(loop);
/// a.emit(Avx.VFMADD231PS, ymm(0), ymm(1), at(RSI, 32));
/// a.sub(RCX, 1);
/// a.jump(Condition.NE, loop);
/// a.ret();
/// byte[] code = a.finish();
/// ```
///
/// Every method throws an [EncodingException] when its operands cannot be encoded.
public final class X86Assembler {
    /// Instructions of two operands with a common pattern, in the order of their opcodes.
    public enum Alu {
        ADD,
        OR,
        ADC,
        SBB,
        AND,
        SUB,
        XOR,
        CMP
    }

    /// Shifts by a constant; the value is the `reg` field.
    public enum Shift {
        SHL(4),
        SHR(5),
        SAR(7);

        private final int digit;

        Shift(int digit) {
            this.digit = digit;
        }
    }

    /// Where to bring memory that will be read soon; in the order of the `reg` field.
    public enum Prefetch {
        NTA,
        T0,
        T1,
        T2
    }

    private static final int SHORT_JUMP_BYTES = 2;

    /// Padding that the processor decodes as few instructions: those of 1 … 8 bytes.
    private static final byte[][] NOPS = {
        {(byte) 0x90},
        {0x66, (byte) 0x90},
        {0x0F, 0x1F, 0x00},
        {0x0F, 0x1F, 0x40, 0x00},
        {0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x0F, 0x1F, (byte) 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0F, 0x1F, (byte) 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}
    };

    private final Set<Feature> features;
    private final CodeBuffer code = new CodeBuffer();
    private final Encoder encoder = new Encoder(code);

    /// @param features what the processor has; other instructions are refused
    public X86Assembler(Set<Feature> features) {
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
    /// @throws EncodingException when a label was referred to but not bound
    public byte[] finish() {
        return code.finish();
    }

    /// Bytes emitted so far.
    public int size() {
        return code.size();
    }

    /// Fills up with instructions that do nothing.
    ///
    /// @param boundary a power of two
    public void align(int boundary) {
        CodeBuffer.require(Integer.bitCount(boundary) == 1, "no power of two", boundary);
        int missing = -code.size() & boundary - 1;
        while (missing > 0) {
            int length = Math.min(missing, NOPS.length);
            for (byte part : NOPS[length - 1]) {
                code.u8(part);
            }
            missing -= length;
        }
    }

    /// Four bytes of data.
    public void data(int value) {
        code.u32(value);
    }

    /// A vector instruction.
    public void emit(Avx instruction, Operand... operands) {
        require(instruction, instruction.feature());
        var encoding = choose(instruction, instruction.encodings(), operands);
        var fields = Fields.of(encoding, operands);
        encoder.vex(encoding, encoding.width(operands), fields.reg, fields.vvvv, fields.rm);
        if (encoding.signature() != Signature.NONE) {
            encoder.modRm(fields.reg, fields.rm, fields.trailing);
        }
        fields.end(code);
    }

    /// A vector instruction of AVX-512. The destination, the first operand, may be [Masked].
    public void emit(Avx512 instruction, Operand... operands) {
        require(instruction, instruction.feature());
        int mask = 0;
        boolean zeroing = false;
        var places = operands;
        if (operands.length > 0 && operands[0] instanceof Masked(var place, var chosen, var z)) {
            mask = chosen.number();
            zeroing = z;
            places = operands.clone();
            places[0] = place;
        }
        var encoding = first(instruction, instruction.encodings(), places);
        var width = encoding.width(places);
        if (width != Vec.Width.ZMM && encoding.signature().hasWidth()) {
            require(instruction, Feature.AVX512VL);
        }
        var fields = Fields.of(encoding, places);
        encoder.evex(encoding, width, fields.reg, fields.vvvv, fields.rm, mask, zeroing);
        encoder.modRm(fields.reg, fields.rm, fields.trailing, encoding.touched(width, fields.rm));
        fields.end(code);
    }

    /// An instruction on masks.
    public void emit(MaskOp instruction, Operand... operands) {
        require(instruction, instruction.feature());
        var encoding = first(instruction, instruction.encodings(), operands);
        var fields = Fields.of(encoding, operands);
        var length = encoding.signature() == Signature.K_K_K ? Vec.Width.YMM : Vec.Width.XMM;
        encoder.vex(encoding, length, fields.reg, fields.vvvv, fields.rm);
        encoder.modRm(fields.reg, fields.rm, fields.trailing);
        fields.end(code);
    }

    private void require(Enum<?> instruction, Feature feature) {
        if (!features.contains(feature)) {
            throw new EncodingException(
                    Problem.of(instruction + " is not for this processor")
                            .expected(feature)
                            .got(features));
        }
    }

    /// A vector or scalar instruction in its legacy form.
    public void emit(Sse instruction, Operand... operands) {
        var encoding = choose(instruction, instruction.encodings(), operands);
        var fields = Fields.of(encoding, operands);
        encoder.sse(encoding, fields.reg, fields.rm);
        encoder.modRm(fields.reg, fields.rm, 0);
    }

    private static Encoding choose(
            Enum<?> instruction, List<Encoding> encodings, Operand... operands) {
        Encoding first = null;
        for (var encoding : encodings) {
            if (encoding.accepts(operands)) {
                // Of a load and a store between registers, the one with the shorter prefix.
                boolean high = Encoder.number(Fields.of(encoding, operands).base()) >= 8;
                if (!high) {
                    return encoding;
                }
                first = first == null ? encoding : first;
            }
        }
        if (first == null) {
            throw refused(instruction, encodings, operands);
        }
        return first;
    }

    private static Encoding first(
            Enum<?> instruction, List<Encoding> encodings, Operand... operands) {
        for (var encoding : encodings) {
            if (encoding.accepts(operands)) {
                return encoding;
            }
        }
        throw refused(instruction, encodings, operands);
    }

    private static EncodingException refused(
            Enum<?> instruction, List<Encoding> encodings, Operand... operands) {
        return new EncodingException(
                Problem.of(instruction + " does not take these operands")
                        .expected(encodings.stream().map(Encoding::signature).toList())
                        .got(Arrays.toString(operands)));
    }

    /// The operands of a vector instruction by where they are encoded.
    ///
    /// @param trailing 1 where a byte follows, which is `last`
    private record Fields(int reg, int vvvv, Operand rm, int trailing, int last) {
        static Fields of(Encoding encoding, Operand... operands) {
            int reg = encoding.digit();
            int vvvv = 0;
            Operand rm = Gpr.RAX;
            int trailing = 0;
            int last = 0;
            for (int i = 0; i < operands.length; i++) {
                switch (encoding.signature().roles().get(i)) {
                    case REG -> reg = Encoder.number(operands[i]);
                    case VVVV -> vvvv = Encoder.number(operands[i]);
                    case RM -> rm = operands[i];
                    case IMM -> {
                        trailing = 1;
                        last = ((Imm) operands[i]).value();
                    }
                    case SELECTOR -> {
                        trailing = 1;
                        last = Encoder.number(operands[i]) << 4;
                    }
                }
            }
            return new Fields(reg, vvvv, rm, trailing, last);
        }

        /// What follows ModRM and the displacement.
        void end(CodeBuffer code) {
            if (trailing > 0) {
                code.u8(last);
            }
        }

        Operand base() {
            return rm instanceof Address ? Gpr.RAX : rm;
        }
    }

    public void alu(Alu op, Gpr to, Gpr from) {
        integer(from, to, op.ordinal() << 3 | 1);
    }

    public void alu(Alu op, Gpr to, Address from) {
        integer(to, from, op.ordinal() << 3 | 3);
    }

    public void alu(Alu op, Address to, Gpr from) {
        integer(from, to, op.ordinal() << 3 | 1);
    }

    /// @param from sign-extended to 64 bits
    public void alu(Alu op, Gpr to, int from) {
        if (from != (byte) from && to == Gpr.RAX) {
            encoder.legacy(true, 0, Gpr.RAX, op.ordinal() << 3 | 5);
            code.u32(from);
        } else {
            immediate(op, to, from);
        }
    }

    /// @param from sign-extended to 64 bits
    public void alu(Alu op, Address to, int from) {
        immediate(op, to, from);
    }

    private void immediate(Alu op, Operand to, int from) {
        boolean small = from == (byte) from;
        encoder.legacy(true, 0, to, small ? 0x83 : 0x81);
        encoder.modRm(op.ordinal(), to, small ? 1 : 4);
        if (small) {
            code.u8(from);
        } else {
            code.u32(from);
        }
    }

    public void add(Gpr to, Gpr from) {
        alu(Alu.ADD, to, from);
    }

    public void add(Gpr to, int from) {
        alu(Alu.ADD, to, from);
    }

    public void sub(Gpr to, Gpr from) {
        alu(Alu.SUB, to, from);
    }

    public void sub(Gpr to, int from) {
        alu(Alu.SUB, to, from);
    }

    public void test(Gpr a, Gpr b) {
        integer(b, a, 0x85);
    }

    public void shift(Shift op, Gpr to, int bits) {
        CodeBuffer.require(bits >= 0 && bits < Long.SIZE, "no such shift", bits);
        encoder.legacy(true, 0, to, bits == 1 ? 0xD1 : 0xC1);
        encoder.modRm(op.digit, to, bits == 1 ? 0 : 1);
        if (bits != 1) {
            code.u8(bits);
        }
    }

    public void imul(Gpr to, Operand from) {
        integer(to, place(from), 0x0F, 0xAF);
    }

    public void neg(Gpr to) {
        encoder.legacy(true, 0, to, 0xF7);
        encoder.modRm(3, to, 0);
    }

    public void mov(Gpr to, Gpr from) {
        integer(from, to, 0x89);
    }

    public void mov(Gpr to, Address from) {
        integer(to, from, 0x8B);
    }

    public void mov(Address to, Gpr from) {
        integer(from, to, 0x89);
    }

    /// A constant, in as few bytes as it takes.
    public void mov(Gpr to, long value) {
        if (value == (int) value) {
            encoder.legacy(true, 0, to, 0xC7);
            encoder.modRm(0, to, 4);
            code.u32((int) value);
        } else {
            encoder.legacy(true, 0, to, 0xB8 | to.number() & 7);
            code.u64(value);
        }
    }

    /// The lower 32 bits.
    public void mov32(Address to, Gpr from) {
        encoder.legacy(false, from.number(), to, 0x89);
        encoder.modRm(from.number(), to, 0);
    }

    /// 32 bits; the upper half of the register becomes 0.
    public void mov32(Gpr to, Gpr from) {
        encoder.legacy(false, from.number(), to, 0x89);
        encoder.modRm(from.number(), to, 0);
    }

    public void lea(Gpr to, Address from) {
        integer(to, from, 0x8D);
    }

    /// Moves when the condition holds.
    public void cmov(Condition condition, Gpr to, Operand from) {
        integer(to, place(from), 0x0F, 0x40 | condition.code());
    }

    private static Operand place(Operand operand) {
        CodeBuffer.require(
                operand instanceof Gpr || operand instanceof Address,
                "neither register nor memory",
                operand);
        return operand;
    }

    private void integer(Gpr reg, Operand rm, int... opcode) {
        encoder.legacy(true, reg.number(), rm, opcode);
        encoder.modRm(reg.number(), rm, 0);
    }

    public void push(Gpr from) {
        encoder.legacy(false, 0, from, 0x50 | from.number() & 7);
    }

    public void pop(Gpr to) {
        encoder.legacy(false, 0, to, 0x58 | to.number() & 7);
    }

    public void ret() {
        code.u8(0xC3);
    }

    public void cpuid() {
        code.u8(0x0F);
        code.u8(0xA2);
    }

    /// Reads the extended control register that `rcx` names into `edx:eax`.
    public void xgetbv() {
        code.u8(0x0F);
        code.u8(0x01);
        code.u8(0xD0);
    }

    /// Orders stores past the caches before those that follow.
    public void sfence() {
        code.u8(0x0F);
        code.u8(0xAE);
        code.u8(0xF8);
    }

    public void prefetch(Prefetch where, Address what) {
        encoder.legacy(false, 0, what, 0x0F, 0x18);
        encoder.modRm(where.ordinal(), what, 0);
    }

    public void jump(Label to) {
        jump(to, 0xEB, 0xE9);
    }

    public void jump(Condition condition, Label to) {
        jump(to, 0x70 | condition.code(), 0x0F, 0x80 | condition.code());
    }

    private void jump(Label to, int shortOpcode, int... nearOpcode) {
        if (to.isBound()) {
            int distance = to.position() - code.size() - SHORT_JUMP_BYTES;
            if (distance == (byte) distance) {
                code.u8(shortOpcode);
                code.u8(distance);
                return;
            }
        }
        for (int part : nearOpcode) {
            code.u8(part);
        }
        code.distance(to, 0);
    }
}
