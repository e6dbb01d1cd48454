package dev.tenon.kernels.norm;

import dev.tenon.kernels.EmittedKernel;
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
    public Normalize bind(Normalize.Query query, Storage storage) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    new Bound(machine, query, new JavaNormalize().bind(query, storage));
        };
    }

    private record Bound(VectorMachine machine, Normalize.Query query, Normalize otherwise)
            implements Normalize {
        @Override
        public Work prepare(MemorySegment x, MemorySegment y, Groups groups, NativeScratch room) {
            if (groups.groups() == 0 || groups.length() == 0) {
                return Work.NONE;
            }
            boolean alike = groups.run() == 1 && groups.period() == groups.length();
            if (!alike && (groups.scale() != null || groups.bias() != null)) {
                return otherwise.prepare(x, y, groups, room);
            }
            var code =
                    new NormalizeCode(
                            query.statistic(),
                            query.epsilon(),
                            groups.scale() != null,
                            groups.bias() != null);
            var routine = machine.routine(code);
            int length = groups.length();
            var operands = new NativeOperands(room);
            long from = Addresses.of(operands.read(x), 0, groups.groups() * length);
            long to = Addresses.of(operands.written(y), 0, groups.groups() * length);
            long scale = address(groups.scale(), length, operands);
            long bias = address(groups.bias(), length, operands);
            long rowBytes = (long) length * Float.BYTES;
            return operands.around(
                    Work.ofRanges(
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
                                            0)));
        }

        private static long address(
                @Nullable MemorySegment values, int length, NativeOperands operands) {
            return values == null ? 0 : Addresses.of(operands.read(values), 0, length);
        }
    }
}
