package dev.tenon.kernels.conv.winograd;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.Label;
import dev.tenon.asm.exec.Routine;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.kernels.emitted.Avx2;
import java.util.List;

/// Minimal filtering of three taps (Lavin and Gray, "Fast Algorithms for Convolutional Neural
/// Networks", 2016): `y = Aᵀ((G g) ⊙ (Bᵀ d))` gives `m` outputs of a window of three weights `g`
/// from `m + 2` inputs `d`, and nested in itself `m × m` outputs of a window of 3 × 3.
public enum Transform {
    /// F(2, 3): 2.25 times fewer products than windows have.
    F2(2, new double[][] {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}}) {
        @Override
        List<Vec> input(X86Assembler a) {
            a.emit(Avx.VSUBPS, ymm(4), ymm(0), ymm(2));
            a.emit(Avx.VADDPS, ymm(5), ymm(1), ymm(2));
            a.emit(Avx.VSUBPS, ymm(6), ymm(2), ymm(1));
            a.emit(Avx.VSUBPS, ymm(7), ymm(1), ymm(3));
            return List.of(ymm(4), ymm(5), ymm(6), ymm(7));
        }

        @Override
        List<Vec> output(X86Assembler a) {
            a.emit(Avx.VADDPS, ymm(4), ymm(1), ymm(2));
            a.emit(Avx.VSUBPS, ymm(5), ymm(1), ymm(2));
            a.emit(Avx.VADDPS, ymm(4), ymm(4), ymm(0));
            a.emit(Avx.VSUBPS, ymm(5), ymm(5), ymm(3));
            return List.of(ymm(4), ymm(5));
        }
    },
    /// F(4, 3), at the points 0, ±1, ±2 and ∞: four times fewer products than windows have.
    F4(
            4,
            new double[][] {
                {1 / 4.0, 0, 0},
                {-1 / 6.0, -1 / 6.0, -1 / 6.0},
                {-1 / 6.0, 1 / 6.0, -1 / 6.0},
                {1 / 24.0, 1 / 12.0, 1 / 6.0},
                {1 / 24.0, -1 / 12.0, 1 / 6.0},
                {0, 0, 1}
            }) {
        /// Rows `4 0 -5 0 1 0`, `0 ∓4 -4 ±1 1 0`, `0 ∓2 -1 ±2 1 0`, `0 4 0 -5 0 1`.
        @Override
        List<Vec> input(X86Assembler a) {
            a.emit(Avx.VMOVAPS, ymm(6), ymm(4));
            a.emit(Avx.VFNMADD231PS, ymm(6), FOUR, ymm(2));
            a.emit(Avx.VMOVAPS, ymm(7), ymm(3));
            a.emit(Avx.VFNMADD231PS, ymm(7), FOUR, ymm(1));
            a.emit(Avx.VSUBPS, ymm(8), ymm(4), ymm(2));
            a.emit(Avx.VSUBPS, ymm(9), ymm(3), ymm(1));
            a.emit(Avx.VFMADD231PS, ymm(4), FOUR, ymm(0));
            a.emit(Avx.VFNMADD231PS, ymm(4), FIVE_OR_EIGHT, ymm(2));
            a.emit(Avx.VFMADD231PS, ymm(5), FOUR, ymm(1));
            a.emit(Avx.VFNMADD231PS, ymm(5), FIVE_OR_EIGHT, ymm(3));
            a.emit(Avx.VADDPS, ymm(10), ymm(6), ymm(7));
            a.emit(Avx.VSUBPS, ymm(11), ymm(6), ymm(7));
            a.emit(Avx.VMOVAPS, ymm(12), ymm(8));
            a.emit(Avx.VFMADD231PS, ymm(12), TWO, ymm(9));
            a.emit(Avx.VFNMADD231PS, ymm(8), TWO, ymm(9));
            return List.of(ymm(4), ymm(10), ymm(11), ymm(12), ymm(8), ymm(5));
        }

        /// Rows `1 1 1 1 1 0`, `0 1 -1 2 -2 0`, `0 1 1 4 4 0`, `0 1 -1 8 -8 1`.
        @Override
        List<Vec> output(X86Assembler a) {
            a.emit(Avx.VADDPS, ymm(6), ymm(1), ymm(2));
            a.emit(Avx.VSUBPS, ymm(7), ymm(1), ymm(2));
            a.emit(Avx.VADDPS, ymm(8), ymm(3), ymm(4));
            a.emit(Avx.VSUBPS, ymm(9), ymm(3), ymm(4));
            a.emit(Avx.VADDPS, ymm(0), ymm(0), ymm(6));
            a.emit(Avx.VADDPS, ymm(0), ymm(0), ymm(8));
            a.emit(Avx.VFMADD231PS, ymm(6), FOUR, ymm(8));
            a.emit(Avx.VMOVAPS, ymm(10), ymm(7));
            a.emit(Avx.VFMADD231PS, ymm(10), TWO, ymm(9));
            a.emit(Avx.VADDPS, ymm(7), ymm(7), ymm(5));
            a.emit(Avx.VFMADD231PS, ymm(7), FIVE_OR_EIGHT, ymm(9));
            return List.of(ymm(0), ymm(10), ymm(6), ymm(7));
        }
    };

    private static final Vec FOUR = ymm(13);

    /// Five in inputs, eight in outputs.
    private static final Vec FIVE_OR_EIGHT = ymm(14);

    private static final Vec TWO = ymm(15);

    private static final Avx2.Routines<Transform> INPUT =
            new Avx2.Routines<>(t -> "winograd_input_" + t, InputCode::emit);
    private static final Avx2.Routines<Transform> OUTPUT =
            new Avx2.Routines<>(t -> "winograd_output_" + t, OutputCode::emit);

    private final int outputs;
    private final double[][] weights;

    Transform(int outputs, double[][] weights) {
        this.outputs = outputs;
        this.weights = weights;
    }

    /// Outputs along an axis of a tile.
    public int outputs() {
        return outputs;
    }

    /// Inputs along an axis of a tile.
    public int inputs() {
        return outputs + 2;
    }

    /// Products of a tile for each channel and feature.
    public int products() {
        return inputs() * inputs();
    }

    /// Tiles side by side.
    ///
    /// @param output the extents of the output, of which the last two are rows and columns
    public int across(int[] output) {
        return Math.ceilDiv(output[output.length - 1], outputs);
    }

    /// Tiles of an image.
    ///
    /// @param output as above
    public int tiles(int[] output) {
        return Math.ceilDiv(output[output.length - 2], outputs) * across(output);
    }

    /// `G[row][column]`.
    double weight(int row, int column) {
        return weights[row][column];
    }

    /// Multiplies the vector whose elements are in the first registers by `Bᵀ`.
    ///
    /// @return where the result's elements are
    abstract List<Vec> input(X86Assembler a);

    /// The same by `Aᵀ`.
    abstract List<Vec> output(X86Assembler a);

    /// Loads what [#input] or [#output] needs.
    ///
    /// @param table of the numbers that [#constants] emits
    /// @param pointer overwritten
    static void loadConstants(X86Assembler a, Label table, Gpr pointer) {
        a.lea(pointer, at(table));
        a.emit(Avx.VBROADCASTSS, FOUR, at(pointer));
        a.emit(Avx.VBROADCASTSS, FIVE_OR_EIGHT, at(pointer, Float.BYTES));
        a.emit(Avx.VBROADCASTSS, TWO, at(pointer, 2 * Float.BYTES));
    }

    /// Emits the numbers, after the last instruction.
    static void constants(X86Assembler a, Label table, float middle) {
        a.bind(table);
        for (float number : new float[] {4, middle, 2}) {
            a.data(Float.floatToRawIntBits(number));
        }
    }

    /// The transform of one tile of inputs, see [InputCode].
    public Routine inputRoutine() {
        return INPUT.get(this);
    }

    /// The transform of one tile of products, see [OutputCode].
    public Routine outputRoutine() {
        return OUTPUT.get(this);
    }
}
