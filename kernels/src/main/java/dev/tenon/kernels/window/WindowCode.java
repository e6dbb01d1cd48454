package dev.tenon.kernels.window;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.R10;
import static dev.tenon.asm.x86.Gpr.R11;
import static dev.tenon.asm.x86.Gpr.R12;
import static dev.tenon.asm.x86.Gpr.R13;
import static dev.tenon.asm.x86.Gpr.R14;
import static dev.tenon.asm.x86.Gpr.R15;
import static dev.tenon.asm.x86.Gpr.R8;
import static dev.tenon.asm.x86.Gpr.R9;
import static dev.tenon.asm.x86.Gpr.RAX;
import static dev.tenon.asm.x86.Gpr.RBP;
import static dev.tenon.asm.x86.Gpr.RBX;
import static dev.tenon.asm.x86.Gpr.RCX;
import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Gpr.RDX;
import static dev.tenon.asm.x86.Gpr.RSI;
import static dev.tenon.asm.x86.Gpr.RSP;
import static dev.tenon.asm.x86.Imm.imm;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.Label;
import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.asm.x86.X86Assembler.Alu;
import dev.tenon.kernels.window.LineWindows.Fold;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Folds windows of a channels-last image into tiles of neighbouring outputs of one row, eight
/// channels at a time, for AVX2 and FMA:
///
///     f(x, y, table, lines, lineBytes, pixelBytes, tiles, vectors)
///
/// `x` is the first position that the first tile's first window covers in its first line, whether
/// that exists or not; `lines` of the windows exist, and are `lineBytes` apart. Positions of `x` and
/// `y` are `pixelBytes` apart. Of each position `vectors` of eight channels are folded.
///
/// The table of [Fold#PRODUCT] has for each vector of channels the weights of all taps of a window,
/// and begins with those of the first line that exists. That of [Fold#MEAN] has a divisor for each
/// output; that of [Fold#MAX] is not read.
final class WindowCode {
    /// One routine: a tile of outputs whose positions `from … to-1` are in the image.
    ///
    /// @param outputs of a tile
    /// @param taps of a line of a window
    /// @param stride from window to window, in positions
    /// @param dilation from tap to tap, in positions
    /// @param from the first position of the tile that exists; 0 is the first tap's of the first
    ///   output
    /// @param lines of a window
    record Variant(
            Fold fold,
            int outputs,
            int taps,
            int stride,
            int dilation,
            int from,
            int to,
            int lines) {
        String name() {
            return String.format(
                    Locale.ROOT,
                    "window_%s_%dx%d_s%d_d%d_%d_%d_of_%d",
                    fold.name().toLowerCase(Locale.ROOT),
                    outputs,
                    taps,
                    stride,
                    dilation,
                    from,
                    to,
                    lines);
        }

        /// Positions that a tile covers.
        int positions() {
            return positions(outputs, taps, stride, dilation);
        }

        static int positions(int outputs, int taps, int stride, int dilation) {
            return (outputs - 1) * stride + (taps - 1) * dilation + 1;
        }
    }

    /// Channels of a vector.
    static final int LANES = 8;

    /// Taps of a line at most.
    static final int MAX_TAPS = 32;

    private static final int VECTOR_BYTES = LANES * Float.BYTES;

    /// Taps of a line whose weights are kept in registers at most.
    private static final int MAX_KEPT = 7;

    private static final int MAX_OUTPUTS = 12;

    private static final List<Gpr> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

    /// Where the seventh argument is, above the saved registers and the return address.
    private static final int TILES = (SAVED.size() + 1) * Long.BYTES;

    private static final int VECTORS = TILES + Long.BYTES;

    private static final Vec ELEMENT = ymm(Vec.COUNT - 1);
    private static final Vec UNORDERED = ymm(Vec.COUNT - 2);
    private static final Vec LARGER = ymm(Vec.COUNT - 3);

    private final X86Assembler a;
    private final Variant variant;
    private final Label negativeInfinity = new Label("negative infinity");

    private WindowCode(Variant variant, Set<Feature> features) {
        this.a = new X86Assembler(features);
        this.variant = variant;
    }

    static byte[] emit(Variant variant, Set<Feature> features) {
        return new WindowCode(variant, features).emit();
    }

    /// Outputs of a tile at most.
    static int maxOutputs(Fold fold, int taps) {
        return fold == Fold.PRODUCT && taps <= MAX_KEPT
                ? Math.min(MAX_OUTPUTS, Vec.COUNT - 1 - taps)
                : MAX_OUTPUTS;
    }

    private boolean keepsWeights() {
        return variant.fold == Fold.PRODUCT && variant.taps <= MAX_KEPT;
    }

