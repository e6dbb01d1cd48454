package dev.tenon.kernels.attention;

import dev.tenon.kernels.elementwise.VectorMath;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Registers;
import dev.tenon.kernels.vector.RowBlock;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorCode;
import dev.tenon.kernels.vector.Word;
import java.util.List;

/// The steps of a running softmax over rows of scores (Milakov and Gimelshein, "Online normalizer
/// calculation for softmax", 2018):
///
///     f(scores, rowBytes, rows, keys, bias, rowBytesOfBias, states, scale)
///
/// Scores, scaled and with a bias where there is one, become weights that are relative to the
/// largest of their row so far. There is at least one row and one key; `scale` is a `float` in the
/// lower half.
final class WeightCode {
    /// From the state of one row to that of the next: the largest score so far, the sum of the
    /// weights, and the factor for what was summed up before.
    static final int STATE_BYTES = 16;

    static final int MAX = 0;
    static final int SUM = 1;
    static final int FACTOR = 2;

    private static final int STATES_ARGUMENT = 6;
    private static final int SCALE_ARGUMENT = 7;

    private static final Word SCORES = new Word(0);
    private static final Word ROW_BYTES = new Word(1);
    private static final Word ROWS = new Word(2);
    private static final Word KEYS = new Word(3);
    private static final Word BIAS = new Word(4);
    private static final Word BIAS_BYTES = new Word(5);
    private static final Word STATES = new Word(6);
    private static final Word INDEX = new Word(7);
    private static final Word COUNT = new Word(8);

    /// The pointers of further rows: of the scores, then of the bias.
    private static final int FIRST_FURTHER = 9;

    private static final Vector SCALE = new Vector(0);

    private static final Constant LEAST = Constant.of(Float.NEGATIVE_INFINITY);

    private final VectorAssembler a;
    private final boolean biased;
    private final RowLoop loop;

    private WeightCode(boolean biased, VectorAssembler a) {
        this.a = a;
        this.biased = biased;
        this.loop = new RowLoop(a, KEYS, INDEX, COUNT);
    }

    static byte[] emit(boolean biased, VectorAssembler a) {
        return new WeightCode(biased, a).emit();
    }

    private byte[] emit() {
        // As many rows side by side as there are registers for.
        int side = a.vectors() < 32 ? 2 : 4;
        var several = new Group(new RowBlock(loop, side, 1));
        var single = new Group(new RowBlock(loop, 1, 2));
        a.enter(FIRST_FURTHER + 2 * (side - 1), Math.max(several.slots(), single.slots()), 0);
        a.argument(INDEX, SCALE_ARGUMENT);
        a.broadcast(SCALE, INDEX);
        a.argument(STATES, STATES_ARGUMENT);
        loop.setTail();
        a.whileAtLeast(ROWS, side, several::emit);
        a.whileAtLeast(ROWS, 1, single::emit);
        a.leave();
        return a.finish();
    }

    /// Some rows side by side.
    private final class Group {
        private final RowBlock block;
        private final int rows;
        private final List<Word> scores;
        private final List<Word> biases;
        private final Vector scratch;

        /// The largest score of each row, then what is taken from each of its scores.
        private final List<Vector> largest;

        /// One a stream.
        private final List<Vector> sums;

        private final List<Vector> free;

        /// The exponentials of a number a row, and of a number a stream.
        private final VectorCode ofRows;

        private final VectorCode ofStreams;

        Group(RowBlock block) {
            this.block = block;
            this.rows = block.rows();
            this.scores = block.pointers(SCORES, FIRST_FURTHER);
            this.biases = block.pointers(BIAS, FIRST_FURTHER + rows - 1);
            var registers = new Registers(a);
            registers.take(1 + SCALE.number());
            this.scratch = registers.one();
            this.largest = registers.take(rows);
            this.sums = registers.take(block.streams());
            this.free = registers.rest();
            this.ofRows = exponentials(rows);
            this.ofStreams = exponentials(block.streams());
        }

