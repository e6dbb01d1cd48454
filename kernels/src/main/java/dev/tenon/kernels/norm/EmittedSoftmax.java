package dev.tenon.kernels.norm;

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
    public Softmax bind(Softmax.Query query, Storage storage) {
        return switch (VectorMachine.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var machine) ->
                    new Bound(
                            machine.routine(new SoftmaxCode(query.logarithm())),
                            new JavaSoftmax().bind(query, storage));
        };
    }

    private record Bound(Routine routine, Softmax strided) implements Softmax {
        @Override
        public Work prepare(MemorySegment x, MemorySegment y, Lines lines, NativeScratch room) {
            if (lines.isEmpty()) {
                return Work.NONE;
            }
            if (lines.inner() != 1) {
                return strided.prepare(x, y, lines, room);
            }
            var operands = new NativeOperands(room);
            int length = lines.length();
            long size = lines.outer() * length;
            long from = Addresses.of(operands.read(x), 0, size);
            long to = Addresses.of(operands.written(y), 0, size);
            long rowBytes = (long) length * Float.BYTES;
            return operands.around(
                    Work.ofRanges(
                            lines.outer(),
                            Math.max(1, GRAIN / length),
                            (row, count) ->
                                    routine.call(
                                            from + row * rowBytes,
                                            to + row * rowBytes,
                                            count,
                                            length,
                                            0,
                                            0,
                                            0,
                                            0)));
        }
    }
}
