package dev.tenon.kernels.norm;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.emitted.Reachable;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.VectorMachine.Availability;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;

/// Softmax as machine code where lines are contiguous, in Java where they are not.
final class EmittedSoftmax implements EmittedKernel<Softmax.Query, Softmax> {
    /// Elements of a chunk of work, about.
    private static final int GRAIN = 1 << 14;

    @Override
    public String name() {
        return "softmax-vector";
    }

    @Override
    public Optional<Refusal> refuses(Softmax.Query query) {
        return VectorMachine.here() instanceof Availability.Refused(var reason)
                ? refuse(reason)
                : Optional.empty();
    }

    @Override
    public Softmax bind(Softmax.Query query) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    new Bound(
                            machine.routine(new SoftmaxCode(query.logarithm())),
                            new JavaSoftmax().bind(query));
        };
    }

    private record Bound(Routine routine, Softmax strided) implements Softmax {
        @Override
        public void run(MemorySegment x, MemorySegment y, Lines lines, Workers workers) {
            if (lines.isEmpty()) {
                return;
            }
            if (lines.inner() != 1) {
                strided.run(x, y, lines, workers);
                return;
            }
            try (var scratch = NativeScratch.open()) {
                var results = Reachable.forWriting(y, scratch);
                rows(Reachable.forReading(x, scratch), results, lines, workers);
                Reachable.finish(results, y);
            }
            Reference.reachabilityFence(x);
            Reference.reachabilityFence(y);
        }

        private void rows(MemorySegment x, MemorySegment y, Lines lines, Workers workers) {
            long size = lines.outer() * lines.length();
            long from = Addresses.of(x, 0, size);
            long to = Addresses.of(y, 0, size);
            long rowBytes = (long) lines.length() * Float.BYTES;
            workers.forRanges(
                    lines.outer(),
                    Math.max(1, GRAIN / lines.length()),
                    (row, count) ->
                            routine.call(
                                    from + row * rowBytes,
                                    to + row * rowBytes,
                                    count,
                                    lines.length(),
                                    0,
                                    0,
                                    0,
                                    0));
        }
    }
}