        private VectorCode exponentials(int count) {
            var code = new VectorBlock();
            var power = new VectorMath(code, a.hasTables()).expOfNegative(code.load(0));
            return code.complete(List.of(power), count, free);
        }

        int slots() {
            return Math.max(ofRows.slots(), ofStreams.slots());
        }

        private static Place state(int row, int part) {
            return Place.at(STATES).plus(row * STATE_BYTES + part * Float.BYTES);
        }

        void emit() {
            block.follow(scores, ROW_BYTES);
            if (biased) {
                block.follow(biases, BIAS_BYTES);
            }
            findLargest();
            shift();
            weigh();
            updateSums();
            block.next(scores, ROW_BYTES);
            if (biased) {
                block.next(biases, BIAS_BYTES);
            }
            a.add(STATES, rows * STATE_BYTES);
        }

        /// Brings scores, scaled and with their bias.
        private void load(Vector to, int stream, Part part) {
            var place = block.at(scores, stream);
            if (part == Part.TAIL) {
                a.load(to, place, part);
                if (biased) {
                    a.load(scratch, block.at(biases, stream), part);
                    a.fma(to, to, SCALE, scratch);
                } else {
                    a.apply(Binary.MULTIPLY, to, to, SCALE);
                }
            } else if (biased) {
                a.load(to, block.at(biases, stream), part);
                a.fma(to, SCALE, place, to);
            } else {
                a.apply(Binary.MULTIPLY, to, SCALE, place);
            }
        }

        private void findLargest() {
            sums.forEach(sum -> a.set(sum, LEAST));
            block.run(
                    (stream, part) -> {
                        var x = free.get(stream);
                        var sum = sums.get(stream);
                        load(x, stream, part);
                        if (part == Part.TAIL) {
                            a.keepTail(x, LEAST, scratch);
                        }
                        a.apply(Binary.MAX, sum, sum, x);
                    });
            block.join(Binary.MAX, sums, free);
        }

        /// Updates the largest scores, and the factors that what came before is multiplied by.
        private void shift() {
            for (int row = 0; row < rows; row++) {
                var old = sums.get(row);
                var now = largest.get(row);
                var mask = free.get(row);
                a.set(now, old);
                a.broadcast(old, state(row, MAX));
                a.apply(Binary.MAX, now, now, old);
                a.storeFirst(now, state(row, MAX), 1);
                // Of a row without a finite score nothing is subtracted, so that its weights are 0.
                a.apply(Binary.EQUAL, mask, now, LEAST);
                a.apply(Binary.AND_NOT, now, mask, now);
            }
            ofRows.emit(
                    a,
                    (_, row, to) -> a.apply(Binary.SUBTRACT, to, sums.get(row), largest.get(row)));
            for (int row = 0; row < rows; row++) {
                a.storeFirst(ofRows.results().get(row), state(row, FACTOR), 1);
            }
        }

        private void weigh() {
            sums.forEach(sum -> a.set(sum, Constant.of(0)));
            block.together(
                    (streams, part) -> {
                        var code = streams == rows ? ofRows : ofStreams;
                        code.emit(
                                a,
                                (_, stream, to) -> {
                                    load(to, stream, part);
                                    var shift = largest.get(block.row(stream));
                                    a.apply(Binary.SUBTRACT, to, to, shift);
                                });
                        for (int i = 0; i < streams; i++) {
                            var weight = code.results().get(i);
                            if (part == Part.TAIL) {
                                a.keepTail(weight, Constant.of(0), scratch);
                            }
                            a.store(weight, block.at(scores, i), part);
                            a.apply(Binary.ADD, sums.get(i), sums.get(i), weight);
                        }
                    });
            block.join(Binary.ADD, sums, free);
        }

        private void updateSums() {
            for (int row = 0; row < rows; row++) {
                var sum = sums.get(row);
                var factor = free.get(row);
                a.broadcast(factor, state(row, FACTOR));
                a.broadcast(scratch, state(row, SUM));
                a.fma(sum, factor, scratch, sum);
                a.storeFirst(sum, state(row, SUM), 1);
            }
        }
    }
}
