package dev.tenon.kernels.reduce;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.VectorMachine.Availability;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Reductions as machine code: rows where lines are contiguous, else columns side by side.
final class EmittedReduction implements EmittedKernel<Reduction.Query, Reduction> {
    /// Elements of a chunk of work, about.
    private static final int GRAIN = 1 << 15;

    /// Columns that are folded together, at least.
    private static final int MIN_COLUMNS = 128;

    /// Longer lines are left to Java, which sums in `double`.
    private static final int MAX_LENGTH = 1 << 14;

    @Override
    public String name() {
        return "reduce-vector";
    }

    @Override
    public Optional<Refusal> refuses(Reduction.Query query) {
        return VectorMachine.here() instanceof Availability.Refused(var reason)
                ? refuse(reason)
                : Optional.empty();
    }

    @Override
    public Reduction bind(Reduction.Query query, Storage storage) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    new Bound(
                            machine.routine(new ReductionCode(query.fold(), false)),
                            machine.routine(new ReductionCode(query.fold(), true)),
                            new JavaReduction().bind(query, storage));
        };
    }

    private record Bound(Routine rows, Routine columns, Reduction otherwise) implements Reduction {
        @Override
        public Work prepare(MemorySegment x, MemorySegment y, Lines lines, NativeScratch room) {
            if (lines.isEmpty() || lines.length() > MAX_LENGTH) {
                return otherwise.prepare(x, y, lines, room);
            }
            var operands = new NativeOperands(room);
            long from = Addresses.of(operands.read(x), 0, lines.count() * lines.length());
            long to = Addresses.of(operands.written(y), 0, lines.count());
            return operands.around(
                    lines.inner() == 1 ? rows(from, to, lines) : columns(from, to, lines));
        }

        private Work rows(long from, long to, Lines lines) {
            int length = lines.length();
            int bits = Float.floatToRawIntBits(length);
            return Work.ofRanges(
                    lines.outer(),
                    Math.max(1, GRAIN / length),
                    (row, count) ->
                            rows.call(
                                    from + row * length * Float.BYTES,
                                    to + row * Float.BYTES,
                                    count,
                                    length,
                                    0,
                                    bits,
                                    0,
                                    0));
        }

        private Work columns(long from, long to, Lines lines) {
            int inner = lines.inner();
            int width = Math.clamp(GRAIN / lines.length() & -MIN_COLUMNS, MIN_COLUMNS, GRAIN);
            int pieces = Math.ceilDiv(inner, width);
            int bits = Float.floatToRawIntBits(lines.length());
            return Work.ofChunks(
                    lines.outer() * pieces,
                    i -> {
                        long outer = i / pieces;
                        int column = i % pieces * width;
                        columns.call(
                                from + (outer * lines.length() * inner + column) * Float.BYTES,
                                to + (outer * inner + column) * Float.BYTES,
                                lines.length(),
                                Math.min(width, inner - column),
                                (long) inner * Float.BYTES,
                                bits,
                                0,
                                0);
                    });
        }
    }
}
