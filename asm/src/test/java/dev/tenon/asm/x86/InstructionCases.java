package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Imm.imm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Every instruction with low and high registers and with every form of address, as text for GNU
/// `as` and as encoded here.
final class InstructionCases {
    /// @param group the instruction
    /// @param text Intel syntax
    record Case(String group, String text, byte[] code) {}

    private static final Set<Feature> ALL = Set.of(Feature.values());

    private static final Imm IMMEDIATE = imm(0x1B);

    private static final List<Address> ADDRESSES =
            List.of(
                    at(Gpr.RAX),
                    at(Gpr.RSP, 8),
                    at(Gpr.RBP),
                    at(Gpr.R12, 0x40),
                    at(Gpr.R13),
                    at(Gpr.RBX, Gpr.RCX, 4).plus(0x1000),
                    at(Gpr.R8, Gpr.R15, 8).plus(-128),
                    at(Gpr.RSI, Gpr.R12, 1).plus(-129));

    /// Instructions whose general-purpose operand is named by its lower half.
    private static final Set<String> HALVES =
            Set.of("VMOVD", "MOVD", "VMOVMSKPS", "KMOVB", "KMOVW", "KMOVD");

    /// Those of which AVX-512 has a form that GNU `as` would choose unless told.
    private static final Set<String> IN_VEX_FORM =
            Set.of("VPDPBUSD", "VPDPBUSDS", "VPDPWSSD", "VPDPWSSDS");

    /// Instructions whose memory operand needs its size.
    private static final Set<String> SIZED =
            Set.of("VCVTSI2SS", "VCVTSI2SD", "CVTSI2SS", "CVTSI2SD");

    private final Map<String, List<Case>> groups = new LinkedHashMap<>();

    static Collection<List<Case>> all() {
        var cases = new InstructionCases();
        for (var instruction : Avx.values()) {
            cases.vector(instruction, instruction.signatures(), (a, o) -> a.emit(instruction, o));
        }
        for (var instruction : Sse.values()) {
            cases.vector(instruction, instruction.signatures(), (a, o) -> a.emit(instruction, o));
        }
        for (var instruction : MaskOp.values()) {
            cases.vector(instruction, instruction.signatures(), (a, o) -> a.emit(instruction, o));
        }
        cases.integers();
        Avx512Cases.forEach(cases::add);
        return cases.groups.values();
    }

    private void add(String group, String text, Consumer<X86Assembler> emission) {
        var assembler = new X86Assembler(ALL);
        emission.accept(assembler);
        groups.computeIfAbsent(group, _ -> new ArrayList<>())
                .add(new Case(group, text, assembler.finish()));
    }

    private interface VectorEmission {
        void emit(X86Assembler assembler, Operand... operands);
    }

    private void vector(Enum<?> instruction, List<Signature> signatures, VectorEmission emission) {
        for (var signature : signatures) {
            for (var operands : operandLists(signature)) {
                var form = IN_VEX_FORM.contains(instruction.name()) ? "{vex} " : "";
                var text = form + name(instruction) + text(instruction, operands);
                add(instruction.name(), text, a -> emission.emit(a, operands));
            }
        }
    }

    private static String text(Enum<?> instruction, Operand... operands) {
        var text = new StringBuilder();
        for (var operand : operands) {
            text.append(text.isEmpty() ? " " : ", ");
            if (operand instanceof Gpr gpr && HALVES.contains(instruction.name())) {
                text.append(half(gpr));
            } else {
                boolean sized = operand instanceof Address && SIZED.contains(instruction.name());
                text.append(sized ? "qword ptr " : "").append(operand);
            }
        }
        return text.toString();
    }

    private static String half(Gpr register) {
        return register.number() >= 8 ? register + "d" : register.toString().replace('r', 'e');
    }

