package dev.tenon.kernels.gemm.emitted;

import static dev.tenon.asm.x86.Vec.ymm;

import dev.tenon.asm.x86.Address;
import dev.tenon.asm.x86.Avx;
import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.Vec;
import dev.tenon.asm.x86.X86Assembler;
import dev.tenon.kernels.emitted.LaneMasks;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import java.util.function.IntFunction;

/// Emits what is done with the sums of a tile, which are in the first vector registers, row after
/// row.
///
/// @param rows 1 … 6
/// @param accumulate whether the sums are added to what is there
record TileSums(X86Assembler a, int rows, Columns columns, boolean accumulate) {
    private static final int VECTOR_BYTES = TileCode.LANES * Float.BYTES;

    /// Sets all sums to 0.
    void clear() {
        for (int i = 0; i < count(); i++) {
            a.emit(Avx.VXORPS, ymm(i), ymm(i), ymm(i));
        }
    }

    /// Adds one row of a panel times one column of the rows on the left.
    ///
    /// @param panel where the row of the panel is
    /// @param left where each row's number is
    void step(Address panel, IntFunction<Address> left) {
        int vectors = columns.vectors();
        int factors = count() + vectors;
        for (int v = 0; v < vectors; v++) {
            a.emit(Avx.VMOVUPS, ymm(count() + v), panel.plus(v * VECTOR_BYTES));
        }
        for (int row = 0; row < rows; row++) {
            var factor = ymm(factors + row % (Vec.COUNT - factors));
            a.emit(Avx.VBROADCASTSS, factor, left.apply(row));
            for (int v = 0; v < vectors; v++) {
                a.emit(Avx.VFMADD231PS, sum(row, v), ymm(count() + v), factor);
            }
        }
    }

    /// Loads the masks that [#store] needs where not all columns exist.
    ///
    /// @param existing how many do; overwritten
    /// @param pointer overwritten
    void loadMasks(LaneMasks masks, Gpr existing, Gpr pointer) {
        masks.load(a, existing, pointer, ymm(count()), ymm(count() + 1));
    }

    /// Writes the sums.
    ///
    /// @param result where each row goes
    void store(IntFunction<Address> result) {
        for (int row = 0; row < rows; row++) {
            for (int v = 0; v < columns.vectors(); v++) {
                store(
                        sum(row, v),
                        result.apply(row).plus(v * VECTOR_BYTES),
                        ymm(count() + v),
                        ymm(count() + 2));
            }
        }
    }

    private void store(Vec sum, Address to, Vec mask, Vec temporary) {
        if (columns.masked()) {
            if (accumulate) {
                a.emit(Avx.VMASKMOVPS, temporary, mask, to);
                a.emit(Avx.VADDPS, sum, sum, temporary);
            }
            a.emit(Avx.VMASKMOVPS, to, mask, sum);
        } else {
            if (accumulate) {
                a.emit(Avx.VADDPS, sum, sum, to);
            }
            a.emit(Avx.VMOVUPS, to, sum);
        }
    }

    private int count() {
        return rows * columns.vectors();
    }

    private Vec sum(int row, int vector) {
        return ymm(row * columns.vectors() + vector);
    }
}
