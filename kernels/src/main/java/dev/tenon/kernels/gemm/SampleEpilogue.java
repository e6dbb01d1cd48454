package dev.tenon.kernels.gemm;

import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.elementwise.RowProgram;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Adds a matrix: in registers where a kernel does so, in Java elsewhere, so that samples show
/// whether both come to the same.
public record SampleEpilogue(Epilogue inRegisters, Epilogue inJava) implements Epilogue {
    public static SampleEpilogue adding(MatrixView addend) {
        return new SampleEpilogue(RowProgram.addition(addend), Epilogue.add(addend, 1));
    }

    @Override
    public void apply(float[] row, int count, long m, int from) {
        inJava.apply(row, count, m, from);
    }

    @Override
    public Optional<EpilogueProgram.Bound> fused(MemorySegment results, long stride) {
        return inRegisters.fused(results, stride);
    }
}
