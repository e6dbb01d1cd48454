package dev.tenon.kernels.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Evaluates expressions on pieces that stay in the first-level cache, one loop an instruction.
final class JavaElementwise implements Kernel<Elementwise.Query, Elementwise> {
    /// Elements of a piece.
    private static final int PIECE = 1024;

    /// Pieces of a chunk of work.
    private static final int PIECES = 16;

    /// What an expression is evaluated in.
    private enum Arithmetic {
        FLOAT,
        DOUBLE,
        LONG
    }

    @Override
    public String name() {
        return "elementwise-java";
    }

    @Override
    public Optional<Refusal> refuses(Elementwise.Query query) {
        boolean numbers =
                Stream.concat(query.inputs().stream(), Stream.of(query.output()))
                        .allMatch(JavaElementwise::isPlain);
        if (!numbers) {
            return refuse("an element is neither a number of 8 bits or more nor a boolean");
        }
        return Optional.empty();
    }

    /// Elements that share a byte could not be written by several threads.
    private static boolean isPlain(DType dtype) {
        return dtype.bits() >= 8 && dtype.kind() != DType.Kind.COMPLEX;
    }

    @Override
    public Elementwise bind(Elementwise.Query query, Storage storage) {
        var program = Program.of(query.expression(), query.inputs().size());
        return new Bound(program, arithmetic(query), query.unsigned());
    }

    /// As the definition of the operators has it; `float` replaces `double` where the operands are
    /// `f32` or narrower floats.
    private static Arithmetic arithmetic(Elementwise.Query query) {
        var inputs = query.inputs();
        if (inputs.stream().noneMatch(DType::isFloat) && query.expression().isIntegral()) {
            return Arithmetic.LONG;
        }
        boolean exact = inputs.stream().allMatch(d -> isFloat(d) || d.bits() == 8 && !d.isFloat());
        return exact
                        && inputs.stream().anyMatch(JavaElementwise::isFloat)
                        && query.output() != DType.FLOAT64
                ? Arithmetic.FLOAT
                : Arithmetic.DOUBLE;
    }

    private static boolean isFloat(DType dtype) {
        return dtype == DType.FLOAT32 || Halves.are(dtype);
    }

    private record Bound(Program program, Arithmetic arithmetic, boolean unsigned)
            implements Elementwise {
        @Override
        public Work prepare(List<Tensor> inputs, Tensor out, NativeScratch room) {
            if (out.size() == 0) {
                return Work.NONE;
            }
            var broadcast = Broadcast.of(inputs, out.dims());
            return Work.ofRanges(
                    out.size(),
                    PIECE * PIECES,
                    (from, length) -> {
                        for (int at = 0; at < length; at += PIECE) {
                            int count = Math.min(PIECE, length - at);
                            switch (arithmetic) {
                                case FLOAT -> floats(inputs, broadcast, out, from + at, count);
                                case DOUBLE -> doubles(inputs, broadcast, out, from + at, count);
                                case LONG -> longs(inputs, broadcast, out, from + at, count);
                            }
                        }
                    });
        }

        private void floats(
                List<Tensor> inputs, Broadcast broadcast, Tensor out, long from, int count) {
            try (var scratch = Scratch.open()) {
                var registers = scratch.floatRows(program.registers(), count);
                for (int i = 0; i < inputs.size(); i++) {
                    Pieces.load(inputs.get(i), broadcast, i, from, registers[i], count);
                }
                var result = FloatLanes.run(program, registers, scratch.floatRows(3, count), count);
                Pieces.store(result, out, from, count);
            }
        }

        private void doubles(
                List<Tensor> inputs, Broadcast broadcast, Tensor out, long from, int count) {
            try (var scratch = Scratch.open()) {
                var registers = scratch.doubleRows(program.registers(), count);
                for (int i = 0; i < inputs.size(); i++) {
                    Pieces.load(inputs.get(i), broadcast, i, from, registers[i], count);
                }
                var constants = scratch.doubleRows(3, count);
                Pieces.store(WideLanes.run(program, registers, constants, count), out, from, count);
            }
        }

        private void longs(
                List<Tensor> inputs, Broadcast broadcast, Tensor out, long from, int count) {
            try (var scratch = Scratch.open()) {
                var registers = scratch.longRows(program.registers(), count);
                for (int i = 0; i < inputs.size(); i++) {
                    Pieces.load(inputs.get(i), broadcast, i, from, registers[i], count);
                }
                var constants = scratch.longRows(3, count);
                Pieces.store(
                        WideLanes.run(program, unsigned, registers, constants, count),
                        out,
                        from,
                        count);
            }
        }
    }
}
