package dev.tenon.kernels.norm;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Local response normalisation of native memory by machine code.
record EmittedLocalResponse(LocalResponse op, MemorySegment x, MemorySegment y, Lines lines) {
    /// Elements of a chunk of work, about.
    private static final int GRAIN = 1 << 13;

    private static final boolean AVAILABLE = VectorRoutines.refusal().isEmpty();

    private static final VectorRoutines<Float> ROUTINES =
            new VectorRoutines<>(
                    power -> "local_response_" + power, (_, a) -> LocalResponseCode.emit(a));

    boolean isPossible() {
        return AVAILABLE && op.beta() == LocalResponseCode.POWER && x.isNative() && y.isNative();
    }

    Work prepare(NativeScratch room) {
        long size = lines.outer() * lines.length() * lines.inner();
        var operands = new NativeOperands(room);
        long from = Addresses.of(operands.read(x), 0, size);
        long to = Addresses.of(operands.written(y), 0, size);
        var routine = ROUTINES.get(LocalResponseCode.POWER);
        var constants = operands.read(room.lasting(2));
        Memory.set(constants, 0, op.alpha() / op.size());
        Memory.set(constants, 1, op.bias());
        long address = constants.address();
        return operands.around(
                lines.inner() == 1
                        ? channelsLast(routine, to, address)
                        : channelsFirst(routine, from, to, address));
    }

    /// The taps are the same position of other channels.
    private Work channelsFirst(Routine routine, long from, long to, long constants) {
        int length = lines.length();
        int inner = lines.inner();
        long bytes = (long) inner * Float.BYTES;
        int pieces = Math.max(1, inner / GRAIN);
        int piece = Math.ceilDiv(inner, pieces);
        return Work.ofRanges(
                lines.outer() * length * pieces,
                Math.max(1, GRAIN / piece),
                (start, count) -> {
                    for (long i = start; i < start + count; i++) {
                        long row = i / pieces;
                        int channel = (int) (row % length);
                        int first = Math.max(0, channel - (op.size() - 1) / 2);
                        int last = Math.min(length - 1, channel + op.size() / 2);
                        int column = (int) (i % pieces * piece);
                        int n = Math.clamp(inner - column, 0, piece);
                        long at = row * bytes + (long) column * Float.BYTES;
                        routine.call(
                                from + at - (channel - first) * bytes,
                                from + at,
                                to + at,
                                last - first + 1,
                                bytes,
                                n,
                                constants,
                                0);
                    }
                });
    }

    /// The taps are neighbours; zeros are put around each position's channels.
    private Work channelsLast(Routine routine, long to, long constants) {
        int channels = lines.length();
        int before = (op.size() - 1) / 2;
        long stride = channels + op.size() - 1L;
        long bytes = (long) channels * Float.BYTES;
        return Work.ofRanges(
                lines.outer(),
                Math.max(1, GRAIN / channels),
                (start, count) -> {
                    try (var scratch = NativeScratch.open()) {
                        var padded = scratch.floats(count * stride);
                        padded.fill((byte) 0);
                        for (int i = 0; i < count; i++) {
                            MemorySegment.copy(
                                    x,
                                    (start + i) * bytes,
                                    padded,
                                    (i * stride + before) * Float.BYTES,
                                    bytes);
                            long taps = padded.address() + i * stride * Float.BYTES;
                            routine.call(
                                    taps,
                                    taps + (long) before * Float.BYTES,
                                    to + (start + i) * bytes,
                                    op.size(),
                                    Float.BYTES,
                                    channels,
                                    constants,
                                    0);
                        }
                        Reference.reachabilityFence(padded);
                    }
                });
    }
}