    /// All choices of low and high registers, and all addresses between low and between high
    /// registers.
    private static List<Operand[]> operandLists(Signature signature) {
        var lists = new ArrayList<Operand[]>();
        var kinds = signature.kinds();
        int memory = -1;
        boolean registers = true;
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i).accepts(ADDRESSES.getFirst())) {
                memory = i;
                registers = kinds.get(i) != Signature.Kind.MEM;
            }
        }
        for (var width : Vec.Width.values()) {
            if (signature.hasWidth() ? width != Vec.Width.ZMM : width == Vec.Width.XMM) {
                for (int high = 0; registers && high < 1 << kinds.size(); high++) {
                    addAccepted(lists, signature, registers(signature, width, high));
                }
                for (var address : memory >= 0 ? ADDRESSES : List.<Address>of()) {
                    for (int high : new int[] {0, -1}) {
                        var operands = registers(signature, width, high);
                        operands[memory] = address;
                        addAccepted(lists, signature, operands);
                    }
                }
            }
        }
        return lists;
    }

    private static void addAccepted(
            List<Operand[]> lists, Signature signature, Operand... operands) {
        boolean fits = true;
        for (int i = 0; i < operands.length; i++) {
            fits &= signature.kinds().get(i).accepts(operands[i]);
        }
        if (fits && lists.stream().noneMatch(o -> Arrays.equals(o, operands))) {
            lists.add(operands);
        }
    }

    /// @param high a bit a register: whether it is one of the upper eight
    private static Operand[] registers(Signature signature, Vec.Width width, int high) {
        var operands = new Operand[signature.kinds().size()];
        for (int i = 0; i < operands.length; i++) {
            int number = 1 + 2 * i + ((high >> i & 1) != 0 ? 8 : 0);
            operands[i] =
                    switch (signature.kinds().get(i)) {
                        case V, VM -> new Vec(width, number);
                        case Y, YM -> Vec.ymm(number);
                        case X, XM, MEM -> Vec.xmm(number);
                        case R, RM -> Gpr.values()[number];
                        case K, KM -> Mask.values()[number & 7];
                        case IMM8 -> IMMEDIATE;
                        case Z, W, WM, H, HM, QM ->
                                throw new IllegalStateException(signature + " in VEX form");
                    };
        }
        return operands;
    }

    private void integers() {
        var pairs = List.of(Gpr.RCX, Gpr.RDX, Gpr.R9, Gpr.R11);
        for (var to : pairs) {
            for (var from : pairs) {
                twoRegisters(to, from);
            }
            oneRegister(to);
            for (var address : ADDRESSES) {
                withMemory(to, address);
            }
        }
        for (var address : ADDRESSES) {
            for (var op : X86Assembler.Alu.values()) {
                add(
                        name(op),
                        name(op) + " qword ptr " + address + ", 5",
                        a -> a.alu(op, address, 5));
                add(
                        name(op),
                        name(op) + " qword ptr " + address + ", 1000",
                        a -> a.alu(op, address, 1000));
            }
            for (var where : X86Assembler.Prefetch.values()) {
                var name = "prefetch" + name(where);
                add(name, name + " " + address, a -> a.prefetch(where, address));
            }
        }
        add("add", "add rax, 1000", a -> a.add(Gpr.RAX, 1000));
        add("ret", "ret", X86Assembler::ret);
        add("cpuid", "cpuid", X86Assembler::cpuid);
        add("xgetbv", "xgetbv", X86Assembler::xgetbv);
        add("sfence", "sfence", X86Assembler::sfence);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void twoRegisters(Gpr to, Gpr from) {
        var operands = " " + to + ", " + from;
        for (var op : X86Assembler.Alu.values()) {
            add(name(op), name(op) + operands, a -> a.alu(op, to, from));
        }
        for (var condition : Condition.values()) {
            add("cmov", "cmov" + condition + operands, a -> a.cmov(condition, to, from));
        }
        add("test", "test" + operands, a -> a.test(to, from));
        add("imul", "imul" + operands, a -> a.imul(to, from));
        add("mov", "mov" + operands, a -> a.mov(to, from));
        add("mov32", "mov " + half(to) + ", " + half(from), a -> a.mov32(to, from));
    }

    private void oneRegister(Gpr to) {
        for (var op : X86Assembler.Alu.values()) {
            for (int value : new int[] {0, -1, 127, -128, 128, 0x12345678, Integer.MIN_VALUE}) {
                add(name(op), name(op) + " " + to + ", " + value, a -> a.alu(op, to, value));
            }
        }
        for (var op : X86Assembler.Shift.values()) {
            for (int bits : new int[] {1, 5, 63}) {
                add(name(op), name(op) + " " + to + ", " + bits, a -> a.shift(op, to, bits));
            }
        }
        for (long value :
                new long[] {0, -1, 1000, 0x7FFF_FFFFL, 0x8000_0000L, 0x1234_5678_9ABC_DEF0L}) {
            add("mov", "mov " + to + ", " + value, a -> a.mov(to, value));
        }
        add("neg", "neg " + to, a -> a.neg(to));
        add("push", "push " + to, a -> a.push(to));
        add("pop", "pop " + to, a -> a.pop(to));
    }

    private void withMemory(Gpr register, Address address) {
        for (var op : X86Assembler.Alu.values()) {
            add(
                    name(op),
                    name(op) + " " + register + ", " + address,
                    a -> a.alu(op, register, address));
            add(
                    name(op),
                    name(op) + " " + address + ", " + register,
                    a -> a.alu(op, address, register));
        }
        add("mov", "mov " + register + ", " + address, a -> a.mov(register, address));
        add("mov", "mov " + address + ", " + register, a -> a.mov(address, register));
        add("mov32", "mov " + address + ", " + half(register), a -> a.mov32(address, register));
        add("lea", "lea " + register + ", " + address, a -> a.lea(register, address));
        add("imul", "imul " + register + ", " + address, a -> a.imul(register, address));
        add(
                "cmov",
                "cmovl " + register + ", " + address,
                a -> a.cmov(Condition.L, register, address));
    }
}
