package dev.tenon.asm.aarch64;

import static dev.tenon.asm.aarch64.Gpr.SP;
import static dev.tenon.asm.aarch64.Gpr.w;
import static dev.tenon.asm.aarch64.Gpr.x;
import static dev.tenon.asm.aarch64.InstructionCases.name;

import dev.tenon.asm.Label;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// Instructions on general-purpose registers, branches and what concerns the system.
record IntegerCases(InstructionCases cases) {
    private static final List<Alu> LOGICAL = List.of(Alu.AND, Alu.ANDS, Alu.ORR, Alu.EOR);

    private static final long[] LOGICAL_NUMBERS = {
        1,
        0xFF,
        0x7FFF_FFFE,
        0x8000_0000_0000_0001L,
        0x5555_5555_5555_5555L,
        0xF0F0_F0F0_F0F0_F0F0L,
        0x3FFC_3FFC_3FFC_3FFCL,
        0xFFFF_FFFF_0000_0000L,
        -2,
        -32,
        0xE000_0007_E000_0007L,
        0xC3C3_C3C3_C3C3_C3C3L
    };

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        0xFFFF,
        0x1_0000,
        -0x10000,
        0x1234_5678L,
        0xFFFF_FFFFL,
        0x8000_0000L,
        0x1234_5678_9ABC_DEF0L,
        0xFFFF_1234_FFFF_5678L,
        0x5555_5555_5555_5555L,
        0x0000_FFFF_FFFF_0000L,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        0x0001_0000_0000_0001L
    };

    void add() {
        for (var registers :
                List.of(
                        List.of(w(1), w(2), w(30)),
                        List.of(w(29), Gpr.WZR, w(3)),
                        List.of(x(1), x(2), x(30)),
                        List.of(x(29), x(15), Gpr.XZR))) {
            three(registers.get(0), registers.get(1), registers.get(2));
            two(registers.get(0), registers.get(1));
        }
        two(x(5), x(6));
        for (var to : List.of(w(3), x(3), x(30))) {
            constants(to);
            shifts(to, to.isWide() ? x(7) : w(7));
        }
        stack();
        branches();
        system();
    }

    private void three(Gpr to, Gpr a, Gpr b) {
        var operands = " " + to + ", " + a + ", " + b;
        for (var op : Alu.values()) {
            cases.add(name(op), name(op) + operands, s -> s.alu(op, to, a, b));
            int most = to.isWide() ? 63 : 31;
            for (var shift : Shift.values()) {
                for (int bits : new int[] {1, most}) {
                    if (shift != Shift.ROR || op.isLogical()) {
                        cases.add(
                                name(op),
                                name(op) + operands + ", " + name(shift) + " #" + bits,
                                s -> s.alu(op, to, a, b, shift, bits));
                    }
                }
            }
        }
        for (var op : Select.values()) {
            for (var condition : Condition.values()) {
                cases.add(
                        name(op),
                        name(op) + operands + ", " + condition,
                        s -> s.select(op, to, a, b, condition));
            }
        }
        for (var op : Shift.values()) {
            cases.add(name(op), name(op) + operands, s -> s.shift(op, to, a, b));
        }
        cases.add("madd", "madd" + operands + ", " + a, s -> s.madd(to, a, b, a));
        cases.add("msub", "msub" + operands + ", " + a, s -> s.msub(to, a, b, a));
        cases.add("mul", "mul" + operands, s -> s.mul(to, a, b));
        cases.add("udiv", "udiv" + operands, s -> s.udiv(to, a, b));
        cases.add("sdiv", "sdiv" + operands, s -> s.sdiv(to, a, b));
    }

    private void two(Gpr to, Gpr from) {
        var operands = " " + to + ", " + from;
        cases.add("mov", "mov" + operands, s -> s.mov(to, from));
        cases.add("clz", "clz" + operands, s -> s.clz(to, from));
        cases.add("rbit", "rbit" + operands, s -> s.rbit(to, from));
        cases.add("cmp", "cmp" + operands, s -> s.cmp(to, from));
        cases.add("tst", "tst" + operands, s -> s.tst(to, from));
        for (long number : LOGICAL_NUMBERS) {
            boolean repeats = (int) number == (int) (number >> Integer.SIZE);
            if (to.isWide() || repeats || number == 1 || number == 0xFF) {
                long shown = to.isWide() ? number : number & 0xFFFF_FFFFL;
                for (var op : LOGICAL) {
                    cases.add(
                            name(op),
                            name(op) + operands + ", #" + shown,
                            s -> s.alu(op, to, from, number));
                }
            }
        }
        if (!from.isZero()) {
            for (var op : List.of(Alu.ADD, Alu.ADDS, Alu.SUB, Alu.SUBS)) {
                for (long number : new long[] {0, 1, 4095, 4096, 0xFFF000, -1, -4095, -0x7000}) {
                    cases.add(
                            name(op),
                            name(op) + operands + ", #" + number,
                            s -> s.alu(op, to, from, number));
                }
            }
        }
    }

    private void constants(Gpr to) {
        for (long number : NUMBERS) {
            long shown = to.isWide() ? number : number & 0xFFFF_FFFFL;
            cases.add("constant", constant(to, shown), s -> s.mov(to, number));
        }
        cases.add("cmp", "cmp " + to + ", #77", s -> s.cmp(to, 77));
        cases.add("tst", "tst " + to + ", #0xF0", s -> s.tst(to, 0xF0));
    }

    /// As GNU `as` encodes it where one instruction is enough, otherwise piece by piece.
    private static String constant(Gpr to, long number) {
        if (Set.of(0x1234_5678L, 0x1234_5678_9ABC_DEF0L).contains(number)) {
            var text = new StringBuilder();
            int pieces = number >>> Integer.SIZE == 0 || !to.isWide() ? 2 : 4;
            for (int i = 0; i < pieces; i++) {
                text.append(i == 0 ? "movz " : "movk ").append(to);
                text.append(", #").append(number >>> 16 * i & 0xFFFF);
                text.append(i == 0 ? "\n" : ", lsl #" + 16 * i + "\n");
            }
            return text.toString();
        }
        if (number == 0x9ABC_DEF0L) {
            return "movz " + to + ", #0xDEF0\nmovk " + to + ", #0x9ABC, lsl #16";
        }
        if (number == 0xFFFF_5678L) {
            return "movn " + to + ", #0xA987";
        }
        if (number == 0xFFFF_1234_FFFF_5678L) {
            return "movn " + to + ", #0xA987\nmovk " + to + ", #0x1234, lsl #32";
        }
        if (number == 0x0001_0000_0000_0001L) {
            return "movz " + to + ", #1\nmovk " + to + ", #1, lsl #48";
        }
        return "mov " + to + ", #" + number;
    }

    private void shifts(Gpr to, Gpr from) {
        int most = to.isWide() ? 63 : 31;
        var operands = " " + to + ", " + from + ", #";
        for (int bits : new int[] {0, 1, 7, most}) {
            for (var op : Shift.values()) {
                cases.add(name(op), name(op) + operands + bits, s -> s.shift(op, to, from, bits));
            }
            int count = most + 1 - bits;
            var field = operands + bits + ", #" + count;
            cases.add("ubfx", "ubfx" + field, s -> s.ubfx(to, from, bits, count));
            cases.add("sbfx", "sbfx" + field, s -> s.sbfx(to, from, bits, count));
        }
        cases.add("ubfx", "ubfx" + operands + "3, #5", s -> s.ubfx(to, from, 3, 5));
        for (var condition : Condition.values()) {
            cases.add("cset", "cset " + to + ", " + condition, s -> s.cset(to, condition));
        }
    }

    private void stack() {
        cases.add("add", "add sp, sp, #48", s -> s.add(SP, SP, 48));
        cases.add("sub", "sub sp, sp, #4096", s -> s.sub(SP, SP, 4096));
        cases.add("add", "add x3, sp, x4", s -> s.add(x(3), SP, x(4)));
        cases.add("sub", "sub sp, sp, x30", s -> s.sub(SP, SP, x(30)));
        cases.add("add", "add sp, x29, xzr", s -> s.add(SP, x(29), Gpr.XZR));
        cases.add("cmp", "cmp sp, x9", s -> s.cmp(SP, x(9)));
        cases.add("cmp", "cmp sp, #16", s -> s.cmp(SP, 16));
        cases.add("mov", "mov x29, sp", s -> s.mov(x(29), SP));
        cases.add("mov", "mov sp, x29", s -> s.mov(SP, x(29)));
        cases.add("and", "and sp, x9, #-64", s -> s.alu(Alu.AND, SP, x(9), -64));
    }

    private void branches() {
        toAndFro("b", "b", AArch64Assembler::branch);
        toAndFro("bl", "bl", AArch64Assembler::call);
        for (var condition : Condition.values()) {
            toAndFro("b.cond", "b." + condition, (s, to) -> s.branch(condition, to));
        }
        for (var register : List.of(w(2), w(30), x(2), x(30), Gpr.XZR)) {
            toAndFro("cbz", "cbz " + register + ",", (s, to) -> s.branchIfZero(register, to));
            toAndFro("cbnz", "cbnz " + register + ",", (s, to) -> s.branchUnlessZero(register, to));
            int most = register.isWide() ? 63 : 31;
            for (int bit : new int[] {0, 5, most}) {
                var test = register + ", #" + bit + ",";
                toAndFro("tbz", "tbz " + test, (s, to) -> s.branchIfClear(register, bit, to));
                toAndFro("tbnz", "tbnz " + test, (s, to) -> s.branchIfSet(register, bit, to));
            }
            if (register.isWide()) {
                toAndFro("adr", "adr " + register + ",", (s, to) -> s.adr(register, to));
                cases.add("blr", "blr " + register, s -> s.call(register));
                cases.add("br", "br " + register, s -> s.jump(register));
            }
        }
        cases.add(
                "adr",
                "adr x1, .+12\n.ascii \"Tenon's are.\\0\\0\\0\\0\"",
                s -> {
                    var inside = s.label("inside");
                    s.adr(x(1), inside);
                    s.data(0x6F6E6554);
                    s.data(0x2073276E);
                    s.bind(inside);
                    s.data(0x2E657261);
                    s.data(0);
                });
    }

    /// A branch over an instruction, forwards and backwards.
    private void toAndFro(String group, String text, BiConsumer<AArch64Assembler, Label> branch) {
        cases.add(
                group,
                text + " .+8\nnop",
                s -> {
                    var end = s.label("end");
                    branch.accept(s, end);
                    s.nop();
                    s.bind(end);
                });
        cases.add(
                group,
                "nop\n" + text + " .-4",
                s -> {
                    var start = s.label("start");
                    s.bind(start);
                    s.nop();
                    branch.accept(s, start);
                });
    }

    private void system() {
        cases.add("ret", "ret", AArch64Assembler::ret);
        cases.add("nop", "nop", AArch64Assembler::nop);
        cases.add("svc", "svc #0", s -> s.svc(0));
        cases.add("svc", "svc #0xFFFF", s -> s.svc(0xFFFF));
        for (var barrier : Barrier.values()) {
            cases.add(name(barrier), name(barrier).replace('_', ' '), s -> s.emit(barrier));
        }
        for (var register : List.of(x(1), x(30))) {
            cases.add("dc", "dc cvau, " + register, s -> s.emit(CacheLine.CLEAN_DATA, register));
            cases.add(
                    "ic",
                    "ic ivau, " + register,
                    s -> s.emit(CacheLine.INVALIDATE_INSTRUCTIONS, register));
            cases.add("mrs", "mrs " + register + ", ctr_el0", s -> s.cacheType(register));
        }
    }
}
