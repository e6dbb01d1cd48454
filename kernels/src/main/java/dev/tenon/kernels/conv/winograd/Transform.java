package dev.tenon.kernels.conv.winograd;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorRoutines;
import java.util.List;
import java.util.stream.Stream;

/// Minimal filtering of three taps (Lavin and Gray, "Fast Algorithms for Convolutional Neural
/// Networks", 2016): `y = Aᵀ((G g) ⊙ (Bᵀ d))` gives `m` outputs of a window of three weights `g`
/// from `m + 2` inputs `d`, and nested in itself `m × m` outputs of a window of 3 × 3.
public enum Transform {
    /// F(2, 3): 2.25 times fewer products than windows have.
    F2(
            2,
            new double[][] {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}},
            new double[][] {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}},
            new double[][] {{1, 1, 1, 0}, {0, 1, -1, -1}}) {
        @Override
        List<Vector> input(VectorAssembler a) {
            subtract(a, 4, 0, 2);
            add(a, 5, 1, 2);
            subtract(a, 6, 2, 1);
            subtract(a, 7, 1, 3);
            return vectors(4, 5, 6, 7);
        }

        @Override
        List<Vector> output(VectorAssembler a) {
            add(a, 4, 1, 2);
            subtract(a, 5, 1, 2);
            add(a, 4, 4, 0);
            subtract(a, 5, 5, 3);
            return vectors(4, 5);
        }
    },
    /// F(4, 3), at the points 0, ±1, ±2 and ∞: four times fewer products than windows have.
    F4(
            4,
            new double[][] {
                {4, 0, -5, 0, 1, 0},
                {0, -4, -4, 1, 1, 0},
                {0, 4, -4, -1, 1, 0},
                {0, -2, -1, 2, 1, 0},
                {0, 2, -1, -2, 1, 0},
                {0, 4, 0, -5, 0, 1}
            },
            new double[][] {
                {1 / 4.0, 0, 0},
                {-1 / 6.0, -1 / 6.0, -1 / 6.0},
                {-1 / 6.0, 1 / 6.0, -1 / 6.0},
                {1 / 24.0, 1 / 12.0, 1 / 6.0},
                {1 / 24.0, -1 / 12.0, 1 / 6.0},
                {0, 0, 1}
            },
            new double[][] {
                {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}
            }) {
        @Override
        List<Vector> input(VectorAssembler a) {
            subtractScaled(a, 6, 4, FOUR, 2);
            subtractScaled(a, 7, 3, FOUR, 1);
            subtract(a, 8, 4, 2);
            subtract(a, 9, 3, 1);
            addScaled(a, 4, 4, FOUR, 0);
            subtractScaled(a, 4, 4, FIVE_OR_EIGHT, 2);
            addScaled(a, 5, 5, FOUR, 1);
            subtractScaled(a, 5, 5, FIVE_OR_EIGHT, 3);
            add(a, 0, 6, 7);
            subtract(a, 1, 6, 7);
            addScaled(a, 2, 8, TWO, 9);
            subtractScaled(a, 8, 8, TWO, 9);
            return vectors(4, 0, 1, 2, 8, 5);
        }

        @Override
        List<Vector> output(VectorAssembler a) {
            add(a, 6, 1, 2);
            subtract(a, 7, 1, 2);
            add(a, 8, 3, 4);
            subtract(a, 9, 3, 4);
            add(a, 0, 0, 6);
            add(a, 0, 0, 8);
            addScaled(a, 6, 6, FOUR, 8);
            addScaled(a, 1, 7, TWO, 9);
            add(a, 7, 7, 5);
            addScaled(a, 7, 7, FIVE_OR_EIGHT, 9);
            return vectors(0, 1, 6, 7);
        }
    };

    private static final Vector FOUR = new Vector(10);

    /// Five in inputs, eight in outputs.
    private static final Vector FIVE_OR_EIGHT = new Vector(11);

    private static final Vector TWO = new Vector(12);

    /// How many registers transforms use, the first ones.
    static final int REGISTERS = 13;

    private static final VectorRoutines<Transform> INPUT =
            new VectorRoutines<>(t -> "winograd_input_" + t, InputCode::emit);
    private static final VectorRoutines<Transform> OUTPUT =
            new VectorRoutines<>(t -> "winograd_output_" + t, OutputCode::emit);

    private final int outputs;
    private final double[][] inputMatrix;
    private final double[][] weights;
    private final double[][] outputMatrix;

    /// @param inputMatrix `Bᵀ`
    /// @param weights `G`
    /// @param outputMatrix `Aᵀ`
    Transform(int outputs, double[][] inputMatrix, double[][] weights, double[][] outputMatrix) {
        this.outputs = outputs;
        this.inputMatrix = inputMatrix;
        this.weights = weights;
        this.outputMatrix = outputMatrix;
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

    /// `Bᵀ[row][column]`.
    double input(int row, int column) {
        return inputMatrix[row][column];
    }

    /// `Aᵀ[row][column]`.
    double output(int row, int column) {
        return outputMatrix[row][column];
    }

    /// Multiplies the vector whose elements are in the first registers by `Bᵀ`.
    ///
    /// @return where the result's elements are
    abstract List<Vector> input(VectorAssembler a);

    /// The same by `Aᵀ`.
    abstract List<Vector> output(VectorAssembler a);

    private static List<Vector> vectors(Integer... numbers) {
        return Stream.of(numbers).map(Vector::new).toList();
    }

    private static void add(VectorAssembler a, int to, int x, int y) {
        a.apply(Binary.ADD, new Vector(to), new Vector(x), new Vector(y));
    }

    private static void subtract(VectorAssembler a, int to, int x, int y) {
        a.apply(Binary.SUBTRACT, new Vector(to), new Vector(x), new Vector(y));
    }

    /// `to = x + factor · y`.
    private static void addScaled(VectorAssembler a, int to, int x, Vector factor, int y) {
        a.fma(new Vector(to), factor, new Vector(y), new Vector(x));
    }

    /// `to = x - factor · y`.
    private static void subtractScaled(VectorAssembler a, int to, int x, Vector factor, int y) {
        a.negatedFma(new Vector(to), factor, new Vector(y), new Vector(x));
    }

    /// Loads what [#input] needs.
    static void loadInputConstants(VectorAssembler a) {
        loadConstants(a, 5);
    }

    /// Loads what [#output] needs.
    static void loadOutputConstants(VectorAssembler a) {
        loadConstants(a, 8);
    }

    private static void loadConstants(VectorAssembler a, float middle) {
        a.set(FOUR, Constant.of(4));
        a.set(FIVE_OR_EIGHT, Constant.of(middle));
        a.set(TWO, Constant.of(2));
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
