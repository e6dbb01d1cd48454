package dev.tenon.asm.aarch64;

import static dev.tenon.asm.aarch64.Address.after;
import static dev.tenon.asm.aarch64.Address.at;
import static dev.tenon.asm.aarch64.Address.before;
import static dev.tenon.asm.aarch64.Gpr.SP;
import static dev.tenon.asm.aarch64.Gpr.w;
import static dev.tenon.asm.aarch64.Gpr.x;

import java.util.ArrayList;
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
    record Case(String group, String text, byte[] code) {}

    private static final Set<Feature> ALL = Set.of(Feature.values());

    private final Map<String, List<Case>> groups = new LinkedHashMap<>();

    static Collection<List<Case>> all() {
        var cases = new InstructionCases();
        cases.vectors();
        cases.memory();
        cases.structures();
        new IntegerCases(cases).add();
        return cases.groups.values();
    }

    void add(String group, String text, Consumer<AArch64Assembler> emission) {
        var assembler = new AArch64Assembler(ALL);
        emission.accept(assembler);
        groups.computeIfAbsent(group, _ -> new ArrayList<>())
                .add(new Case(group, text, assembler.finish()));
    }

    static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Enum<?> instruction, Operand... operands) {
        var text = new StringBuilder(name(instruction));
        for (int i = 0; i < operands.length; i++) {
            text.append(i == 0 ? " " : ", ").append(operands[i]);
        }
        return text.toString();
    }

    private void vectors() {
        for (var instruction : Neon.values()) {
            for (var encoding : instruction.encodings()) {
                for (var shape : encoding.shapes().arrangements()) {
                    int operands = encoding.signature().kinds().size();
                    for (int high = 0; high < 1 << operands; high++) {
                        vector(instruction, encoding.signature(), shape, high);
                    }
                }
            }
        }
    }

    /// @param high a bit an operand: whether it is one of the upper registers, or a large number
    private void vector(Neon instruction, Signature signature, Arrangement shape, int high) {
        var operands = new Operand[signature.kinds().size()];
        for (int i = 0; i < operands.length; i++) {
            var choices = choices(signature.kinds().get(i), shape, 1 + 2 * i);
            if (choices.size() <= (high >> i & 1)) {
                return;
            }
            operands[i] = choices.get(high >> i & 1);
        }
        add(instruction.name(), text(instruction, operands), a -> a.emit(instruction, operands));
    }

    /// One or two operands of a kind, the second with the larger numbers.
    private static List<Operand> choices(Kind kind, Arrangement shape, int number) {
        int lanes = Arrangement.Q.bytes() / shape.laneBytes();
        int laneBits = shape.laneBytes() * Byte.SIZE;
        int upper = number + 24;
        return switch (kind) {
            case V, WIDE, PAIRED, SUMS, ELEMENT, WIDE_ELEMENT -> vectors(kind, shape, number);
            case LANE, SOURCE_LANE ->
                    List.of(
                            new Vec(shape, number).lane(lanes / 2),
                            new Vec(shape, upper).lane(lanes - 1));
            case FACTOR ->
                    List.of(
                            new Vec(shape, number).lane(lanes / 2),
                            new Vec(shape, shape.laneBytes() == 2 ? 15 : upper).lane(lanes - 1));
            case GROUP ->
                    List.of(
                            new Lane(Lane.Element.group(shape), number, 1),
                            new Lane(Lane.Element.group(shape), upper, 2));
            case R -> List.of(w(number), x(30));
            case LANE_R, LANE_R_30, LANE_R_31, SPREAD_R -> {
                var width = shape.laneBytes() == 8 ? Gpr.Width.X : Gpr.Width.W;
                yield List.of(new Gpr(width, number), new Gpr(width, 30));
            }
            case X -> List.of(x(number), x(30));
            case TABLE -> List.of(VecList.of(Vec.b16(number), 1), VecList.of(Vec.b16(30), 3));
            case LEFT -> List.of(Imm.imm(0), Imm.imm(laneBits - 1));
            case RIGHT -> List.of(Imm.imm(1), Imm.imm(laneBits));
            case INDEX -> List.of(Imm.imm(3), Imm.imm(shape.bytes() - 1));
            case BYTE -> List.of(Imm.imm(0x5A), Imm.imm(0xFF));
            case LANES_FLOAT, SCALAR_FLOAT -> List.of(Imm.imm(-1.9375f), Imm.imm(0.15625f));
            case ZERO -> List.of(Imm.imm(0));
        };
    }

    private static List<Operand> vectors(Kind kind, Arrangement shape, int number) {
        for (var arrangement : Arrangement.values()) {
            var vec = new Vec(arrangement, number);
            if (kind.accepts(vec, shape)) {
                return List.of(vec, new Vec(arrangement, number + 24));
            }
        }
        throw new IllegalStateException(kind + " of " + shape);
    }

    private static List<Address> addresses(int bytes) {
        return List.of(
                at(x(1)),
                at(SP, bytes),
                at(x(30), 4095 * bytes),
                at(x(2), -256),
                at(x(3), 255),
                at(x(4), x(5)),
                at(SP, x(30)),
                before(x(6), -256),
                before(SP, 16),
                after(x(7), 255),
                after(x(29), -1));
    }

    private static List<Operand> registers(Access access) {
        return switch (access) {
            case LDR, STR ->
                    List.of(
                            w(0), w(30), x(0), x(30), Gpr.XZR, Vec.b(1), Vec.b(31), Vec.h(1),
                            Vec.h(31), Vec.s(1), Vec.s(31), Vec.d(1), Vec.d(31), Vec.q(1),
                            Vec.q(31));
            case LDRB, STRB, LDRH, STRH -> List.of(w(0), w(30));
            case LDRSB, LDRSH -> List.of(w(0), x(30));
            case LDRSW -> List.of(x(0), x(30));
        };
    }

    private static int bytes(Access access, Operand register) {
        return switch (access) {
            case LDR, STR -> bytes(register);
            case LDRB, STRB, LDRSB -> 1;
            case LDRH, STRH, LDRSH -> 2;
            case LDRSW -> 4;
        };
    }

    private static int bytes(Operand register) {
        return register instanceof Gpr gpr
                ? gpr.isWide() ? 8 : 4
                : ((Vec) register).arrangement().bytes();
    }

    private void memory() {
        for (var access : Access.values()) {
            for (var register : registers(access)) {
                int bytes = bytes(access, register);
                for (var address : addresses(bytes)) {
                    add(
                            name(access),
                            text(access, register, address),
                            a -> a.emit(access, register, address));
                }
                scaled(access, register, x(5), "lsl", bytes);
                scaled(access, register, w(30), "sxtw", bytes);
                if (name(access).equals("ldrsw") || access == Access.LDR && bytes >= 4) {
                    literal(access, register);
                }
            }
        }
        for (var where : Prefetch.values()) {
            for (var address : addresses(8).subList(0, 7)) {
                add("prfm", "prfm " + where + ", " + address, a -> a.prefetch(where, address));
            }
        }
        pairs();
    }

    private void scaled(Access access, Operand register, Gpr index, String extend, int bytes) {
        int shift = Integer.numberOfTrailingZeros(bytes);
        var text = name(access) + " " + register + ", [x9, " + index + ", " + extend;
        if (bytes > 1) {
            add(
                    name(access),
                    text + " #" + shift + "]",
                    a -> a.emit(access, register, Address.scaled(x(9), index)));
        }
        add(
                name(access),
                index.isWide() ? text.replace(", lsl", "]") : text + "]",
                a -> a.emit(access, register, at(x(9), index)));
    }

    /// A constant before and one behind.
    private void literal(Access access, Operand register) {
        add(
                name(access),
                name(access) + " " + register + ", .+8\nnop\nnop",
                a -> {
                    var label = a.label("constant");
                    a.emit(access, register, at(label));
                    a.nop();
                    a.bind(label);
                    a.nop();
                });
        add(
                name(access),
                "nop\n" + name(access) + " " + register + ", .-4",
                a -> {
                    var label = a.label("constant");
                    a.bind(label);
                    a.nop();
                    a.emit(access, register, at(label));
                });
    }

    private void pairs() {
        for (var pair : Pair.values()) {
            for (var registers :
                    List.of(
                            List.of(w(0), w(29)),
                            List.of(x(30), x(1)),
                            List.of(Vec.s(31), Vec.s(2)),
                            List.of(Vec.d(3), Vec.d(30)),
                            List.of(Vec.q(8), Vec.q(17)))) {
                var first = (Operand) registers.get(0);
                var second = (Operand) registers.get(1);
                int bytes = bytes(first);
                var addresses = new ArrayList<Address>();
                addresses.add(at(x(4)));
                addresses.add(at(SP, 63 * bytes));
                addresses.add(at(x(28), -64 * bytes));
                if (pair == Pair.LDP || pair == Pair.STP) {
                    addresses.add(before(SP, -64 * bytes));
                    addresses.add(after(x(10), 3 * bytes));
                }
                for (var address : addresses) {
                    add(
                            name(pair),
                            text(pair, first, second, address),
                            a -> a.emit(pair, first, second, address));
                }
            }
        }
    }

    private void structures() {
        for (var access : Structure.values()) {
            for (var shape : Arrangement.values()) {
                for (int count = 1; count <= 4 && !shape.isScalar(); count++) {
                    if (fits(access, count, shape)) {
                        structure(access, VecList.of(new Vec(shape, 5), count));
                        structure(access, VecList.of(new Vec(shape, 30), count));
                    }
                }
            }
        }
        for (var access : List.of(Structure.LD1, Structure.ST1)) {
            for (var shape : Shapes.LANES.arrangements()) {
                for (int index = 0; index < shape.lanes(); index++) {
                    var lane = new Vec(shape, 2 * index % Vec.COUNT).lane(index);
                    var text = lane.toString().replace("v", "{v").replace("[", "}[");
                    places(access, text, shape.laneBytes(), (a, p) -> a.emit(access, lane, p));
                }
            }
        }
    }

    private static boolean fits(Structure access, int count, Arrangement shape) {
        return switch (access) {
            case LD1, ST1 -> true;
            case LD2, ST2 -> count == 2 && shape != Arrangement.D1;
            case LD3, ST3 -> count == 3 && shape != Arrangement.D1;
            case LD4, ST4 -> count == 4 && shape != Arrangement.D1;
            case LD1R -> count == 1;
        };
    }

    private interface Emission {
        void emit(AArch64Assembler assembler, Address address);
    }

    private void structure(Structure access, VecList list) {
        int bytes =
                access == Structure.LD1R ? list.first().arrangement().laneBytes() : list.bytes();
        places(access, list.toString(), bytes, (a, p) -> a.emit(access, list, p));
    }

    private void places(Structure access, String registers, int bytes, Emission emission) {
        for (var address : List.of(at(x(3)), at(SP), after(x(30), bytes), after(SP, x(12)))) {
            add(
                    name(access),
                    name(access) + " " + registers + ", " + address,
                    a -> emission.emit(a, address));
        }
    }
}
