package dev.tenon.kernels.move;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R8;
import static dev.tenon.asm.x86.Gpr.R9;
import static dev.tenon.asm.x86.Gpr.RAX;
import static dev.tenon.asm.x86.Gpr.RCX;
import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Gpr.RDX;
import static dev.tenon.asm.x86.Gpr.RSI;
import static dev.tenon.asm.x86.Vec.xmm;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.asm.x86.X86Assembler.Alu;
import java.util.Locale;
import java.util.Set;

/// Copies rows that lie apart, for AVX2:
///
///     f(from, to, fromBytes, toBytes, rows, bytes)
///
/// A row is `bytes` long; the next begins `fromBytes` and `toBytes` further. Picked rows begin
/// where a table of distances from `from` says, whose address stands for `fromBytes`. The end of a
/// row is copied as a whole part that overlaps the one before.
final class RowCopyCode {
    /// How rows are cut.
    enum Part {
        /// At least 4 bytes, at most 8.
        FOUR(Avx.VMOVSS, xmm(0), 4),
        /// At least 8 bytes, at most 16.
        EIGHT(Avx.VMOVSD, xmm(0), 8),
        /// At least 16 bytes, at most 32.
        SIXTEEN(Avx.VMOVUPS, xmm(0), 16),
        /// At least 32 bytes.
        MANY(Avx.VMOVUPS, ymm(0), 32);

        private final Avx move;
        private final Vec first;
        private final int bytes;

        Part(Avx move, Vec first, int bytes) {
            this.move = move;
            this.first = first;
            this.bytes = bytes;
        }

        /// For rows of at least four bytes.
        static Part of(long bytes) {
            return bytes <= 8 ? FOUR : bytes <= 16 ? EIGHT : bytes <= 32 ? SIXTEEN : MANY;
        }
    }

    /// @param picked whether a table says where rows begin
    record Variant(Part part, boolean picked) {
        /// @param bytes of a row, at least [#MIN_BYTES]
        static Variant of(long bytes, boolean picked) {
            return new Variant(Part.of(bytes), picked);
        }

        String name() {
            String kind = picked ? "pick_rows_" : "copy_rows_";
            return kind + part.name().toLowerCase(Locale.ROOT);
        }
    }

    /// Rows shorter than this are not copied here.
    static final int MIN_BYTES = 4;

    private static final int UNROLL = 4;

    private RowCopyCode() {}

    static byte[] emit(Variant variant, Set<Feature> features) {
        var part = variant.part;
        var a = new X86Assembler(features);
        var row = a.label("row");
        if (variant.picked) {
            a.mov(RAX, RDI);
        }
        // From here on, the length without its last part.
        a.sub(R9, part.bytes);
        a.align(16);
        a.bind(row);
        if (variant.picked) {
            a.mov(RDI, at(RDX));
            a.add(RDI, RAX);
            a.add(RDX, Long.BYTES);
        }
        if (part == Part.MANY) {
            many(a);
        } else {
            copy(a, part, at(RDI), at(RSI));
        }
        copy(a, part, at(RDI, R9, 1), at(RSI, R9, 1));
        if (!variant.picked) {
            a.add(RDI, RDX);
        }
        a.add(RSI, RCX);
        a.sub(R8, 1);
        a.jump(Condition.NE, row);
        a.emit(Avx.VZEROUPPER);
        a.ret();
        return a.finish();
    }

    private static void copy(X86Assembler a, Part part, Address from, Address to) {
        a.emit(part.move, part.first, from);
        a.emit(part.move, to, part.first);
    }

    /// All of a row but its last part.
    private static void many(X86Assembler a) {
        var block = a.label("block");
        var single = a.label("single");
        var rest = a.label("rest");
        var done = a.label("done");
        int bytes = Part.MANY.bytes;
        a.alu(Alu.XOR, R10, R10);
        a.lea(R11, at(R9, -UNROLL * bytes));
        a.alu(Alu.CMP, R10, R11);
        a.jump(Condition.G, rest);
        a.bind(block);
        for (int i = 0; i < UNROLL; i++) {
            a.emit(Avx.VMOVUPS, ymm(i), at(RDI, R10, 1).plus(i * bytes));
        }
        for (int i = 0; i < UNROLL; i++) {
            a.emit(Avx.VMOVUPS, at(RSI, R10, 1).plus(i * bytes), ymm(i));
        }
        a.add(R10, UNROLL * bytes);
        a.alu(Alu.CMP, R10, R11);
        a.jump(Condition.LE, block);
        a.bind(rest);
        a.alu(Alu.CMP, R10, R9);
        a.jump(Condition.GE, done);
        a.bind(single);
        copy(a, Part.MANY, at(RDI, R10, 1), at(RSI, R10, 1));
        a.add(R10, bytes);
        a.alu(Alu.CMP, R10, R9);
        a.jump(Condition.L, single);
        a.bind(done);
    }
}
