package dev.tenon.kernels.gemm;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How an epilogue is done to results in native memory: by the routine that computes them, while
/// they are in registers, or afterwards.
///
/// @param program what the routine does
/// @param results the routine's argument: the bytes from row to row of the results, or the address
///   of the table that [EpilogueProgram] describes
/// @param whole what is done in all; its operands are kept reachable with it
/// @param table what is at that address
public record FusedEpilogue(
        EpilogueProgram program, long results, Epilogue whole, MemorySegment table) {
    /// @param results native; the first is at its start
    /// @param stride from row to row, in elements
    /// @param room lasts as long as the work; whoever works keeps this reachable
    public static FusedEpilogue of(
            Epilogue epilogue, MemorySegment results, long stride, NativeScratch room) {
        var bound = epilogue.fused(results, stride);
        if (bound.isEmpty()) {
            return afterwards(epilogue, stride);
        }
        var operands = bound.get().operands();
        var table = room.lasting((1L + operands.size()) * Long.BYTES / Float.BYTES);
        table.set(ValueLayout.JAVA_LONG, 0, stride * Float.BYTES);
        for (int i = 0; i < operands.size(); i++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, 1 + i, operands.get(i));
        }
        return new FusedEpilogue(bound.get().program(), table.address(), epilogue, table);
    }

    /// @param stride from row to row, in elements
    public static FusedEpilogue afterwards(Epilogue epilogue, long stride) {
        return new FusedEpilogue(
                EpilogueProgram.NONE, stride * Float.BYTES, epilogue, MemorySegment.NULL);
    }

    /// What is left to do to finished rectangles.
    public Epilogue rest() {
        return program.isNone() ? whole : Epilogue.NONE;
    }
}