    private byte[] emit() {
        var tile = a.label("tile");
        var vector = a.label("vector");
        SAVED.forEach(a::push);
        a.lea(R10, at(R9, R9, 2));
        a.bind(tile);
        a.mov(R12, RDI);
        a.mov(R13, RSI);
        a.mov(RBX, RDX);
        a.mov(RBP, at(RSP, VECTORS));
        a.align(16);
        a.bind(vector);
        window();
        results();
        a.add(R12, VECTOR_BYTES);
        a.add(R13, VECTOR_BYTES);
        if (variant.fold == Fold.PRODUCT) {
            a.add(RBX, variant.lines * variant.taps * VECTOR_BYTES);
        }
        a.sub(RBP, 1);
        a.jump(Condition.NE, vector);
        a.mov(RAX, variant.outputs);
        a.imul(RAX, R9);
        a.add(RSI, RAX);
        a.mov(RAX, (long) variant.outputs * variant.stride);
        a.imul(RAX, R9);
        a.add(RDI, RAX);
        if (variant.fold == Fold.MEAN) {
            a.add(RDX, variant.outputs * Float.BYTES);
        }
        a.alu(Alu.SUB, at(RSP, TILES), 1);
        a.jump(Condition.NE, tile);
        a.emit(Avx.VZEROUPPER);
        SAVED.reversed().forEach(a::pop);
        a.ret();
        a.bind(negativeInfinity);
        a.data(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
        return a.finish();
    }

    /// Folds all lines of the windows of one tile and one vector of channels.
    private void window() {
        var line = a.label("line");
        var done = a.label("done");
        for (int output = 0; output < variant.outputs; output++) {
            if (variant.fold == Fold.MAX) {
                a.emit(Avx.VBROADCASTSS, ymm(output), at(negativeInfinity));
            } else {
                a.emit(Avx.VXORPS, ymm(output), ymm(output), ymm(output));
            }
        }
        a.mov(R15, R12);
        a.mov(R14, RBX);
        a.mov(R11, RCX);
        a.test(R11, R11);
        a.jump(Condition.E, done);
        a.align(16);
        a.bind(line);
        if (keepsWeights()) {
            for (int tap = 0; tap < variant.taps; tap++) {
                a.emit(Avx.VMOVUPS, kept(tap), weight(tap));
            }
        }
        a.mov(RAX, R15);
        var walk = new Walk(a, RAX);
        for (int position = variant.from; position < variant.to; position++) {
            fold(position, walk);
        }
        a.add(R15, R8);
        if (variant.fold == Fold.PRODUCT) {
            a.add(R14, variant.taps * VECTOR_BYTES);
        }
        a.sub(R11, 1);
        a.jump(Condition.NE, line);
        a.bind(done);
    }

    private Vec kept(int tap) {
        return ymm(variant.outputs + tap);
    }

    private static Address weight(int tap) {
        return at(R14, tap * VECTOR_BYTES);
    }

    /// Folds one position into the outputs whose windows cover it.
    private void fold(int position, Walk walk) {
        boolean loaded = false;
        for (int output = 0; output < variant.outputs; output++) {
            int distance = position - output * variant.stride;
            if (distance < 0
                    || distance % variant.dilation != 0
                    || distance / variant.dilation >= variant.taps) {
                continue;
            }
            if (!loaded) {
                a.emit(Avx.VMOVUPS, ELEMENT, walk.to(position));
                if (variant.fold == Fold.MAX) {
                    a.emit(Avx.VCMPPS, UNORDERED, ELEMENT, ELEMENT, imm(3));
                }
                loaded = true;
            }
            fold(output, distance / variant.dilation);
        }
    }

    private void fold(int output, int tap) {
        var sum = ymm(output);
        switch (variant.fold) {
            case PRODUCT ->
                    a.emit(Avx.VFMADD231PS, sum, ELEMENT, keepsWeights() ? kept(tap) : weight(tap));
            case MEAN -> a.emit(Avx.VADDPS, sum, sum, ELEMENT);
            case MAX -> {
                // A NaN so far is the result of the comparison; a NaN element is all ones.
                a.emit(Avx.VMAXPS, LARGER, ELEMENT, sum);
                a.emit(Avx.VORPS, sum, LARGER, UNORDERED);
            }
        }
    }

    private void results() {
        a.mov(RAX, R13);
        var walk = new Walk(a, RAX);
        for (int output = 0; output < variant.outputs; output++) {
            if (variant.fold == Fold.MEAN) {
                a.emit(Avx.VBROADCASTSS, ELEMENT, at(RDX, output * Float.BYTES));
                a.emit(Avx.VDIVPS, ymm(output), ymm(output), ELEMENT);
            }
            a.emit(Avx.VMOVUPS, walk.to(output), ymm(output));
        }
    }

    /// Addresses of growing positions from a pointer that moves on; `r9` is one position, `r10`
    /// three.
    private static final class Walk {
        private static final int STEP = 4;

        private final X86Assembler a;
        private final Gpr pointer;
        private int base;

        Walk(X86Assembler a, Gpr pointer) {
            this.a = a;
            this.pointer = pointer;
        }

        Address to(int position) {
            while (position - base >= STEP) {
                a.lea(pointer, at(pointer, R9, STEP));
                base += STEP;
            }
            return switch (position - base) {
                case 0 -> at(pointer);
                case 3 -> at(pointer, R10, 1);
                default -> at(pointer, R9, position - base);
            };
        }
    }
}
