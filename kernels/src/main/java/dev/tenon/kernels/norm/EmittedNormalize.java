package dev.tenon.kernels.norm;

import dev.tenon.kernels.EmittedKernel;
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
import org.jspecify.annotations.Nullable;

/// Normalisation as machine code where all groups are scaled alike, element by element, and in Java
/// elsewhere.
final class EmittedNormalize implements EmittedKernel<Normalize.Query, Normalize> {
    /// Elements of a chunk of work, about.
    private static final int GRAIN = 1 << 14;

    @Override
    public String name() {
        return "normalize-vector";
    }

    @Override
    public Optional<Refusal> refuses(Normalize.Query query) {
        return VectorMachine.here() instanceof Availability.Refused(var reason)
                ? refuse(reason)
                : Optional.empty();
    }

    @Override
    public Normalize bind(Normalize.Query query) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    new Bound(machine, query, new JavaNormalize().bind(query));
        };
    }

    private record Bound(VectorMachine machine, Normalize.Query query, Normalize otherwise)
            implements Normalize {
        @Override
        public void run(MemorySegment x, MemorySegment y, Groups groups, Workers workers) {
            if (groups.groups() == 0 || groups.length() == 0) {
                return;
            }
            boolean alike = groups.run() == 1 && groups.period() == groups.length();
            if (!alike && (groups.scale() != null || groups.bias() != null)) {
                otherwise.run(x, y, groups, workers);
                return;
            }
            try (var scratch = NativeScratch.open()) {
                var results = Reachable.forWriting(y, scratch);
                rows(Reachable.forReading(x, scratch), results, groups, scratch, workers);
                Reachable.finish(results, y);
            }
            Reference.reachabilityFence(x);
            Reference.reachabilityFence(y);
            Reference.reachabilityFence(groups);
        }

        private void rows(
                MemorySegment x,
                MemorySegment y,
                Groups groups,
                NativeScratch scratch,
                Workers workers) {
            var code =
                    new NormalizeCode(
                            query.statistic(),
                            query.epsilon(),
                            groups.scale() != null,
                            groups.bias() != null);
            var routine = machine.routine(code);
            int length = groups.length();
            long from = Addresses.of(x, 0, groups.groups() * length);
            long to = Addresses.of(y, 0, groups.groups() * length);
            long scale = address(groups.scale(), length, scratch);
            long bias = address(groups.bias(), length, scratch);
            long rowBytes = (long) length * Float.BYTES;
            workers.forRanges(
                    groups.groups(),
                    Math.max(1, GRAIN / length),
                    (row, count) ->
                            routine.call(
                                    from + row * rowBytes,
                                    to + row * rowBytes,
                                    count,
                                    length,
                                    scale,
                                    bias,
                                    Float.floatToRawIntBits(length),
                                    0));
        }

        private static long address(
                @Nullable MemorySegment values, int length, NativeScratch scratch) {
            return values == null
                    ? 0
                    : Addresses.of(Reachable.forReading(values, scratch), 0, length);
        }
    }
}
