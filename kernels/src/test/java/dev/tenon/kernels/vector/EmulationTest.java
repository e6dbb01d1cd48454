package dev.tenon.kernels.vector;

import static dev.tenon.asm.aarch64.Address.at;
import static dev.tenon.asm.aarch64.Gpr.x;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.asm.aarch64.AArch64Assembler;
import dev.tenon.asm.aarch64.Access;
import dev.tenon.asm.aarch64.Gpr;
import dev.tenon.asm.aarch64.Neon;
import dev.tenon.asm.aarch64.Vec;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// That emulated programs give results, and notice what routines must not do.
@Tag("emulated")
class EmulationTest {
    private static final float[] NUMBERS = {1, 2, 3};

    @BeforeEach
    void needsEmulation() {
        Emulation.assumePresent();
    }

    /// Runs `f(x, y)` on numbers that end at, or begin behind, memory that nobody may touch.
    private static float[] run(boolean atStart, Consumer<AArch64Assembler> routine) {
        var a = new AArch64Assembler(Set.of());
        routine.accept(a);
        a.ret();
        var emulation = new Emulation();
        var from = emulation.floats(NUMBERS, atStart);
        var to = emulation.floats(new float[3], atStart);
        emulation.call(emulation.routine(a.finish()), from.address(), to.address());
        emulation.run();
        return emulation.floats(to);
    }

    private static void refused(boolean atStart, Consumer<AArch64Assembler> routine) {
        assertThrows(AssertionError.class, () -> run(atStart, routine));
    }

    private static void copy(AArch64Assembler a, Gpr register, int bytes) {
        a.emit(Access.LDR, register, at(x(0), bytes));
        a.emit(Access.STR, register, at(x(1), bytes));
    }

    @Test
    void memoryIsReadAndWritten() {
        float[] expected = {1, 0, 3};
        for (boolean atStart : new boolean[] {false, true}) {
            assertArrayEquals(
                    expected,
                    run(
                            atStart,
                            a -> {
                                copy(a, x(9).low(), 0);
                                copy(a, x(10).low(), 8);
                            }));
        }
    }

    @Test
    void accessesBesideOperandsAreNoticed() {
        refused(false, a -> a.emit(Access.LDR, x(9), at(x(0), 8)));
        refused(true, a -> a.emit(Access.LDR, x(9), at(x(0), -4)));
        refused(false, a -> a.emit(Access.STR, x(9), at(x(1), 8)));
        refused(true, a -> a.emit(Access.STR, x(9), at(x(1), 8)));
        refused(false, a -> a.emit(Access.STR, x(9), at(x(1), -4)));
    }

    @Test
    void changedRegistersOfTheCallerAreNoticed() {
        refused(false, a -> a.mov(x(19), 1));
        refused(false, a -> a.mov(x(28), 1));
        refused(false, a -> a.emit(Neon.FMOV, Vec.d(15), x(0)));
        refused(false, a -> a.sub(Gpr.SP, Gpr.SP, 16));
    }
}
