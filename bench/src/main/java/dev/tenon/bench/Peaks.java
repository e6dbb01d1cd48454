package dev.tenon.bench;

import static dev.tenon.asm.x86.Gpr.RDI;
import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Condition;
import dev.tenon.asm.x86.Feature;
import dev.tenon.asm.x86.X86Assembler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/// What one core can do at most, as measured.
///
/// @param flops `f32` operations a second of multiplications with additions; NaN where this process
///   cannot run machine code
/// @param bytes that a copy too large for the caches reads and writes a second
public record Peaks(double flops, double bytes) {
    /// Results that are being computed at a time: enough to hide an instruction's latency.
    private static final int CHAINS = 12;

    private static final int LANES = 8;
    private static final long ROUNDS = 200_000;
    private static final int TRIES = 24;
    private static final long LARGE = 64 << 20;

    /// Takes about a third of a second.
    public static Peaks measure() {
        return new Peaks(
                Emission.here() instanceof Emission.Possible possible
                        ? flops(possible)
                        : Double.NaN,
                2 * LARGE / (copyNanos(LARGE) / 1e9));
    }

    private static double flops(Emission.Possible possible) {
        var routine = possible.install("peak-fma", chains(possible.features()));
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TRIES; i++) {
            long start = Clock.CPU.nanos();
            routine.call(ROUNDS, 0, 0, 0, 0, 0, 0, 0);
            best = Math.min(best, Clock.CPU.nanos() - start);
        }
        return 2.0 * LANES * CHAINS * ROUNDS / (best / 1e9);
    }

    /// `f(rounds)`: independent chains of `x = 0 · 0 + x`.
    private static byte[] chains(Set<Feature> features) {
        var a = new X86Assembler(features);
        var loop = a.label("round");
        for (int i = 0; i <= CHAINS; i++) {
            a.emit(Avx.VXORPS, ymm(i), ymm(i), ymm(i));
        }
        a.align(32);
        a.bind(loop);
        for (int i = 0; i < CHAINS; i++) {
            a.emit(Avx.VFMADD231PS, ymm(i), ymm(CHAINS), ymm(CHAINS));
        }
        a.sub(RDI, 1);
        a.jump(Condition.NE, loop);
        a.emit(Avx.VZEROUPPER);
        a.ret();
        return a.finish();
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
