package dev.tenon.kernels.elementwise;

import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.RowLoop;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorCode;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// A routine that computes an element-wise program on a rectangle of `f32`:
///
///     f(rows << 32 | columns, out, outRowBytes, p0, p0RowBytes, p1, p1RowBytes, others)
///
/// `p0` and `p1` are the operands of the program that are in memory of their own; `others` is where
/// the address and row bytes of the third and of each further one are. There is at least one row
/// and one column. An operand may be the result's own memory.
///
/// @param operands how each argument of the program lies under the result
/// @param streams whether results go past the caches: rows and their places are multiples of a
///   vector
record RectangleCode(Program program, List<Access> operands, boolean streams)
        implements VectorMachine.Recipe {
    /// How an operand lies under the columns of a row.
    enum Access {
        /// It is the result, before it is overwritten.
        IN_PLACE,
        /// One number a column.
        COLUMNS,
        /// One number for all columns.
        REPEATED
    }

    /// Operands in memory of their own, at most.
    static final int MAX_OPERANDS = 9;

    /// Operands that are arguments of the routine.
    static final int DIRECT = 2;

    private static final int FIRST_DIRECT_ARGUMENT = 3;

    /// Vectors side by side at most.
    private static final int MAX_WIDTH = 4;

    private static final Word COUNT = new Word(0);
    private static final Word OUT = new Word(1);
    private static final Word OUT_ROW_BYTES = new Word(2);
    private static final Word INDEX = new Word(6);
    private static final Word COLUMNS = new Word(7);
    private static final Word SCRATCH = new Word(8);

    /// Where the pointers of operands are.
    private static final int[] POINTERS = {3, 5, 4, 9, 10, 11, 12, 13, 14};

    private static final int ROWS_SLOT = 0;
    private static final int FIRST_STRIDE_SLOT = 1;

    RectangleCode {
        operands = List.copyOf(operands);
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "map_%d_%08x", operands.size(), hashCode());
    }

    /// How many operands are in memory of their own.
    int pointers() {
        return (int) operands.stream().filter(a -> a != Access.IN_PLACE).count();
    }

    @Override
    public byte[] emit(VectorAssembler a) {
        return new Emitter(a).emit();
    }

    private final class Emitter {
        private final VectorAssembler a;
        private final VectorCode single;
        private final VectorCode wide;
        private final RowLoop loop;

        /// The pointer of each operand.
        private final List<Word> places = new ArrayList<>();

        Emitter(VectorAssembler a) {
            this.a = a;
            this.loop = new RowLoop(a, COLUMNS, INDEX, COUNT);
            int next = 0;
            for (var access : operands) {
                places.add(access == Access.IN_PLACE ? OUT : new Word(POINTERS[next++]));
            }
            var block = new VectorBlock();
            var result = ProgramCode.translate(program, block, block::load);
            var registers = IntStream.range(0, a.vectors()).mapToObj(Vector::new).toList();
            single = block.complete(List.of(result), registers);
            wide = block.completeWide(List.of(result), MAX_WIDTH, registers);
        }

        byte[] emit() {
            a.enter(
                    a.words(),
                    Math.max(single.slots(), wide.slots()),
                    FIRST_STRIDE_SLOT + pointers());
            readArguments();
            loop.setTail();
            a.countDownSaved(ROWS_SLOT, this::row);
            if (streams) {
                a.fence();
            }
            a.leave();
            return a.finish();
        }

        /// The first argument is taken apart last, since it is where the routine counts.
        private void readArguments() {
            int pointers = pointers();
            for (int i = 0; i < Math.min(DIRECT, pointers); i++) {
                argument(SCRATCH, FIRST_DIRECT_ARGUMENT + 2 * i + 1);
                a.save(SCRATCH, FIRST_STRIDE_SLOT + i);
            }
            if (pointers > DIRECT) {
                argument(INDEX, FIRST_DIRECT_ARGUMENT + 2 * DIRECT);
                for (int i = DIRECT; i < pointers; i++) {
                    var entry = Place.at(INDEX).plus((i - DIRECT) * 2 * Long.BYTES);
                    a.load(new Word(POINTERS[i]), entry);
                    a.load(SCRATCH, entry.plus(Long.BYTES));
                    a.save(SCRATCH, FIRST_STRIDE_SLOT + i);
                }
            }
            a.lowHalf(COLUMNS, COUNT);
            a.highHalf(COUNT);
            a.save(COUNT, ROWS_SLOT);
        }

        private void argument(Word to, int index) {
            if (index < 6) {
                a.copy(to, new Word(index));
            } else {
                a.argument(to, index);
            }
        }

        private void row() {
            loop.run(
                    wide.results().size(),
                    (vectors, part) -> vectors(vectors == 1 ? single : wide, part));
            a.add(OUT, OUT_ROW_BYTES);
            int slot = FIRST_STRIDE_SLOT;
            for (int i = 0; i < operands.size(); i++) {
                if (operands.get(i) != Access.IN_PLACE) {
                    a.addSaved(places.get(i), slot++);
                }
            }
        }

        private void vectors(VectorCode code, Part part) {
            code.emit(
                    a,
                    (operand, copy, to) -> {
                        var base = places.get(operand);
                        if (operands.get(operand) == Access.REPEATED) {
                            a.broadcast(to, Place.at(base));
                        } else {
                            a.load(to, loop.at(base, copy), part);
                        }
                    });
            for (int i = 0; i < code.results().size(); i++) {
                var place = loop.at(OUT, i);
                if (streams && part == Part.ALL) {
                    a.stream(code.results().get(i), place);
                } else {
                    a.store(code.results().get(i), place, part);
                }
            }
        }
    }
}
