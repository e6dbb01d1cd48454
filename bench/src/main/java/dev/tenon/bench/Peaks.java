package dev.tenon.bench;

import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorMachine;
import dev.tenon.kernels.vector.VectorMachine.Availability;
import dev.tenon.kernels.vector.Word;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What one core can do at most, as measured.
///
/// @param flops `f32` operations a second of multiplications with additions; NaN where this process
///   cannot run machine code
/// @param bytes that a copy too large for the caches reads and writes a second
public record Peaks(double flops, double bytes) {
    /// Results that are being computed at a time: enough to hide an instruction's latency.
    private static final int CHAINS = 12;

    private static final long ROUNDS = 200_000;
    private static final int TRIES = 24;
    private static final long LARGE = 64 << 20;

    /// Takes about a third of a second.
    public static Peaks measure() {
        return new Peaks(
                VectorMachine.here() instanceof Availability.Ready(var machine)
                        ? flops(machine)
                        : Double.NaN,
                2 * LARGE / (copyNanos(LARGE) / 1e9));
    }

    private static double flops(VectorMachine machine) {
        var routine = machine.routine(new Chains());
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TRIES; i++) {
            long start = Clock.CPU.nanos();
            routine.call(ROUNDS, 0, 0, 0, 0, 0, 0, 0);
            best = Math.min(best, Clock.CPU.nanos() - start);
        }
        return 2.0 * machine.level().lanes() * CHAINS * ROUNDS / (best / 1e9);
    }

    /// `f(rounds)`: independent chains of `x = 0 · 0 + x`.
    private record Chains() implements VectorMachine.Recipe {
        @Override
        public String name() {
            return "peak_fma";
        }

        @Override
        public byte[] emit(VectorAssembler a) {
            var rounds = new Word(0);
            a.enter(1, 0, 0);
            for (int i = 0; i <= CHAINS; i++) {
                a.set(new Vector(i), Constant.of(0));
            }
            a.align(32);
            a.countDown(
                    rounds,
                    () -> {
                        var factor = new Vector(CHAINS);
                        for (int i = 0; i < CHAINS; i++) {
                            a.fma(new Vector(i), factor, factor, new Vector(i));
                        }
                    });
            a.leave();
            return a.finish();
        }
    }

    /// The least time in nanoseconds that a copy of that many bytes takes, of several tries. What
    /// fits into a cache is copied within it.
    public static double copyNanos(long bytes) {
        try (var arena = Arena.ofConfined()) {
            var from = arena.allocate(bytes, 4096).fill((byte) 1);
            var to = arena.allocate(bytes, 4096).fill((byte) 1);
            long repeats = Math.max(1, (1 << 21) / Math.max(1, bytes));
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i < TRIES; i++) {
                long start = Clock.CPU.nanos();
                for (long r = 0; r < repeats; r++) {
                    MemorySegment.copy(from, 0, to, 0, bytes);
                }
                best = Math.min(best, (double) (Clock.CPU.nanos() - start) / repeats);
            }
            return best;
        }
    }
}
