package dev.tenon.kernels.elementwise;

import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.reduce.Reduction.Fold;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorCode;
import dev.tenon.kernels.vector.VectorMachine;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// A routine that computes an element-wise program on a rectangle of `f32` and folds the results of
/// each row, or of each column, into one number, with the arguments that [RectangleArguments]
/// describes. It writes a number a row, or a column, one after the other. Means are left as sums,
/// and norms as sums of squares.
///
/// The largest or smallest of zeros has the sign of one of them.
///
/// @param operands how each argument of the program lies under the rectangle, none in place
/// @param columns whether columns are folded
record FoldedRectangleCode(Program program, List<Access> operands, Fold fold, boolean columns)
        implements VectorMachine.Recipe {
    /// Vectors side by side at most, each with a vector of what is folded so far.
    private static final int MAX_WIDTH = 4;

    /// Where the largest or smallest is sought, a second vector remembers where NaNs were met.
    private static final int MAX_EXTREME_WIDTH = 2;

    FoldedRectangleCode {
        operands = List.copyOf(operands);
    }

    @Override
    public String name() {
        return String.format(
                Locale.ROOT,
                "map_%s_%d_%08x",
                fold.name().toLowerCase(Locale.ROOT),
                operands.size(),
                hashCode());
    }

    @Override
    public byte[] emit(VectorAssembler a) {
        return new Emitter(a).emit();
    }

    private boolean isExtreme() {
        return fold == Fold.MAX || fold == Fold.MIN;
    }

    /// What leaves the other number as it is.
    private Constant neutral() {
        return Constant.of(
                switch (fold) {
                    case MAX -> Float.NEGATIVE_INFINITY;
                    case MIN -> Float.POSITIVE_INFINITY;
                    default -> 0;
                });
    }

    private Binary function() {
        return switch (fold) {
            case MAX -> Binary.MAX;
            case MIN -> Binary.MIN;
            default -> Binary.ADD;
        };
    }

    private final class Emitter {
        private static final Vector SCRATCH = new Vector(0);
        private static final int FIRST_FOLDED = 1;

        private final VectorAssembler a;
        private final RectangleArguments arguments;
        private final int width = isExtreme() ? MAX_EXTREME_WIDTH : MAX_WIDTH;
        private final VectorCode single;
        private final VectorCode wide;

        Emitter(VectorAssembler a) {
            this.a = a;
            arguments = new RectangleArguments(a, operands);
            var block = new VectorBlock();
            var result = ProgramCode.translate(program, block, a.hasTables(), block::load);
            int own = FIRST_FOLDED + (isExtreme() ? 2 : 1) * width;
            var registers = IntStream.range(own, a.vectors()).mapToObj(Vector::new).toList();
            single = block.complete(List.of(result), registers);
            wide = block.completeWide(List.of(result), width, registers);
        }

        private static Vector folded(int index) {
            return new Vector(FIRST_FOLDED + index);
        }

        /// Where a NaN was met.
        private Vector nan(int index) {
            return new Vector(FIRST_FOLDED + width + index);
        }

        byte[] emit() {
            a.enter(
                    a.words(),
                    Math.max(single.slots(), wide.slots()),
                    arguments.slots() + arguments.keptSlots());
            arguments.read();
            arguments.loop().setTail();
            if (columns) {
                arguments.keep();
                arguments.loop().run(wide.results().size(), this::columns);
            } else {
                a.countDownSaved(RectangleArguments.ROWS_SLOT, this::row);
            }
            a.leave();
            return a.finish();
        }

        private void row() {
            start(width);
            arguments
                    .loop()
                    .run(
                            wide.results().size(),
                            (vectors, part) -> {
                                var code = vectors == 1 ? single : wide;
                                code.emit(a, arguments.loader(part));
                                for (int i = 0; i < vectors; i++) {
                                    var result = code.results().get(i);
                                    if (part == Part.TAIL) {
                                        a.keepTail(result, neutral(), SCRATCH);
                                    }
                                    add(i, result);
                                }
                            });
            joinLanes();
            finish(0);
            a.storeFirst(folded(0), Place.at(RectangleArguments.OUT), 1);
            a.add(RectangleArguments.OUT, Float.BYTES);
            arguments.nextRow();
        }

        private void columns(int vectors, Part part) {
            var code = vectors == 1 ? single : wide;
            arguments.goBack();
            start(vectors);
            a.countDownSaved(
                    RectangleArguments.ROWS_SLOT,
                    () -> {
                        code.emit(a, arguments.loader(part));
                        for (int i = 0; i < vectors; i++) {
                            add(i, code.results().get(i));
                        }
                        arguments.nextRow();
                    });
            for (int i = 0; i < vectors; i++) {
                finish(i);
                a.store(folded(i), arguments.loop().at(RectangleArguments.OUT, i), part);
            }
        }

        private void start(int vectors) {
            for (int i = 0; i < vectors; i++) {
                a.set(folded(i), neutral());
                if (isExtreme()) {
                    a.set(nan(i), Constant.of(0));
                }
            }
        }

        private void add(int index, Vector result) {
            var folded = folded(index);
            switch (fold) {
                case MAX, MIN -> {
                    a.apply(Binary.UNORDERED, SCRATCH, result, result);
                    a.apply(Binary.OR, nan(index), nan(index), SCRATCH);
                    a.apply(function(), folded, folded, result);
                }
                case SUM, MEAN -> a.apply(Binary.ADD, folded, folded, result);
                case SUM_OF_SQUARES, NORM -> a.fma(folded, result, result, folded);
            }
        }

        /// Folds all lanes of all vectors into the first.
        private void joinLanes() {
            for (int i = 1; i < width; i++) {
                a.apply(function(), folded(0), folded(0), folded(i));
                if (isExtreme()) {
                    a.apply(Binary.OR, nan(0), nan(0), nan(i));
                }
            }
            a.acrossLanes(function(), folded(0), SCRATCH);
            if (isExtreme()) {
                a.acrossLanes(Binary.OR, nan(0), SCRATCH);
            }
        }

        private void finish(int index) {
            if (isExtreme()) {
                a.apply(Binary.OR, folded(index), folded(index), nan(index));
            }
        }
    }
}
