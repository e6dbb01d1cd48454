package dev.tenon.kernels.elementwise;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.vector.VectorMachine;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The routines of one program, a routine for each way in which its operands lie.
final class Rectangles {
    private static final long ENTRY_BYTES = 2L * Long.BYTES;

    private final VectorMachine machine;
    private final Program program;
    private final Map<List<Access>, Routine> routines = new ConcurrentHashMap<>();
    private final Map<List<Access>, Routine> streaming = new ConcurrentHashMap<>();

    Rectangles(VectorMachine machine, Program program) {
        this.machine = machine;
        this.program = program;
    }

    /// @throws dev.tenon.base.ResourceException when the operating system refuses
    Routine routine(List<Access> operands, boolean streams) {
        return (streams ? streaming : routines)
                .computeIfAbsent(
                        operands, o -> machine.routine(new RectangleCode(program, o, streams)));
    }

    /// Computes a rectangle.
    ///
    /// @param operands the address and row bytes of each operand in memory of its own
    /// @param count how many of them there are
    static void call(
            Routine routine,
            int rows,
            int columns,
            long out,
            long outRowBytes,
            long[] operands,
            int count) {
        if (rows == 0 || columns == 0) {
            return;
        }
        long extent = (long) rows << Integer.SIZE | columns;
        if (count <= RectangleArguments.DIRECT) {
            routine.call(
                    extent,
                    out,
                    outRowBytes,
                    count > 0 ? operands[0] : 0,
                    count > 0 ? operands[1] : 0,
                    count > 1 ? operands[2] : 0,
                    count > 1 ? operands[3] : 0,
                    0);
            return;
        }
        try (var scratch = NativeScratch.open()) {
            int further = count - RectangleArguments.DIRECT;
            var others = scratch.floats(further * ENTRY_BYTES / Float.BYTES);
            for (int i = 0; i < 2 * further; i++) {
                others.setAtIndex(
                        ValueLayout.JAVA_LONG, i, operands[2 * RectangleArguments.DIRECT + i]);
            }
            routine.call(
                    extent,
                    out,
                    outRowBytes,
                    operands[0],
                    operands[1],
                    operands[2],
                    operands[3],
                    others.address());
        }
    }
}
