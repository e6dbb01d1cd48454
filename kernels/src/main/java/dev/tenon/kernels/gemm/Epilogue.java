package dev.tenon.kernels.gemm;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import java.util.List;

/// What is done to finished rows of a product before they are written.
@FunctionalInterface
public interface Epilogue {
    Epilogue NONE = (row, count, m, from) -> {};

    /// Changes a piece of a row in place.
    ///
    /// @param row the elements, from index 0
    /// @param count how many
    /// @param m the row's index in the product; batches follow one another
    /// @param from the column of the first element
    void apply(float[] row, int count, long m, int from);

    /// Adds `scale` times a matrix; strides of 0 repeat a row, a column or a number.
    static Epilogue add(MatrixView addend, float scale) {
        return (row, count, m, from) -> {
            try (var scratch = Scratch.open()) {
                var terms = scratch.floats(count);
                long offset = addend.offset() + m * addend.rowStride() + from * addend.columnStride();
                if (addend.columnStride() == 0) {
                    java.util.Arrays.fill(terms, 0, count, Memory.getFloat(addend.memory(), offset));
                } else {
                    Memory.loadStrided(addend.memory(), offset, addend.columnStride(), terms, 0, count);
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

    /// One after the other.
    static Epilogue of(List<Epilogue> steps) {
        return switch (steps.size()) {
            case 0 -> NONE;
            case 1 -> steps.getFirst();
            default -> (row, count, m, from) -> {
                for (var step : steps) {
                    step.apply(row, count, m, from);
                }
            };
        };
    }
}
