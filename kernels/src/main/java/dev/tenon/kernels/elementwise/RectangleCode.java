package dev.tenon.kernels.elementwise;

import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorCode;
import dev.tenon.kernels.vector.VectorMachine;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// A routine that computes an element-wise program on a rectangle of `f32`, with the arguments that
/// [RectangleArguments] describes. An operand may be the result's own memory.
///
/// @param operands how each argument of the program lies under the result
/// @param streams whether results go past the caches: rows and their places are multiples of a
///   vector
record RectangleCode(Program program, List<Access> operands, boolean streams)
        implements VectorMachine.Recipe {
    /// Vectors side by side at most.
    private static final int MAX_WIDTH = 4;

    RectangleCode {
        operands = List.copyOf(operands);
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "map_%d_%08x", operands.size(), hashCode());
    }

    @Override
    public byte[] emit(VectorAssembler a) {
        return new Emitter(a).emit();
    }

    private final class Emitter {
        private final VectorAssembler a;
        private final RectangleArguments arguments;
        private final VectorCode single;
        private final VectorCode wide;

        Emitter(VectorAssembler a) {
            this.a = a;
            arguments = new RectangleArguments(a, operands);
            var block = new VectorBlock();
            var result = ProgramCode.translate(program, block, a.hasTables(), block::load);
            var registers = IntStream.range(0, a.vectors()).mapToObj(Vector::new).toList();
            single = block.complete(List.of(result), registers);
            wide = block.completeWide(List.of(result), MAX_WIDTH, registers);
        }

        byte[] emit() {
            a.enter(a.words(), Math.max(single.slots(), wide.slots()), arguments.slots());
            arguments.read();
            arguments.loop().setTail();
            a.countDownSaved(RectangleArguments.ROWS_SLOT, this::row);
            if (streams) {
                a.fence();
            }
            a.leave();
            return a.finish();
        }

        private void row() {
            arguments
                    .loop()
                    .run(
                            wide.results().size(),
                            (vectors, part) -> vectors(vectors == 1 ? single : wide, part));
            a.add(RectangleArguments.OUT, RectangleArguments.OUT_ROW_BYTES);
            arguments.nextRow();
        }

        private void vectors(VectorCode code, Part part) {
            code.emit(a, arguments.loader(part));
            for (int i = 0; i < code.results().size(); i++) {
                var place = arguments.loop().at(RectangleArguments.OUT, i);
                if (streams && part == Part.ALL) {
                    a.stream(code.results().get(i), place);
                } else {
                    a.store(code.results().get(i), place, part);
                }
            }
        }
    }
}
