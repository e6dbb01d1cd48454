package dev.tenon.kernels.conv;

import dev.tenon.kernels.elementwise.EpilogueCode;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;
import dev.tenon.kernels.vector.Word;
import java.util.Locale;
import java.util.stream.IntStream;

/// The products of neighbouring windows of one row with the weights of some features:
///
///     f(x, weights, y, lines, lineBytes, tiles, outputBytes, lastFeatures)
///
/// A window consists of `lines` runs of numbers, `lineBytes` apart. Outputs are `outputBytes` apart.
/// The weights have for each number of each line those of the features, in whole vectors;
/// `lastFeatures` of a last vector that is not full are written.
///
/// With an epilogue, `outputBytes` is the address of its table, and the upper half of `lastFeatures`
/// says which feature of all results is the first.
final class NarrowCode {
    /// One routine.
    ///
    /// @param outputs of a tile
    /// @param vectors of features, at most [#MAX_VECTORS]
    /// @param isFull whether the last vector has as many features as others
    /// @param run numbers of a line
    /// @param step from window to window, in numbers
    /// @param epilogue what is done to the sums
    record Variant(
            int outputs, int vectors, boolean isFull, int run, int step, EpilogueProgram epilogue) {
        String name() {
            return String.format(
                    Locale.ROOT,
                    "conv_narrow_%dx%d%s_%d_s%d%s",
                    outputs,
                    vectors,
                    isFull ? "" : "_tail",
                    run,
                    step,
                    epilogue.name());
        }
    }

    static final int MAX_VECTORS = 3;

    private static final int MAX_OUTPUTS = 14;

    private static final Word X = new Word(0);
    private static final Word WEIGHTS = new Word(1);
    private static final Word Y = new Word(2);
    private static final Word LINES = new Word(3);
    private static final Word LINE_BYTES = new Word(4);
    private static final Word TILES = new Word(5);
    private static final Word OUTPUT_BYTES = new Word(6);
    private static final Word LINE_X = new Word(7);
    private static final Word LINE_WEIGHTS = new Word(8);
    private static final Word COUNT = new Word(9);

    /// Where the results of a vector of features go.
    private static final Word VECTOR_Y = new Word(10);

    /// How many bytes the first feature is behind the first of all.
    private static final Word FEATURE = new Word(11);

    private static final int WORDS = 12;

    private static final int OUTPUT_BYTES_ARGUMENT = 6;
    private static final int LAST_FEATURES_ARGUMENT = 7;

    static final VectorRoutines<Variant> ROUTINES =
            new VectorRoutines<>(Variant::name, (variant, a) -> new NarrowCode(variant, a).emit());

    private final Variant variant;
    private final VectorAssembler a;
    private final int vectorBytes;

    private NarrowCode(Variant variant, VectorAssembler a) {
        this.variant = variant;
        this.a = a;
        this.vectorBytes = a.lanes() * Float.BYTES;
    }

    /// Outputs of a tile, of which a row has several: all about the same, and no more than their
    /// sums have registers.
    static int outputs(int vectors, int width) {
        int registers = VectorLevel.required().registers() - 1;
        int others = Math.max(vectors + 1, EpilogueProgram.REGISTERS);
        int most = Math.min(MAX_OUTPUTS, (registers - others) / vectors);
        return Math.ceilDiv(width, Math.ceilDiv(width, most));
    }

    private byte[] emit() {
        a.enter(WORDS, 0, 0);
        if (!variant.isFull) {
            a.argument(COUNT, LAST_FEATURES_ARGUMENT);
            a.lowHalf(COUNT, COUNT);
            a.tail(COUNT, LINE_X);
        }
        a.argument(OUTPUT_BYTES, OUTPUT_BYTES_ARGUMENT);
        if (!variant.epilogue.isNone()) {
            a.load(OUTPUT_BYTES, Place.at(OUTPUT_BYTES));
            a.argument(FEATURE, LAST_FEATURES_ARGUMENT);
            a.highHalf(FEATURE);
            a.shiftLeft(FEATURE, Integer.numberOfTrailingZeros(Float.BYTES));
        }
        a.align(16);
        a.countDown(
                TILES,
                () -> {
                    products();
                    write();
                    a.add(X, variant.outputs * variant.step * Float.BYTES);
                });
        a.leave();
        return a.finish();
    }

    private Vector sum(int output, int vector) {
        return new Vector(output * variant.vectors + vector);
    }

    private void products() {
        int sums = variant.outputs * variant.vectors;
        for (int i = 0; i < sums; i++) {
            a.set(new Vector(i), Constant.of(0));
        }
        a.copy(LINE_X, X);
        a.copy(LINE_WEIGHTS, WEIGHTS);
        a.copy(COUNT, LINES);
        a.align(16);
        a.countDown(
                COUNT,
                () -> {
                    for (int k = 0; k < variant.run; k++) {
                        multiply(k, sums);
                    }
                    a.add(LINE_X, LINE_BYTES);
                    a.add(LINE_WEIGHTS, variant.run * variant.vectors * vectorBytes);
                });
    }

    /// One number of each window times its weights.
    private void multiply(int k, int firstWeight) {
        for (int v = 0; v < variant.vectors; v++) {
            int at = (k * variant.vectors + v) * vectorBytes;
            a.load(new Vector(firstWeight + v), Place.at(LINE_WEIGHTS).plus(at), Part.ALL);
        }
        int free = firstWeight + variant.vectors;
        for (int output = 0; output < variant.outputs; output++) {
            var factor = new Vector(free + output % (a.vectors() - free));
            int at = (output * variant.step + k) * Float.BYTES;
            a.broadcast(factor, Place.at(LINE_X).plus(at));
            for (int v = 0; v < variant.vectors; v++) {
                var sum = sum(output, v);
                a.fma(sum, new Vector(firstWeight + v), factor, sum);
            }
        }
    }

    private void write() {
        var epilogue = epilogue();
        for (int v = 0; v < variant.vectors; v++) {
            boolean isLast = v == variant.vectors - 1;
            var part = isLast && !variant.isFull ? Part.TAIL : Part.ALL;
            int bytes = v * vectorBytes;
            epilogue.columns(bytes, part);
            var row = isLast ? Y : VECTOR_Y;
            if (!isLast) {
                a.copy(row, Y);
            }
            var to = Place.at(row).plus(bytes);
            for (int output = 0; output < variant.outputs; output++) {
                a.store(epilogue.apply(sum(output, v), to, bytes, part), to, part);
                a.add(row, OUTPUT_BYTES);
            }
        }
    }

    private EpilogueCode epilogue() {
        var where =
                new EpilogueCode.Arguments(
                        to -> a.argument(to, OUTPUT_BYTES_ARGUMENT), to -> a.add(to, FEATURE));
        int sums = variant.outputs * variant.vectors;
        var others = IntStream.range(sums, a.vectors()).mapToObj(Vector::new).toList();
        return new EpilogueCode(variant.epilogue, a, others, where, LINE_X, LINE_WEIGHTS);
    }
}
