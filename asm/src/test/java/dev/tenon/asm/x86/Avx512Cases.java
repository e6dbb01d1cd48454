package dev.tenon.asm.x86;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Imm.imm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/// Instructions with an EVEX prefix: each operand from each quarter of the registers, addresses on
/// both sides of what a scaled displacement of one byte reaches, masks, and single numbers in
/// memory.
final class Avx512Cases {
    private static final Imm IMMEDIATE = imm(0x1B);

    /// Those that may not be masked, or whose masks no kernel uses.
    private static final Set<Avx512> UNMASKED =
            Set.of(
                    Avx512.VMOVNTPS,
                    Avx512.VMOVNTDQ,
                    Avx512.VMOVD,
                    Avx512.VPMOVM2B,
                    Avx512.VPMOVM2D,
                    Avx512.VPMOVB2M,
                    Avx512.VPMOVD2M);

    private static final List<Address> ADDRESSES =
            List.of(
                    at(Gpr.RAX),
                    at(Gpr.RSP, 64),
                    at(Gpr.RBP),
                    at(Gpr.R12, 127 * 64),
                    at(Gpr.R13, 128 * 64),
                    at(Gpr.RBX, Gpr.RCX, 4).plus(-128 * 16),
                    at(Gpr.R8, Gpr.R15, 8).plus(4),
                    at(Gpr.RSI, Gpr.R12, 1).plus(-129));

    /// Takes a case.
    interface Sink {
        void add(String group, String text, Consumer<X86Assembler> emission);
    }

    private Avx512Cases() {}

    static void forEach(Sink sink) {
        for (var instruction : Avx512.values()) {
            for (var signature : instruction.signatures()) {
                for (var operands : operandLists(instruction, signature)) {
                    sink.add(
                            "EVEX." + instruction.name(),
                            "{evex} "
                                    + instruction.name().toLowerCase(Locale.ROOT)
                                    + text(instruction, signature, operands),
                            a -> a.emit(instruction, operands));
                }
            }
        }
    }

    private static Set<Operand[]> operandLists(Avx512 instruction, Signature signature) {
        var lists = new ArrayList<Operand[]>();
        for (var width : Vec.Width.values()) {
            if (signature.hasWidth() || width == Vec.Width.XMM) {
                addForWidth(lists, instruction, signature, width);
            }
        }
        var different = new LinkedHashSet<List<Operand>>();
        lists.stream()
                .filter(operands -> accepted(instruction, operands))
                .map(Arrays::asList)
                .forEach(different::add);
        var result = new LinkedHashSet<Operand[]>();
        different.forEach(operands -> result.add(operands.toArray(Operand[]::new)));
        return result;
    }

    private static void addForWidth(
            List<Operand[]> lists, Avx512 instruction, Signature signature, Vec.Width width) {
        int count = signature.kinds().size();
        lists.add(registers(signature, width, 0, count));
        for (int quarter = 1; quarter < 4; quarter++) {
            lists.add(registers(signature, width, quarter, count));
            for (int i = 0; i < count; i++) {
                lists.add(registers(signature, width, quarter, i));
            }
        }
        for (int quarter : new int[] {0, 3}) {
            for (var address : ADDRESSES) {
                addInMemory(lists, registers(signature, width, quarter, count), address);
            }
            addInMemory(
                    lists,
                    registers(signature, width, quarter, count),
                    new Broadcast(at(Gpr.R9, 4 * 127)));
        }
        if (!UNMASKED.contains(instruction)) {
            addMasked(lists, signature, width);
        }
    }

    private static void addInMemory(List<Operand[]> lists, Operand[] operands, Operand place) {
        for (int i = 0; i < operands.length; i++) {
            var changed = operands.clone();
            changed[i] = place;
            lists.add(changed);
        }
    }

    private static void addMasked(List<Operand[]> lists, Signature signature, Vec.Width width) {
        var operands = registers(signature, width, 2, signature.kinds().size());
        var first = operands[0];
        if (first instanceof Vec vec && signature.kinds().getFirst() != Signature.Kind.MEM) {
            lists.add(with(operands, Masked.zeroing(vec, Mask.K7)));
        }
        if (first instanceof Vec || first instanceof Mask) {
            lists.add(with(operands, Masked.merging(first, Mask.K1)));
        }
        lists.add(with(operands, Masked.merging(at(Gpr.R9, 64), Mask.K2)));
    }

    private static Operand[] with(Operand[] operands, Operand first) {
        var changed = operands.clone();
        changed[0] = first;
        return changed;
    }

    private static boolean accepted(Avx512 instruction, Operand... operands) {
        var places = operands.clone();
        if (places[0] instanceof Masked(var place, _, _)) {
            places[0] = place;
        }
        return instruction.encodings().stream().anyMatch(e -> e.accepts(places));
    }

    /// @param quarter of the registers that operand `which` is from, or all where there is no such
    private static Operand[] registers(
            Signature signature, Vec.Width width, int quarter, int which) {
        var kinds = signature.kinds();
        var operands = new Operand[kinds.size()];
        for (int i = 0; i < operands.length; i++) {
            int number = 1 + 2 * i + (which == i || which == kinds.size() ? 8 * quarter : 0);
            operands[i] =
                    switch (kinds.get(i)) {
                        case V, VM, W, WM -> new Vec(width, number);
                        case Z -> Vec.zmm(number);
                        case Y, YM -> Vec.ymm(number);
                        case X, XM, MEM -> Vec.xmm(number);
                        case H, HM -> new Vec(narrowed(width, 1), number);
                        case QM -> new Vec(narrowed(width, 2), number);
                        case R, RM -> Gpr.values()[number & 15];
                        case K, KM -> Mask.values()[number & 7];
                        case IMM8 -> IMMEDIATE;
                    };
        }
        return operands;
    }

    private static Vec.Width narrowed(Vec.Width width, int halvings) {
        return Vec.Width.values()[Math.max(0, width.ordinal() - halvings)];
    }

    private static String text(Avx512 instruction, Signature signature, Operand... operands) {
        var text = new StringBuilder();
        for (var operand : operands) {
            text.append(text.isEmpty() ? " " : ", ");
            text.append(
                    switch (operand) {
                        case Gpr gpr when instruction != Avx512.VPBROADCASTQ -> half(gpr);
                        case Broadcast(var address) ->
                                address + "{1to" + numbers(instruction, signature, operands) + "}";
                        default -> operand.toString();
                    });
        }
        return text.toString();
    }

    /// How many numbers a vector holds.
    private static int numbers(Avx512 instruction, Signature signature, Operand... operands) {
        var encoding =
                instruction.encodings().stream()
                        .filter(e -> e.signature() == signature)
                        .findFirst()
                        .orElseThrow();
        var single = new Broadcast(ADDRESSES.getFirst());
        return encoding.width(operands).bytes() / encoding.touched(Vec.Width.ZMM, single);
    }

    private static String half(Gpr register) {
        return register.number() >= 8 ? register + "d" : register.toString().replace('r', 'e');
    }
}
