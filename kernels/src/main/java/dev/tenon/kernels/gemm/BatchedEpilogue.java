package dev.tenon.kernels.gemm;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// An epilogue of its own for each batch of a product's rows.
///
/// @param rows of one batch
/// @param batches what is done to each, whose rows count from 0
public record BatchedEpilogue(int rows, List<Epilogue> batches) implements Epilogue {
    public BatchedEpilogue {
        batches = List.copyOf(batches);
    }

    @Override
    public void apply(float[] row, int count, long m, int from) {
        batch(m).apply(row, count, m % rows, from);
    }

    @Override
    public void applyAll(float[] block, int blockRows, int columns, long m, int from) {
        if (blockRows > 0 && m / rows == (m + blockRows - 1) / rows) {
            batch(m).applyAll(block, blockRows, columns, m % rows, from);
        } else {
            Epilogue.super.applyAll(block, blockRows, columns, m, from);
        }
    }

    @Override
    public void applyTo(
            MemorySegment memory,
            long offset,
            long stride,
            int count,
            int columns,
            long m,
            int from) {
        for (int done = 0; done < count; ) {
            long row = (m + done) % rows;
            int some = (int) Math.min(count - done, rows - row);
            batch(m + done)
                    .applyTo(memory, offset + done * stride, stride, some, columns, row, from);
            done += some;
        }
    }

    private Epilogue batch(long m) {
        return batches.get((int) (m / rows));
    }
}
