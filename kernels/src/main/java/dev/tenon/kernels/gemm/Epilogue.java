package dev.tenon.kernels.gemm;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is done to finished rows of a product before they are written.
@FunctionalInterface
public interface Epilogue {
    /// Elements that are read at a time, where rows are not longer.
    int PIECE = 1024;

    Epilogue NONE = (row, count, m, from) -> {};

    /// Changes a piece of a row in place.
    ///
    /// @param row the elements, from index 0
    /// @param count how many
    /// @param m the row's index in the product; batches follow one another
    /// @param from the column of the first element
    void apply(float[] row, int count, long m, int from);

    /// Changes the same piece of several rows in place.
    ///
    /// @param block the pieces one after the other
    /// @param rows how many
    /// @param columns the elements of a piece
    /// @param m the index of the first row
    /// @param from the column of the first element of each row
    default void applyAll(float[] block, int rows, int columns, long m, int from) {
        if (rows == 1) {
            apply(block, columns, m, from);
            return;
        }
        try (var scratch = Scratch.open()) {
            var row = scratch.floats(columns);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(block, i * columns, row, 0, columns);
                apply(row, columns, m + i, from);
                System.arraycopy(row, 0, block, i * columns, columns);
            }
        }
    }

    /// Changes a rectangle of a product in place, where it was written.
    ///
    /// @param offset where the rectangle begins, in elements
    /// @param stride from row to row, in elements
    /// @param m the index of the first row
    /// @param from the column of the first element of each row
    default void applyTo(
            MemorySegment memory,
            long offset,
            long stride,
            int rows,
            int columns,
            long m,
            int from) {
        if (equals(NONE)) {
            return;
        }
        int step = Math.clamp(PIECE / Math.max(1, columns), 1, Math.max(1, rows));
        try (var scratch = Scratch.open()) {
            var block = scratch.floats(step * columns);
            for (int i = 0; i < rows; i += step) {
                int count = Math.min(step, rows - i);
                for (int r = 0; r < count; r++) {
                    Memory.load(memory, offset + (i + r) * stride, block, r * columns, columns);
                }
                applyAll(block, count, columns, m + i, from);
                for (int r = 0; r < count; r++) {
                    Memory.store(block, r * columns, memory, offset + (i + r) * stride, columns);
                }
            }
        }
    }

    /// What the routine that computes results does to them in registers; empty where the epilogue
    /// has to be done to finished rows.
    ///
    /// @param results native; the first is at its start
    /// @param stride from row to row, in elements
    default Optional<EpilogueProgram.Bound> fused(MemorySegment results, long stride) {
        return Optional.empty();
    }

    /// This and another after it in one pass; empty when they have nothing in common.
    default Optional<Epilogue> followedBy(Epilogue next) {
        return Optional.empty();
    }

    /// Adds `scale` times a matrix; strides of 0 repeat a row, a column or a number.
    static Epilogue add(MatrixView addend, float scale) {
        return (row, count, m, from) -> {
            try (var scratch = Scratch.open()) {
                var terms = scratch.floats(count);
                long offset =
                        addend.offset() + m * addend.rowStride() + from * addend.columnStride();
                if (addend.columnStride() == 0) {
                    java.util.Arrays.fill(
                            terms, 0, count, Memory.getFloat(addend.memory(), offset));
                } else {
                    Memory.loadStrided(
                            addend.memory(), offset, addend.columnStride(), terms, 0, count);
                }
                if (scale == 1) {
                    for (int j = 0; j < count; j++) {
                        row[j] += terms[j];
                    }
                } else {
                    for (int j = 0; j < count; j++) {
                        row[j] = Math.fma(scale, terms[j], row[j]);
                    }
                }
            }
        };
    }

    /// One after the other, in as few passes as can be.
    static Epilogue of(List<Epilogue> steps) {
        var some = new ArrayList<Epilogue>();
        for (var step : steps) {
            if (step.equals(NONE)) {
                continue;
            }
            var joined =
                    some.isEmpty() ? Optional.<Epilogue>empty() : some.getLast().followedBy(step);
            if (joined.isPresent()) {
                some.set(some.size() - 1, joined.get());
            } else {
                some.add(step);
            }
        }
        return switch (some.size()) {
            case 0 -> NONE;
            case 1 -> some.getFirst();
            default -> new Sequence(some);
        };
    }

    /// Several epilogues, one after the other.
    record Sequence(List<Epilogue> steps) implements Epilogue {
        public Sequence {
            steps = List.copyOf(steps);
        }

        @Override
        public void apply(float[] row, int count, long m, int from) {
            for (var step : steps) {
                step.apply(row, count, m, from);
            }
        }

        @Override
        public void applyAll(float[] block, int rows, int columns, long m, int from) {
            for (var step : steps) {
                step.applyAll(block, rows, columns, m, from);
            }
        }

        @Override
        public void applyTo(
                MemorySegment memory,
                long offset,
                long stride,
                int rows,
                int columns,
                long m,
                int from) {
            for (var step : steps) {
                step.applyTo(memory, offset, stride, rows, columns, m, from);
            }
        }
    }
}
